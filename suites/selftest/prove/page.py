"""The matrix as a page: one HTML file without a script, in the style of a run's report."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

from markupsafe import Markup

from contracts.catalogue import CONCERNS, Clause, clauses
from gateway.faults import FAULTS
from gateway.variants import VARIANTS
from reports.html.page import environment, seal
from reports.record import atomic
from reports.witness import counted
from suites.selftest.prove.figures import Matrix
from suites.selftest.prove.trial import Trial

FILE = Path("reports/out/prove/index.html")
HERE = Path(__file__).parent
WIDTH, HEIGHT = 1000, 100
"""The box of the curve, which the page stretches."""
WORDS = {"killed": ("●", "found"), "missed": ("○", "missed"), "beside": ("+", "named beside it"), "": ("", "")}
"""Mark and meaning of a cell."""


@dataclass(frozen=True, slots=True)
class Row:
    """A fault in the table of its concern."""

    trial: Trial
    cells: tuple[str, ...]
    """A word for each clause of the concern: `killed`, `missed`, `beside` or none."""
    elsewhere: tuple[str, ...]
    """Clauses of other concerns that were named beside."""

    @property
    def sentence(self) -> str:
        """What the fault says of itself."""
        return sentence(self.trial.name)


@dataclass(frozen=True, slots=True)
class Group:
    """The faults of one concern."""

    concern: str
    clauses: tuple[Clause, ...]
    rows: tuple[Row, ...]

    @property
    def killed(self) -> int:
        """How many of them were found by their own clause."""
        return sum(row.trial.killed for row in self.rows)


def sentence(name: str) -> str:
    """What a gateway says of itself; empty where it is not in the cabinet any more."""
    core = (FAULTS | VARIANTS).get(name)
    return (inspect.getdoc(core) or "").partition("\n")[0] if core else ""


def groups(matrix: Matrix) -> list[Group]:
    """The faults by concern, and by clause in it, in the order of the catalogue."""
    order = list(clauses())
    faults = sorted(
        (each for each in matrix.faults if each.breaks in clauses()), key=lambda each: order.index(each.breaks)
    )
    by_concern = {concern: list(some) for concern, some in groupby(faults, lambda each: clauses()[each.breaks].concern)}
    return [_group(concern, by_concern[concern]) for concern in CONCERNS if concern in by_concern]


def _group(concern: str, faults: Sequence[Trial]) -> Group:
    columns = tuple(each for each in clauses().values() if each.concern == concern and each.gates)
    ids = [each.id for each in columns]
    rows = (
        Row(each, tuple(_cell(each, clause) for clause in ids), tuple(x for x in each.beside if x not in ids))
        for each in faults
    )
    return Group(concern, columns, tuple(rows))


def _cell(trial: Trial, clause: str) -> str:
    if clause == trial.breaks:
        return "killed" if trial.killed else "missed"
    return "beside" if clause in trial.found else ""


def curve(matrix: Matrix) -> str:
    """The share of faults found over the requests sent, as the path of an SVG; empty where none was found."""
    found = sorted(each.first for each in matrix.killed)
    if not found:
        return ""
    steps = (
        f"H{WIDTH * requests / matrix.most:.1f}V{HEIGHT * (1 - count / len(matrix.faults)):.1f}"
        for count, requests in enumerate(found, 1)
        if count == len(found) or found[count] != requests
    )
    return f"M0 {HEIGHT}{''.join(steps)}H{WIDTH}"


def headline(matrix: Matrix) -> str:
    """The answer."""
    alarms = counted(len(matrix.alarms), "false alarm") if matrix.alarms else "no false alarm"
    if not matrix.faults:
        return f"{alarms.capitalize()} in {counted(len(matrix.lawful), 'trial')}"
    missed = len(matrix.survivors)
    which = f"{missed} of {len(matrix.faults)} faults missed" if missed else f"All {len(matrix.faults)} faults found"
    return f"{which}, {alarms}"


def html(matrix: Matrix) -> str:
    """The page."""
    style = files("reports.html").joinpath("report.css").read_text(encoding="utf-8")
    style += (HERE / "page.css").read_text(encoding="utf-8")
    policy = f"default-src 'none'; style-src {seal(style)}; img-src data:; base-uri 'none'; form-action 'none'"
    context: dict[str, Any] = {
        "style": Markup(style),  # noqa: S704  # our own files
        "policy": policy,
        "matrix": matrix,
        "headline": headline(matrix),
        "groups": groups(matrix),
        "curve": curve(matrix),
        "sentence": sentence,
        "counted": counted,
        "words": WORDS,
    }
    return environment(HERE).get_template("page.html.j2").render(context)


def write(matrix: Matrix, path: Path) -> Path:
    """Write the page, whole or not at all, and say where.

    Raises:
        OSError: it can't be written there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_text(path, html(matrix))
    return path
