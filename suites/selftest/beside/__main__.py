"""How good is the night beside a peer? Each fault once with our night and with two commands of Schemathesis.

    python -m suites.selftest.beside                 8 faults, drawn from the cabinet, 2,000 requests each
    python -m suites.selftest.beside --faults 40     so many, for hours
    python -m suites.selftest.beside NAME ...        these

Requests are counted at the gateway, whoever sends them. Our night has found a fault where it names the fault's clause;
it runs twice, once blind to the gate's plans for that clause. Schemathesis has found it where any check of its own
fails that does not fail on the honest gateway: it runs as it comes, at no rate limit, with all of its checks, and with
a hook that signs; of two commands, `run` (examples, coverage, fuzzing and, where a document has links, stateful) and
`fuzz`. What a search has found by 150 requests is read off the one search of all its requests.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Sequence

from gateway.faults import FAULTS
from suites.command import from_the_shell, parser
from suites.selftest.beside.counting import counted
from suites.selftest.beside.peer import attack, options
from suites.selftest.night import search

STEPS = (150, 500, 2000)
COMMANDS = ("run", "fuzz")
BEHIND = 500
"""Requests behind its budget until a command is stopped: what it shrinks was found before, and counts."""

Searcher = Callable[[str], tuple[int, str]]
"""From a fault's name to the number of the request that showed it, 0 for none, and what is to be said of it."""


def ours(budget: int, seed: int, *, seeing: bool) -> Searcher:
    """Our night."""

    def look(fault: str) -> tuple[int, str]:
        core = counted(fault)
        found = search(fault, budget, seed=seed, seeing=seeing, core=core)
        return (core.number_at(found.moment_ms), found.clause) if found.first else (0, "")

    return look


def theirs(command: str, budget: int, seed: int) -> Searcher:
    """One of Schemathesis' commands, without the checks that fail on the honest gateway, which are told."""

    def against(fault: str, without: Sequence[str]) -> tuple[tuple[int, str], list[str]]:
        core = counted(fault)
        core.limit = budget + BEHIND
        ran = attack(core, options(command, budget, seed, without, whole=not fault))
        if ran.error:
            sys.stderr.write(f"schemathesis {command} on {fault or 'the honest gateway'}: {ran.error}\n")
        first = next((each for each in ran.failures if each.first <= budget), None)
        return (first.first, first.title) if first else (0, ""), sorted({each.check for each in ran.failures})

    _, without = against("", ())
    sys.stdout.write(f"schemathesis {command}, left out for the honest gateway: {', '.join(without) or 'no check'}\n")
    sys.stdout.flush()
    return lambda fault: against(fault, without)[0]


def table(found: dict[str, list[int]], count: int) -> str:
    """Recall by the number of requests, as Markdown."""
    head = "".join(f" {step:,} |" for step in STEPS)
    rows = [f"| of {count} faults, found by requests |{head}", "| --- |" + " ---: |" * len(STEPS)]
    for title, firsts in found.items():
        cells = "".join(f" {sum(0 < first <= step for first in firsts)} |" for step in STEPS)
        rows.append(f"| {title} |{cells}")
    return "\n".join(rows) + "\n"


def main(given: Sequence[str] | None = None) -> int:
    """Print where each search found each fault, and the table."""
    wanted = parser("beside", __doc__)
    wanted.add_argument("names", nargs="*", help="faults; without, a sample is drawn")
    wanted.add_argument("--faults", type=int, default=8, help="how many are drawn (default 8)")
    wanted.add_argument("--budget", type=int, default=max(STEPS), help="requests of a search (default 2000)")
    wanted.add_argument("--seed", type=int, default=1, help="of the sample and of every search")
    arguments = wanted.parse_args(given)
    budget, seed = arguments.budget, arguments.seed
    names = arguments.names or sorted(
        random.Random(seed).sample(sorted(FAULTS), arguments.faults)  # noqa: S311  # to be repeated
    )
    searchers = {
        "the night": ours(budget, seed, seeing=True),
        "the night, blind": ours(budget, seed, seeing=False),
    } | {f"schemathesis {command}": theirs(command, budget, seed) for command in COMMANDS}
    found: dict[str, list[int]] = {title: [] for title in searchers}
    for name in names:
        sys.stdout.write(f"{name} ({FAULTS[name].breaks})\n")
        for title, look in searchers.items():
            first, said = look(name)
            found[title].append(first)
            sys.stdout.write(f"  {title:20} {f'at {first}: {said}' if first else f'not in {budget}'}\n")
            sys.stdout.flush()
    sys.stdout.write(table(found, len(names)))
    return 0


if __name__ == "__main__":
    sys.exit(from_the_shell(main))  # which lets the commands hear Ctrl-C, as a job in a shell's background does not
