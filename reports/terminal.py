"""The end of a run on a terminal, in plain words: what is broken, what was not looked at, and the answer last."""

from __future__ import annotations

from pathlib import Path

from reports import summary, witness
from reports.printable import visible, wrapped
from reports.record.folder import typed
from reports.results import Finding, Result, RunResult

RED, GREEN, YELLOW, BOLD, DIM, PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[1m", "\x1b[2m", "\x1b[0m"
PROMISES_MAX = 12
WAYS_MAX = 3
INDENT = " " * 14
"""Where the words stand below their labels."""
IDS_MAX = 8
ANSWERS_MAX = 12
SHADE = {Result.HOLDS: GREEN, Result.VIOLATED: RED}
"""Of the answer; any other result says nothing about the target and is yellow."""


def lines(run: RunResult, folder: Path, colour: bool, width: int) -> list[str]:  # noqa: FBT001  # the signature is agreed
    """The summary as lines without line feeds; no character of a target's acts on the terminal.

    Args:
        folder: the run's, as the reader would type it.
        colour: whether escape sequences of our own are wanted.
        width: columns; commands are never broken, so that they can be copied.
    """
    folder = typed(folder)
    paint = _Paint(colour=colour)
    return [
        *_broken(run, folder, paint, width),
        *_idle(run, paint, width),
        *_changed(run, paint, width),
        *_answer(run, folder, paint, width),
    ]


class _Paint:
    """Wraps text in our own escape sequences, or leaves it plain."""

    def __init__(self, *, colour: bool) -> None:
        self._colour = colour

    def __call__(self, shade: str, text: str) -> str:
        return f"{shade}{text}{PLAIN}" if self._colour else text


def _broken(run: RunResult, folder: Path, paint: _Paint, width: int) -> list[str]:
    promises = summary.by_promise(summary.worst_first(run.findings))
    if not promises:
        return []
    out = [paint(BOLD, summary.findings_words(run))]
    for each in promises[:PROMISES_MAX]:
        out += ["", *_promise(run, each, folder, paint, width)]
    left = len(promises) - PROMISES_MAX
    return [*out, *(["", f"  ... and {left} more in the report"] if left > 0 else []), ""]


def _promise(run: RunResult, findings: list[Finding], folder: Path, paint: _Paint, width: int) -> list[str]:
    clause, waived = findings[0].clause, findings[0].waived
    reasons = "; ".join(dict.fromkeys(each.waiver for each in findings))
    out = [
        f"  {paint(YELLOW if waived else RED, clause.id)}  {paint(DIM, f'({clause.strength})')}",
        *wrapped(f"Promised: {clause.says}", width, indent=INDENT, first="    "),
        *wrapped(f"It costs: {clause.effect}", width, indent=INDENT, first="    "),
        *(wrapped(f"Waived:   {reasons}", width, indent=INDENT, first="    ") if waived else []),
    ]
    for each in findings[:WAYS_MAX]:
        command, _ = summary.replay_commands(each, str(folder))
        out += wrapped(f"Happened: {each.message} ({_also(run, each)})", width, indent=INDENT, first="    ")
        out.append(f"    Replay:   {visible(command)}")
    left = len(findings) - WAYS_MAX
    return [*out, *([f"    ... and in {witness.counted(left, 'more way')}"] if left > 0 else [])]


def _also(run: RunResult, finding: Finding) -> str:
    return ", ".join(filter(None, (summary.often(finding), summary.standing(run, finding))))


def _idle(run: RunResult, paint: _Paint, width: int) -> list[str]:
    groups = summary.idle_by_reason(run)
    if not groups:
        return []
    out = [paint(BOLD, f"Not exercised: {summary.idle_words(run)}")]
    for reason, results in groups.items():
        ids = [each.clause.id for each in results]
        more = f" and {len(ids) - IDS_MAX} more" if len(ids) > IDS_MAX else ""
        out += wrapped(reason, width, indent="    ", first="  - ")
        out += [paint(DIM, each) for each in wrapped(", ".join(ids[:IDS_MAX]) + more, width, indent="    ")]
    return [*out, ""]


def _changed(run: RunResult, paint: _Paint, width: int) -> list[str]:
    found = summary.changed(run)
    if not found:
        return []
    out = [paint(BOLD, "Open questions answered otherwise than before")]
    for each in found[:ANSWERS_MAX]:
        out.append(f"  {paint(YELLOW, each.question.id)}")
        out += wrapped(each.question.says, width, indent="    ")
        out += wrapped(f"Now: {each.answer}", width, indent="    ")
        out += wrapped(f"Before: {each.pinned}", width, indent="    ")
    left = len(found) - ANSWERS_MAX
    return [*out, *([f"  ... and {left} more in the report"] if left > 0 else []), ""]


def _answer(run: RunResult, folder: Path, paint: _Paint, width: int) -> list[str]:
    facts = run.facts
    about = f"{visible(facts.target)}, {facts.profile}, seed {facts.seed}, {witness.counted(facts.requests, 'request')}"
    said = wrapped(f"{summary.headline(run)}. {summary.sentence(run)}", width)
    shade = SHADE.get(run.result, YELLOW)
    return [
        paint(DIM, f"{about} in {facts.seconds:.1f} s" + (f", {facts.void} void" if facts.void else "")),
        *(paint(shade + BOLD, each) for each in said),
        *wrapped(summary.since(run), width),
        f"The report: {visible(str(folder / 'report' / 'index.html'))}",
    ]
