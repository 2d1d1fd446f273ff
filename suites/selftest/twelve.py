"""Twelve bugs at once: does a night name all of them, one finding each?

    python -m suites.selftest.twelve                 three draws of twelve faults, 5,000 requests each
    python -m suites.selftest.twelve --seeds 5 6     these draws
    python -m suites.selftest.twelve --blind         by drawn plans alone, and how soon
    python -m suites.selftest.twelve --blind --equal     the same with equal shares in the place of the bandit

The faults are of twelve concerns, and none overrides a method of another: two of one concern often hide each other. A
fault is named where a finding is of its clause; what is named beside the twelve is said, and so are clauses with
several findings. Blind means: without corpora, and without the gate's plans for the twelve clauses.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.messages import Plan
from gateway.core import Gateway
from gateway.faults import FAULTS
from gateway.server import EmbeddedGateway
from reports.bugs import together as one_a_bug
from reports.results import Finding
from suites import gate
from suites.command import from_the_shell, parser
from suites.nightly.budget import Budget
from suites.nightly.night import CORPUS, Night, Options
from suites.nightly.shares import Equal, Thompson
from suites.run import Options as RunOptions
from suites.run import Run
from suites.selftest.night import blind, by_steps
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
    firsts: tuple[int, ...]
    """Number of the exchange that first showed each fault that was named."""
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


def night(names: Sequence[str], seed: int, options: Options, plans: Sequence[Plan]) -> Told:
    """One night against a gateway with these faults, behind these plans."""
    clauses = {FAULTS[name].breaks: name for name in names}
    with EmbeddedGateway(together(names)) as server:
        run = Run(target_of(server), RunOptions(seed=seed, rate=0, patience=2.5))
        whole = Night(run, options)
        whole.execute(plans)
    bugs = one_a_bug(whole.memory.findings.values())
    shown = sorted((each.exchange.number, each.clause.id) for each in whole.memory.findings.values())
    firsts = {clause: number for number, clause in reversed(shown) if clause in clauses}
    rest = tuple(firsts.values()), bugs, run.ledger.died
    found = Counter(each.clause.id for each in bugs)
    missed = tuple(name for clause, name in clauses.items() if clause not in found)
    several = tuple(f"{clause} ({count})" for clause, count in sorted(found.items()) if count > 1 and clause in clauses)
    return Told(missed, tuple(sorted(set(found) - set(clauses))), several, run.transport.requests, *rest)


def main(given: Sequence[str] | None = None) -> int:
    """Print what each draw came to; 0 where every fault was named."""
    wanted = parser("twelve", __doc__)
    wanted.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    wanted.add_argument("--budget", type=int, default=5000, help="requests of a night (default 5000)")
    wanted.add_argument("--blind", action="store_true", help="drawn plans alone")
    wanted.add_argument("--equal", action="store_true", help="equal shares instead of the bandit")
    wanted.add_argument("--messages", action="store_true", help="say what was found")
    arguments = wanted.parse_args(given)
    missed, firsts = 0, list[int]()
    for seed in arguments.seeds:
        names = drawn(seed)
        plans: Sequence[Plan] = gate.plans(seed)
        for name in names if arguments.blind else ():
            plans = blind(plans, FAULTS[name].breaks)
        options = Options(
            Budget(arguments.budget),
            shares=Equal if arguments.equal else Thompson,
            without=(CORPUS,) if arguments.blind else (),
        )
        told = night(names, seed, options, plans)
        missed += len(told.missed)
        firsts += told.firsts
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
    sys.stdout.write(f"of {COUNT * len(arguments.seeds)} faults: {by_steps(firsts)}\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(from_the_shell(main))
