"""The figures of the suite: when one is worse, how they are told and stored, and that the README has those stored."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from suites.selftest.bench import __main__ as command
from suites.selftest.bench import figures
from suites.selftest.bench.figures import FIGURES, Kind, Measured
from suites.selftest.bench.measuring import SAMPLE, recall, sample
from suites.selftest.house.tree import ROOT
from suites.selftest.prove.figures import Matrix
from suites.selftest.prove.made_up import killed, missed
from suites.target import UsageError

VALUES = {
    "exchange": 2.4,
    "start": 943.4,
    "gate": 1634.0,
    "reports": 253.0,
    "trial": 981.0,
    "requests": 240.0,
    "recall-50": 0.425,
    "recall-100": 0.75,
    "recall": 1.0,
}
LAST = Measured("c3007b1d", VALUES)


def with_(**changes: float) -> Measured:
    return dataclasses.replace(LAST, values=VALUES | {name.replace("_", "-"): value for name, value in changes.items()})


@pytest.mark.parametrize(
    ("name", "value", "worse"),
    [
        ("exchange", 3.3, False),  # a busy machine
        ("exchange", 3.4, True),
        ("exchange", 0.5, False),
        ("requests", 240, False),
        ("requests", 241, True),
        ("recall_50", 0.38, False),  # a fault or two, by the order in which orders are confirmed
        ("recall_50", 0.37, True),
        ("recall", 0.9, True),
    ],
)
def test_a_figure_is_worse_where_chance_does_not_explain_it(name: str, value: float, *, worse: bool) -> None:
    now = with_(**{name: value})
    assert [each.name for each in figures.worse(now, LAST)] == ([name.replace("_", "-")] if worse else [])
    assert sum(line.endswith("WORSE") for line in figures.compared(now, LAST)) == worse


def test_each_figure_is_told_as_it_is_read() -> None:
    told = {each.name: each.told(VALUES[each.name]) for each in FIGURES}
    assert list(told.values()) == ["2.4", "943", "1,634", "253", "981", "240", "42%", "75%", "100%"]


def test_the_terminal_has_both_side_by_side_and_says_of_which_commit_the_last_are() -> None:
    said = list(figures.compared(with_(gate=3000), LAST))
    (line,) = (each for each in said if each.startswith("a gate"))
    assert line.split()[-3:] == ["3,000", "1,634", "WORSE"]
    assert said[-1] == "The last ones are of c3007b1d."
    assert not [each for each in figures.compared(LAST, None) if "last" in each and "one" in each]


def test_what_is_stored_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "last.json"
    figures.write(with_(exchange=2.41279), file)
    assert figures.read(file) == with_(exchange=2.413)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"commit": "x", "figures": {"gate": 1}}'])
def test_what_is_no_such_file_is_told(text: str, tmp_path: Path) -> None:
    file = tmp_path / "last.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"last\.json can't be read .*; --keep makes it anew"):
        figures.read(file)


def test_a_sample_stays_nearly_the_same_where_the_cabinet_grows() -> None:
    names = [f"Fault{number}" for number in range(400)]
    one, other = sample(names), sample([*names, "Another"])
    assert len(one) == len(set(one)) == SAMPLE
    assert len(set(one) & set(other)) >= SAMPLE - 1


def test_recall_is_of_the_whole_sample() -> None:
    matrix = Matrix((killed("A", "size.one", 7), killed("B", "echo.order", 70), killed("C", "size.over", 200)))
    faults = (*matrix.trials, missed("D", "window.form"))
    assert recall(Matrix(faults)) == {"recall-50": 0.25, "recall-100": 0.5, "recall": 0.75}


@pytest.mark.parametrize(
    ("now", "last", "status"), [(LAST, LAST, 0), (with_(recall=0.5), LAST, 1), (with_(recall=0.5), None, 0)]
)
def test_the_command_fails_where_a_figure_is_worse(now: Measured, last: Measured | None, status: int) -> None:
    assert command.told(now, last) == status


def test_wrong_usage_is_told_before_anything_is_measured() -> None:
    with pytest.raises(UsageError, match="--help"):
        command.main(["--nothing"])


# --- what is stored ---------------------------------------------------------------------------------------------------


def test_the_readme_has_the_stored_figures() -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    assert figures.TABLE.findall(page) == [figures.table(figures.read())], "run tox run -e bench -- --keep"


def test_a_page_gets_new_figures_in_the_place_of_the_old_ones() -> None:
    page = f"before\n\n{figures.table(LAST)}\n\n| another | table |\n| --- | --- |\n| a | b |\n"
    assert figures.put(page, with_(exchange=9.9)) == page.replace("| 2.4 |", "| 9.9 |")
    assert {each.kind for each in FIGURES} == set(Kind)
