"""Mutants of the judges: which there are, and that the judges' tests see one that is wrong and not one that isn't."""

from __future__ import annotations

from pathlib import Path

import pytest

from suites.selftest.house.tree import ROOT
from suites.selftest.prove import judges
from suites.selftest.prove.trial import Said

EVERY = judges.every()


def test_every_judge_has_mutants_and_none_is_of_words_alone() -> None:
    files = {each.file for each in EVERY}
    assert files == {each.relative_to(ROOT).as_posix() for each in judges.FOLDER.glob("[!_]*.py")}
    assert not [each.name for each in EVERY if each.operator == "text" and " " in each.before]


def test_a_judge_that_says_nothing_is_seen_and_one_that_names_the_same_otherwise_is_not() -> None:
    silent = next(each for each in EVERY if each.where == "no_answer_shows_a_secret" and each.operator == "return")
    same = next(each for each in EVERY if each.text.startswith("READ_MAX") and each.after == "16")
    tried = judges.census([silent, same], (), EVERY).tried
    assert [tried[each].said for each in (silent, same)] == [Said.VIOLATED, Said.HOLDS]


def test_tests_that_are_red_kill_nothing(tmp_path: Path) -> None:
    red = tmp_path / "test_red.py"
    red.write_text("def test_red():\n    assert not 1\n")
    with pytest.raises(judges.RedError, match="fail where nothing is changed"):
        judges.census(EVERY[:1], (), EVERY, tests=[str(red)])
