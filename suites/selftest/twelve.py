"""Twelve bugs at once: does a night name all of them, one finding each?

    python -m suites.selftest.twelve                 three draws of twelve faults, 5,000 requests each
    python -m suites.selftest.twelve --seeds 5 6     these draws

The faults are of twelve concerns, and none overrides a method of another: two of one concern often hide each other. A
fault is named where a finding is of its clause; what is named beside the twelve is said, and so are clauses with
several findings.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.core import Gateway
from gateway.faults import FAULTS
from gateway.server import EmbeddedGateway
from reports.bugs import together as one_a_bug
from reports.results import Finding
from suites import gate
from suites.command import from_the_shell, parser
from suites.nightly.budget import Budget
from suites.nightly.night import Night, Options
from suites.run import Options as RunOptions
from suites.run import Run
from suites.selftest.prove import target_of
from suites.selftest.prove.pairs import overridden

COUNT = 12


@dataclass(frozen=True, slots=True)
class Told:
    """What a night said of several faults."""

    missed: tuple[str, ...]
    others: tuple[str, ...]
    """Clauses that were named and are none of the faults'."""
    several: tuple[str, ...]
    """Clauses of the faults with more findings than one."""
    requests: int
    findings: tuple[Finding, ...]
    died: str
    """Why the night ended before its budget; empty where it did not."""


def concern(name: str) -> str:
    """The concern of the clause that a fault breaks."""
    return FAULTS[name].breaks.partition(".")[0]


def drawn(seed: int, count: int = COUNT) -> tuple[str, ...]:
    """Faults of different concerns that override nothing of each other."""
    names = sorted(FAULTS)
    random.Random(seed).shuffle(names)  # noqa: S311  # not a secret: one seed draws the same again
    found: list[str] = []
    for name in names:
        apart = all(
            concern(name) != concern(each) and not overridden(FAULTS[name]) & overridden(FAULTS[each]) for each in found
        )
        if apart and len(found) < count:
            found.append(name)
    return tuple(sorted(found))


def together(names: Sequence[str]) -> Gateway:
    """One gateway with all of these faults."""
    bases = tuple(FAULTS[name] for name in names)
    core: type[Gateway] = type("Several", bases, {"breaks": ""})
    return core()


def night(names: Sequence[str], budget: int, seed: int) -> Told:
    """One night against a gateway with these faults."""
    clauses = {FAULTS[name].breaks: name for name in names}
    with EmbeddedGateway(together(names)) as server:
        run = Run(target_of(server), RunOptions(seed=seed, rate=0, patience=2.5))
        whole = Night(run, Options(Budget(budget)))
        whole.execute(gate.plans(seed))
    bugs = one_a_bug(whole.memory.findings.values())
    rest = bugs, run.ledger.died
    found = Counter(each.clause.id for each in bugs)
    missed = tuple(name for clause, name in clauses.items() if clause not in found)
    several = tuple(f"{clause} ({count})" for clause, count in sorted(found.items()) if count > 1 and clause in clauses)
    return Told(missed, tuple(sorted(set(found) - set(clauses))), several, run.transport.requests, *rest)


def main(given: Sequence[str] | None = None) -> int:
    """Print what each draw came to; 0 where every fault was named."""
    wanted = parser("twelve", __doc__)
    wanted.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    wanted.add_argument("--budget", type=int, default=5000, help="requests of a night (default 5000)")
    wanted.add_argument("--messages", action="store_true", help="say what was found")
    arguments = wanted.parse_args(given)
    missed = 0
    for seed in arguments.seeds:
        names = drawn(seed)
        told = night(names, arguments.budget, seed)
        missed += len(told.missed)
        sys.stdout.write(f"seed {seed}: {len(names) - len(told.missed)} of {len(names)} in {told.requests} requests\n")
        for title, some in (
            ("missed", told.missed),
            ("beside them", told.others),
            ("several", told.several),
            ("ended by", filter(None, [told.died])),
        ):
            text = ", ".join(some)
            sys.stdout.write(f"  {title}: {text}\n" if text else "")
        for each in told.findings if arguments.messages else ():
            sys.stdout.write(f"  {each.clause.id}: {each.message[:150]}\n")
        sys.stdout.flush()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(from_the_shell(main))
