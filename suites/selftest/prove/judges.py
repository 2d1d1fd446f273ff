"""Mutants of the judges: one small change of `contracts/oracles`, and what the judges' own tests say of it.

Each mutant has a process of its own, forked from this one. All rooms are imported anew there, so that whatever holds a
judge holds the changed one; what the tests need of others is there already, and what pytest would say of an assertion,
which nobody reads, is left out: that takes two thirds off the time.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import hypothesis.strategies  # noqa: F401  # not once more in every fork
import pytest

from contracts import oracles
from suites.selftest.house.tree import ROOMS, ROOT
from suites.selftest.prove import mutants, running
from suites.selftest.prove.mutants import Mutant
from suites.selftest.prove.survivors import Census, Explanation
from suites.selftest.prove.trial import Said, Subject, Trial

FOLDER = Path(str(oracles.__file__)).parent
TESTS = tuple(
    sorted(
        each.relative_to(ROOT).as_posix()
        for each in (ROOT / "suites" / "selftest" / "contracts" / "oracles").glob("test_*.py")
        if each.stem != "test_every_judge"
    )
)
"""Every exchange in them is written by hand; two tests of all echoes draw theirs, the same in every run."""
ENDS = {pytest.ExitCode.OK: Said.HOLDS, pytest.ExitCode.TESTS_FAILED: Said.VIOLATED}
"""What the tests have said, by their exit status; with any other, the changed module could not even be imported."""
SECONDS_MAX = 60.0
AS_IT_IS = "as it is"
"""The name of the one trial in which nothing is changed."""


def every() -> list[Mutant]:
    """All mutants of the judges, file by file, but for those of the words in which they speak."""
    files = sorted(each for each in FOLDER.glob("*.py") if each.name != "__init__.py")
    made = (mutants.of(each.relative_to(ROOT).as_posix(), each.read_text(encoding="utf-8")) for each in files)
    return [each for some in made for each in some if not _is_of_words(each)]


def _is_of_words(mutant: Mutant) -> bool:
    """Whether nothing but a sentence is changed, which no test should hold to the letter; or the dot behind a concern.

    The same clauses begin with the concern and with its dot.
    """
    return mutant.operator == "text" and (" " in mutant.before or mutant.before.endswith(".'"))


class RedError(ValueError):
    """The judges' tests fail as they are, so that they would kill any mutant."""


def census(
    drawn: list[Mutant], explained: Sequence[Explanation], everyone: list[Mutant], tests: Sequence[str] = TESTS
) -> Census:
    """What becomes of some of them under the judges' tests.

    Raises:
        RedError: the tests fail where nothing is changed.
    """
    by_name = {each.name: each for each in drawn}

    def tested(subject: Subject) -> Trial:
        return Trial(subject.name, "", tests_say(by_name.get(subject.name), tests))

    as_it_is = replace(drawn[0].subject(), name=AS_IT_IS)
    subjects = [as_it_is, *(each.subject() for each in drawn)]
    tried: dict[Mutant, Trial] = {}
    for each in running.run(subjects, tested, workers=running.CORES, seconds=SECONDS_MAX):
        if each.name != AS_IT_IS:
            tried[by_name[each.name]] = each
        elif each.said is not Said.HOLDS:
            ends = "take too long" if each.said is Said.HUNG else "fail"
            raise RedError(f"the judges' tests {ends} where nothing is changed: see suites/selftest/contracts/oracles")
    return Census(tried, explained, everyone)


def tests_say(mutant: Mutant | None, tests: Sequence[str]) -> Said:
    """What the judges' tests say of a mutant, or of the judges as they are.

    This process is spoilt for anything else but telling it.
    """
    ours = {name: each for name, each in sys.modules.items() if name.partition(".")[0] in (*ROOMS, "conftest")}
    for name in ours:
        del sys.modules[name]
    try:
        if mutant is not None:
            mutant.install()
            importlib.import_module(mutant.module)
    except Exception:  # noqa: BLE001  # whatever the change made of the module
        return Said.UNBORN
    else:
        return ENDS.get(pytest.ExitCode(_run(tests)), Said.UNBORN)
    finally:
        sys.modules.update(ours)  # by these the answer is pickled


def _run(tests: Sequence[str]) -> int:
    quickly = ("--assert=plain", "--disable-plugin-autoload")
    options = ("-x", "-q", *quickly, "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml"))
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
        return pytest.main([*options, *(str(ROOT / each) for each in tests)])
