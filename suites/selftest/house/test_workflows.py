"""The examples for continuous integration: sound, short, pinned, and saying only what the suite knows."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from suites.selftest.house.tree import ROOT
from suites.target import ENV_KEYS, ENV_MARKETS, ENV_URL

FILES = sorted([*(ROOT / ".github" / "workflows").glob("*.yml"), *(ROOT / "docs" / "ci").glob("*.yml")])
LINES_MAX = 80
PINNED = re.compile(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}")
VARIABLES = {ENV_URL, ENV_MARKETS, *(name for names in ENV_KEYS.values() for name in names)}
parametrised = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)


def values(tree: Any, *names: str) -> Iterator[Any]:
    """Every value that stands under one of these names, anywhere; of lists, each item."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            if name in names:
                yield from value if isinstance(value, list) else [value]
            yield from values(value, *names)
    elif isinstance(tree, list):
        for each in tree:
            yield from values(each, *names)


def test_there_is_an_example_for_each() -> None:
    assert {path.name for path in FILES} >= {"gate.yml", "nightly.github.yml", "gitlab-ci.yml"}


@parametrised
def test_it_is_short_and_its_actions_are_pinned(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= LINES_MAX
    assert not [each for each in values(yaml.safe_load(text), "uses") if not PINNED.fullmatch(each)]


@parametrised
def test_its_commands_are_of_the_shell_and_of_tox_and_its_options_are_ours(path: Path) -> None:
    tox, options = (ROOT / "tox.ini").read_text(), (ROOT / "suites" / "settings" / "options.py").read_text()
    commands = list(values(yaml.safe_load(path.read_text()), "run", "script", "before_script"))
    assert commands
    for command in commands:
        subprocess.run(["bash", "-n"], input=command, text=True, check=True)  # noqa: S607  # whichever bash there is
        assert all(f"[testenv:{name}]" in tox for name in re.findall(r"tox run -e (\w+)", command))
        for line in command.splitlines():
            words = shlex.split(line, comments=True) if "-m pytest" in line else []
            assert all(f'"{word}"' in options for word in words if word.startswith("--"))


@parametrised
def test_its_variables_are_ours_and_none_is_written_out(path: Path) -> None:
    text = path.read_text()
    assert set(re.findall(r"POLYMARKET_[A-Z_]*[A-Z]", text)) <= VARIABLES
    for each in values(yaml.safe_load(text), *VARIABLES):
        assert each.startswith("${{ ")
