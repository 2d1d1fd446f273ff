"""The jobs of tox: what a reader names behind `--` is run in the place of the whole."""

from __future__ import annotations

import configparser
import shlex

import pytest

from suites.selftest.house.tree import ROOT


def commands() -> dict[str, list[str]]:
    """The words of the commands of every job that run tests and are given something."""
    read = configparser.ConfigParser(interpolation=None)
    read.read(ROOT / "tox.ini", encoding="utf-8")
    lines = {name: read[name].get("commands", "").replace("\\\n", " ").splitlines() for name in read.sections()}
    found = {name: shlex.split(line) for name, some in lines.items() for line in some if "{posargs}" in line}
    return {name: words for name, words in found.items() if "pytest" in words}


def test_there_are_jobs_that_run_tests() -> None:
    assert {"testenv:gate", "testenv:selftest", "testenv:hostile"} < set(commands())


@pytest.mark.parametrize("job", [name for name in commands() if name != "testenv:fast"])  # which is a list
def test_a_part_that_is_named_is_all_that_is_run(job: str) -> None:
    named = [each for each in commands()[job] if (ROOT / each).is_dir()]
    assert not named, f"tox.ini: {job} runs {named} beside what is named behind --; write -o testpaths={named[0]}"
