"""Options and variables: what the pages name is there, what is there stands in the README, and every command is read.

A command that takes too long to be run is read by the parser of its module all the same.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache

import pytest

from suites.selftest.docs.shell import arguments
from suites.selftest.docs.test_commands import LONG, MEANT, NOT_RUN, PEER
from suites.selftest.house.markdown import Page, pages
from suites.selftest.house.test_markdown import jobs
from suites.selftest.house.tree import ROOT, modules
from suites.settings import options

NOT_OURS = {"--ignore", "--notest", "--strict"}
"""Options of pytest, tox and pip-audit that a page names by themselves."""
OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*")
VARIABLE = re.compile(r"POLYMARKET_[A-Z_]*[A-Z]\b")
TOX_BIN = re.compile(r"\.tox/([\w.-]+)/bin/")
READ = """
import argparse, runpy, sys
def read(self, args=None, namespace=None, known=argparse.ArgumentParser.parse_known_args):
    rest = known(self, args, namespace)[1]
    sys.exit(f"left over: {rest}" if rest else 0)
argparse.ArgumentParser.parse_args = argparse.ArgumentParser.parse_intermixed_args = read
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
sys.exit("no parser was asked")
"""
"""Starts a module, and ends with 0 as soon as its parser has taken all that it was given."""
READ_ONLY = [name for name, why in NOT_RUN.items() if why in (LONG, PEER)]
"""What starts something of ours and is not run."""
ADDING = ("add_argument", "addoption")


def table(first: str) -> Iterator[str]:
    """The first cells of the README's table whose first column has this heading."""
    text = next(each for each in pages() if each.file == "README.md").text
    _, _, behind = text.partition(f"\n| {first} |")
    for line in behind.splitlines()[2:]:
        if not line.startswith("|"):
            return
        yield line.split("|")[1]


@cache
def declared() -> set[str]:
    """The options that any parser of ours has."""
    calls = (each for module in modules() for each in ast.walk(module.tree) if isinstance(each, ast.Call))
    adding = (each for each in calls if isinstance(each.func, ast.Attribute) and each.func.attr in ADDING)
    return {str(each.args[0].value) for each in adding if isinstance(each.args[0], ast.Constant)}


def test_the_readme_has_every_option_of_a_run_and_no_other() -> None:
    group: list[str] = []

    class Parser:
        def getgroup(self, *_: str) -> Parser:
            return self

        def addoption(self, name: str, **_: object) -> None:
            group.append(name)

    options.pytest_addoption(Parser())  # type: ignore[arg-type]  # as much of pytest's as is asked for
    assert sorted({name for cell in table("option") for name in OPTION.findall(cell)}) == sorted(group)


def test_the_readme_has_every_variable_that_is_read_and_no_other() -> None:
    code = [each.text for each in modules() if not each.path.startswith("suites/selftest/")]
    read = {name for text in code for name in VARIABLE.findall(text)} - {"POLYMARKET_OTHER"}  # how two names begin
    assert sorted({name for cell in table("variable") for name in VARIABLE.findall(cell)}) == sorted(read)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.file)
def test_every_option_that_a_page_names_is_one_of_ours(page: Page) -> None:
    named = [(said, name) for said in page.spans() if said.text.startswith("--") for name in OPTION.findall(said.text)]
    unknown = [f"{said.where}: {name}" for said, name in named if name not in declared() and name not in NOT_OURS]
    assert not unknown, "no parser of ours has\n" + "\n".join(unknown)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.file)
def test_every_environment_that_a_page_starts_something_in_is_one_of_tox(page: Page) -> None:
    assert sorted({*TOX_BIN.findall(page.text)} - jobs()) == []


@pytest.mark.parametrize("command", READ_ONLY)
def test_what_is_not_run_is_read_by_its_own_parser(command: str) -> None:
    meant = re.sub("|".join(MEANT), lambda word: MEANT[word[0]], command)
    interpreter, _, *given = arguments(meant)
    done = subprocess.run(
        [interpreter, "-c", READ, *given], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, f"{command}: {done.stderr}"


def test_wrong_usage_is_exit_4_of_every_command() -> None:
    """Not argparse's own 2, which is an interrupt's here: whoever wants a parser asks `suites.command.parser`."""
    calls = (
        (module.path, each) for module in modules() for each in ast.walk(module.tree) if isinstance(each, ast.Call)
    )
    plain = [path for path, each in calls if "ArgumentParser" in ast.unparse(each.func)]
    assert plain == []
