"""The proof of the gate: every fault of the cabinet, every lawful variant, and what the gate says of each.

A kill counts only if the honest gateway is clean in the same configuration, a finding's clause is the fault's, and
nothing is broken. Of a lawful variant the gate must say that it holds.

    tox run -e prove [-- NAME ... --lawful --times 3 --load --cover --pairs --mutants --oracle-mutants]
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from gateway.faults import FAULTS
from reports.results import Result
from suites.command import USAGE_EXIT, parser
from suites.selftest.prove import cover, judges, mutants, page, pairs, record, running, survivors
from suites.selftest.prove.figures import Matrix
from suites.selftest.prove.mutants import Mutant
from suites.selftest.prove.subjects import UnknownError, lawful, subjects
from suites.selftest.prove.terminal import line, say, summary
from suites.selftest.prove.trial import Subject, Trial, plans
from suites.target import UsageError

PAIRS = 40
MUTANTS = 200


def positive(text: str) -> int:
    """A whole number from 1, as a type of argument."""
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def options() -> argparse.ArgumentParser:
    """What can be asked for on the command line."""
    parsed = parser("prove", __doc__)
    parsed.add_argument("names", nargs="*", help="faults and variants; default: all, and the honest gateway")
    parsed.add_argument("--lawful", action="store_true", help="the honest gateway and all lawful variants")
    parsed.add_argument("--night", action="store_true", help="the faults that the gate has no request for")
    parsed.add_argument("--times", type=positive, default=1, metavar="N", help="try each lawful gateway so often")
    parsed.add_argument("--load", action="store_true", help="keep every core busy with something else meanwhile")
    parsed.add_argument("--messages", action="store_true", help="show each finding's sentence")
    parsed.add_argument("--json", type=Path, metavar="FILE", help="add every trial to this file, a line each")
    parsed.add_argument("--from", type=Path, action="append", dest="files", metavar="FILE", help="read trials instead")
    parsed.add_argument(
        "--html", type=Path, metavar="FILE", help=f"where the page goes; a whole matrix has one in {page.FILE}"
    )
    parsed.add_argument("--cover", action="store_true", help="the fewest plans that find as much, and those in vain")
    parsed.add_argument(
        "--pairs", type=positive, nargs="?", const=PAIRS, metavar="N", help=f"so many pairs of faults ({PAIRS})"
    )
    parsed.add_argument(
        "--mutants", type=positive, nargs="?", const=MUTANTS, metavar="N", help=f"so many mutants ({MUTANTS})"
    )
    parsed.add_argument(
        "--oracle-mutants",
        type=positive,
        nargs="?",
        const=MUTANTS,
        metavar="N",
        help=f"so many mutants of the judges, under their own tests ({MUTANTS})",
    )
    parsed.add_argument("--of", default="", metavar="NAME", help="only mutants of this function, such as a new judge")
    parsed.add_argument("--seed", type=int, default=1, help="what pairs and mutants are drawn from (1)")
    return parsed


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked for; 0 where the gate is right about everything, else 1."""
    try:
        chosen = options().parse_intermixed_args(arguments)  # names may stand behind options
        wanted = asked(chosen)
        explained = survivors.explanations(survivors.FILE.read_text(encoding="utf-8"))
        right = []
        with running.load() if chosen.load else contextlib.nullcontext():
            if wanted or chosen.files:
                right.append(show_matrix(chosen, wanted))
            if chosen.pairs:
                right.append(show_pairs(chosen))
            if chosen.mutants:
                right.append(show_mutants(chosen, explained))
            if chosen.oracle_mutants:
                right.append(show_oracle_mutants(chosen, explained))
    except KeyboardInterrupt:
        say("prove: interrupted")
        return Result.INTERRUPTED.exit_status
    except (
        OSError,
        UsageError,
        UnknownError,
        record.RecordError,
        survivors.ExplanationError,
        judges.RedError,
    ) as error:
        sys.stderr.write(f"prove: {error}\n")
        return USAGE_EXIT
    return 0 if all(right) else 1


def asked(chosen: argparse.Namespace) -> list[Subject]:
    """The gateways of the matrix; none where only something else was asked for.

    Raises:
        UnknownError: a name is nobody's.
    """
    names = [*chosen.names, *(lawful() if chosen.lawful else ())]
    if not names and not (chosen.files or chosen.pairs or chosen.mutants or chosen.oracle_mutants):
        names = [*lawful(), *(name for name, fault in FAULTS.items() if chosen.night is fault.night)]
    return subjects(names, chosen.times)


def tried(
    chosen: argparse.Namespace, wanted: Iterable[Subject], seconds: float = running.SECONDS_MAX
) -> Iterator[Trial]:
    """The trials as they end, each written down."""
    for each in running.run(wanted, seconds=seconds):
        if chosen.json:
            record.append(chosen.json, each)
        yield each


def show_matrix(chosen: argparse.Namespace, wanted: Sequence[Subject]) -> bool:
    """Say what is amiss as it comes, then what the matrix comes to; whether the gate was right about all of it."""
    seen = [each for file in chosen.files or () for each in record.read(file)]
    for each in tried(chosen, wanted):
        seen.append(each)
        if not each.right or chosen.names:
            say(line(each))
            for message in each.messages if chosen.messages else ():
                say(f"            {message}")
    matrix = Matrix(tuple(seen))
    for text in summary(matrix):
        say(text)
    for text in cover.told(cover.covered(matrix.killed, plans())) if chosen.cover else ():
        say(text)
    if chosen.html or not (chosen.names or chosen.lawful):
        say(f"The page: {page.write(matrix, chosen.html or page.FILE)}")
    return not matrix.survivors and not matrix.alarms


def show_pairs(chosen: argparse.Namespace) -> bool:
    """Say in which pairs one fault hides the other; whether in none."""
    drawn = {each.name: each for each in pairs.drawn(chosen.pairs, chosen.seed)}
    together = [(drawn[each.name], each) for each in tried(chosen, [each.subject() for each in drawn.values()])]
    missed = {name for pair, trial in together for name in pair.missed(trial)}
    alone = {each.name: each for each in tried(chosen, subjects(sorted(missed)))}
    for text in pairs.told(together, alone):
        say(text)
    return not any(alone[name].killed for name in missed)


def of(chosen: argparse.Namespace, everyone: Sequence[Mutant]) -> list[Mutant]:
    """The mutants of the function that was named, or all where none was.

    Raises:
        UnknownError: the function has no mutant.
    """
    some = [each for each in everyone if chosen.of in ("", *each.where.split("."))]
    if not some:
        raise UnknownError(f"--of: no function with mutants is named {chosen.of}")
    return some


def show_mutants(chosen: argparse.Namespace, explained: Sequence[survivors.Explanation]) -> bool:
    """Say which mutants survive without a reason; whether none does."""
    everyone = mutants.every()
    drawn = {each.name: each for each in mutants.drawn(of(chosen, everyone), chosen.mutants, chosen.seed)}
    wanted = [each.subject() for each in drawn.values()]
    ends = {drawn[each.name]: each for each in tried(chosen, wanted, mutants.SECONDS_MAX)}
    census = survivors.Census(ends, survivors.about(explained, everyone), everyone)
    for text in survivors.told(census):
        say(text)
    return census.right


def show_oracle_mutants(chosen: argparse.Namespace, explained: Sequence[survivors.Explanation]) -> bool:
    """Say which mutants of the judges their own tests let live without a reason; whether none."""
    everyone = judges.every()
    drawn = mutants.drawn(of(chosen, everyone), chosen.oracle_mutants, chosen.seed)
    census = judges.census(drawn, survivors.about(explained, everyone), everyone)
    for text in survivors.told(census):
        say(text)
    return census.right


if __name__ == "__main__":
    sys.exit(main())
