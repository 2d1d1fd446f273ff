"""The matrix on the terminal: a line for what is amiss, and what it all comes to."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from suites.selftest.prove.figures import Matrix
from suites.selftest.prove.trial import Trial


def say(text: str) -> None:
    """Print a line now."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def line(each: Trial) -> str:
    """One line of the matrix."""
    kind = "fault" if each.breaks else "lawful"
    word = ("killed" if each.breaks else "clean") if each.right else ("SURVIVOR" if each.breaks else "ALARM")
    also = f" beside: {', '.join(each.beside)}" if each.beside else ""
    why = f" {each.said}: {each.fault}" if each.fault else ""
    return f"{word:9} {kind:6} {each.name:42} {each.breaks:32} {each.first:4} {each.seconds:5.1f}s{also}{why}"


def summary(matrix: Matrix) -> Iterator[str]:
    """What the matrix comes to."""
    faults, lawful = matrix.faults, matrix.lawful
    gateways = len({each.name for each in lawful})
    yield (
        f"{len(matrix.killed)} of {len(faults)} faults killed"
        f" ({sum(each.killed_in_concern for each in faults)} in their concern),"
        f" {len(matrix.alarms)} alarms in {len(lawful)} trials of {gateways} lawful gateways"
    )
    if not faults:
        return
    parts = [f"{each.share:.0%} within {each.within} requests" for each in matrix.recalls()]
    yield f"recall: {', '.join(parts)}"
    wide = sum(bool(each.beside) for each in faults)
    yield (
        f"clauses named: median {matrix.named(0.5)}, nine in ten at most {matrix.named(0.9)};"
        f" collateral: {matrix.collateral} beside the own ones, for {wide} faults"
    )
    if len(faults) > len(matrix.untied):  # a whole matrix, not a few by name
        yield f"clauses that nothing broke: {', '.join(matrix.untied) or 'none'}"
