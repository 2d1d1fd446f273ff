"""Judge recorded runs again, with the judges of today: what would they have said?

    python -m suites.rejudge RUN-FOLDER [RUN-FOLDER ...] [--pins FILE] [--strict-pins] [--waivers FILE] [--out DIR]

Nothing is sent, and no network is needed: `run.json` and `exchanges.ndjson`, with a night's segments beside it, are all
that is read, also of a run that was killed. The same reports are written as by the run itself, to `rejudged` in its
folder.

Exit status: as the gate's, but that nothing is unreachable here. Of several runs the worst counts: 3, 1, 2, 6, 0.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from contracts.document import digest
from contracts.messages import Exchange
from reports import terminal
from reports.judging import OracleFault
from reports.printable import one_line, visible
from reports.record import facts as facts_file
from reports.record import segments
from reports.record.folder import open_run
from reports.results import Result, RunFacts
from reports.write import write
from suites.command import USAGE_EXIT, WORST_FIRST, from_the_shell, parser, say
from suites.conclusion import Against, judged, own_version
from suites.settings import pins, waivers
from suites.target import UsageError

FOLDER = "rejudged"


@dataclass(frozen=True, slots=True)
class Case:
    """A recorded run that is to be judged."""

    folder: Path
    out: Path
    facts: RunFacts
    exchanges: tuple[Exchange, ...]


def order_of(arguments: Sequence[str] | None) -> tuple[list[Case], Against]:
    """What the user wants.

    Raises:
        ValueError: it can't be done, in one sentence; nothing was judged.
        OSError: a folder can't be read.
    """
    wanted = parser("rejudge", __doc__)
    wanted.add_argument(
        "runs", nargs="+", type=Path, help="folders of runs, with run.json and exchanges.ndjson in them"
    )
    wanted.add_argument("--pins", type=Path, metavar="FILE", help="show which of these answers have changed")
    wanted.add_argument("--strict-pins", action="store_true", help="let a changed answer fail the run")
    wanted.add_argument("--waivers", type=Path, metavar="FILE", help="known deviations, each with a reason")
    wanted.add_argument("--out", type=Path, help=f"folder for the reports (default: {FOLDER} in that of the run)")
    given = wanted.parse_intermixed_args(arguments)
    if given.strict_pins and given.pins is None:
        raise UsageError("--strict-pins compares with --pins FILE; give that as well")
    known = pins.read(given.pins) if given.pins is not None else None
    against = Against(
        pins=known.answers if known is not None else {},
        strict_pins=given.strict_pins,
        waivers=waivers.read(given.waivers) if given.waivers is not None else (),
    )
    folders = list(dict.fromkeys(each.resolve() if each.is_symlink() else each for each in given.runs))
    return [_case(each, given.out, alone=len(folders) == 1) for each in folders], against


def _case(folder: Path, out: Path | None, *, alone: bool) -> Case:
    about = facts_file.read(folder)
    exchanges = tuple(segments.read(folder, say=_warn))
    where = folder / FOLDER if out is None else out if alone else out / folder.name
    if where.resolve() == folder.resolve():
        raise UsageError(f"--out: {visible(str(where))} is the run itself; name another folder")
    return Case(folder, where, about if about.ended else _counted(about, exchanges), exchanges)


def _counted(about: RunFacts, exchanges: Sequence[Exchange]) -> RunFacts:
    """The facts of a run that was killed, with what its record tells of it."""
    if about.requests or not exchanges:
        return about
    end = max(each.sent_ms + each.elapsed_ms for each in exchanges)
    return replace(
        about,
        requests=sum(each.tries for each in exchanges),
        void=sum(each.void for each in exchanges),
        seconds=round(max(0.0, end - min(each.sent_ms for each in exchanges)) / 1000, 3),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge runs again; the exit status."""
    try:
        cases, against = order_of(arguments)
        for case in cases:
            open_run(case.out)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"rejudge: {one_line(str(error))}\n")
        return USAGE_EXIT
    results = [_again(case, against) for case in cases]
    return next(each for each in WORST_FIRST if each in results).exit_status


def _again(case: Case, against: Against) -> Result:
    """Judge one run and write its reports; a fault of the suite is told in a sentence."""
    was = dict(case.facts.versions).get("suite", "unknown")
    note = f"Judged again on {datetime.now(UTC):%Y-%m-%d} by suite {own_version()}; the run was made by suite {was}"
    other = case.facts.document != digest()
    note += " for another edition of the document." if other else "."
    about = replace(
        case.facts, document=digest(), notes=(*dict.fromkeys((*case.facts.notes, *segments.lost(case.folder))), note)
    )
    try:
        result = judged(about, case.exchanges, against)
        facts_file.write(about, case.out)
        segments.copy(case.folder, case.out)
        write(result, case.out)
    except (OracleFault, OSError) as error:
        sys.stderr.write(f"rejudge: {visible(str(case.folder))}: {one_line(str(error))}\n")
        return Result.BROKEN
    except ExceptionGroup as group:
        sys.stderr.writelines(f"rejudge: {one_line(str(error))}\n" for error in group.exceptions)
        return Result.BROKEN
    say(terminal.lines(result, case.out, colour=False, width=shutil.get_terminal_size().columns))
    return result.result


def _warn(sentence: str) -> None:
    sys.stderr.write(f"rejudge: {sentence}\n")


if __name__ == "__main__":
    sys.exit(from_the_shell(main))
