"""How good is the night? Faults of the cabinet that the gate's plans are made blind to, one night each.

    python -m suites.selftest.night                  40 faults, drawn from the cabinet
    python -m suites.selftest.night --equal          the same with equal shares in the place of the bandit
    python -m suites.selftest.night --only-left      the faults that the gate leaves to the night
    python -m suites.selftest.night --lawful         lawful gateways, in which nothing may be found
    python -m suites.selftest.night NAME ...         these

Blind means: no plan of the gate that aims at the fault's clause or probes it is sent; what is left of the gate's list
is size and reply, which the judges compare with. A fault counts as found where a finding names its clause.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.messages import Plan
from gateway.core import Gateway
from gateway.faults import FAULTS
from gateway.server import EmbeddedGateway
from gateway.variants import VARIANTS
from suites import gate
from suites.command import from_the_shell, parser
from suites.nightly.budget import Budget
from suites.nightly.checkpoint import State
from suites.nightly.memory import Memory
from suites.nightly.night import Night, Options
from suites.nightly.shares import Equal, Thompson
from suites.run import Options as RunOptions
from suites.run import Run
from suites.selftest.prove import target_of
from suites.usable import UnusableError

FAULTS_DRAWN = 40
STEPS = (500, 1000, 2000, 5000)
"""Requests after which it is said how much was found."""
HONEST = "honest"
COMPARED_WITH = ("size.", "reply.")


@dataclass(frozen=True, slots=True)
class Found:
    """What one night found of one fault."""

    fault: str
    clause: str
    first: int
    """Number of the exchange that showed it; 0 where none did."""
    requests: int
    others: tuple[str, ...]
    """Further clauses named."""
    moment_ms: float
    """When the answer that showed it was there, on this machine's clock; 0 where none did."""


def blind(plans: Sequence[Plan], clause: str) -> list[Plan]:
    """The plans that judges compare with, without any that aims at a clause."""
    return [
        plan
        for plan in plans
        if plan.clause.startswith(COMPARED_WITH)
        and not any(clause in (part.clause, *part.probes) for part in gate.parts(plan))
    ]


def search(
    name: str,
    budget: int,
    *,
    equal: bool = False,
    corpora: bool = True,
    seed: int = 1,
    seeing: bool = False,
    core: Gateway | None = None,
) -> Found:
    """One night against one faulty gateway; it ends soon after the fault's clause is named.

    Args:
        name: of the fault.
        budget: requests.
        equal: equal shares instead of the bandit's.
        corpora: whether they are sent before anything is drawn.
        seed: of the night.
        seeing: whether it has the gate's plans for the clause.
        core: the gateway with the fault, where it is not to be made here.
    """
    clause = FAULTS[name].breaks
    with EmbeddedGateway(core or FAULTS[name]()) as server:
        run = Run(target_of(server), RunOptions(seed=seed, rate=0, patience=2.5))
        shares = Equal if equal else Thompson
        options = Options(Budget(budget), shares=shares, without=() if corpora else ("corpus",))
        night = Night(run, options)

        def end_where_found(_state: State, memory: Memory) -> None:
            night.stopping = any(each.clause.id == clause for each in memory.findings.values())

        options.remember = end_where_found
        try:
            night.execute(gate.plans(seed) if seeing else blind(gate.plans(seed), clause))
        except UnusableError as error:
            sys.stderr.write(f"{name}: {error}\n")
    found = night.memory.findings.values()
    shown = [each.exchange for each in found if each.clause.id == clause]
    first = min(shown, key=lambda each: each.number, default=None)
    others = tuple(sorted({each.clause.id for each in found} - {clause}))
    number, moment_ms = (first.number, first.sent_ms + first.elapsed_ms) if first else (0, 0.0)
    return Found(name, clause, number, run.transport.requests, others, moment_ms)


def by_steps(firsts: Sequence[int]) -> str:
    """How many were found within so many requests, by the numbers of the exchanges that first showed them."""
    return ", ".join(f"{sum(first <= step for first in firsts)} by {step}" for step in STEPS)


def alarms(name: str, budget: int, seed: int = 1) -> list[str]:
    """What a night says of a lawful gateway: nothing, where all is well.

    Args:
        name: of a lawful variant, or `honest`.
        budget: requests.
        seed: of the night.
    """
    core = Gateway() if name == HONEST else VARIANTS[name]()
    with EmbeddedGateway(core) as server:
        run = Run(target_of(server), RunOptions(seed=seed, rate=0))
        night = Night(run, Options(Budget(budget)))
        night.execute(gate.plans(seed))
    told = [f"{each.clause.id}: {each.message}" for each in night.memory.findings.values()]
    return told + [f"ended early: {each}" for each in (run.ledger.died,) if each]


def chosen(arguments: argparse.Namespace) -> list[str]:
    """The faults to look for."""
    if arguments.names:
        return list(arguments.names)
    if arguments.only_left:
        return [name for name, each in FAULTS.items() if each.night]
    return sorted(random.Random(arguments.seed).sample(sorted(FAULTS), FAULTS_DRAWN))  # noqa: S311  # to be repeated


def lawful(names: Sequence[str], budget: int, seed: int) -> int:
    """Print what nights say of lawful gateways; 0 where that is nothing."""
    total = 0
    for name in names:
        told = alarms(name, budget, seed)
        total += bool(told)
        sys.stdout.write(f"{name:38} {'; '.join(told) or 'nothing'}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{total} of {len(names)} lawful gateways alarm\n")
    return 1 if total else 0


def main(given: Sequence[str] | None = None) -> int:
    """Print the table; 0 where nine in ten were found."""
    wanted = parser("night", __doc__)
    wanted.add_argument("names", nargs="*")
    wanted.add_argument("--budget", type=int, default=5000, help="requests a fault (default 5000)")
    wanted.add_argument("--seed", type=int, default=1)
    wanted.add_argument("--equal", action="store_true", help="equal shares instead of the bandit")
    wanted.add_argument("--drawn", action="store_true", help="chance alone, without the corpora")
    wanted.add_argument("--only-left", action="store_true", help="what the gate leaves to the night")
    wanted.add_argument("--lawful", action="store_true", help="lawful gateways, in which nothing may be found")
    arguments = wanted.parse_args(given)
    if arguments.lawful:
        return lawful(arguments.names or [HONEST, *VARIANTS], arguments.budget, arguments.seed)
    rows = []
    for name in chosen(arguments):
        row = search(name, arguments.budget, equal=arguments.equal, corpora=not arguments.drawn, seed=arguments.seed)
        rows.append(row)
        where = f"at {row.first}" if row.first else f"not in {row.requests}"
        sys.stdout.write(f"{name:38} {row.clause:34} {where:12} {', '.join(row.others)[:80]}\n")
        sys.stdout.flush()
    seen = [row.first for row in rows if row.first]
    sys.stdout.write(f"{len(seen)} of {len(rows)} found: {by_steps(seen)}\n")
    return 0 if len(seen) >= 0.9 * len(rows) else 1


if __name__ == "__main__":
    sys.exit(from_the_shell(main))
