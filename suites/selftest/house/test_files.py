"""How files and folders look."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from suites.selftest.house.tree import ROOMS, ROOT, Module, files, modules

LINES_MAX = 400
LINES_UNASKED = 300
REASON = re.compile(r"\bone file because\b", re.IGNORECASE)
"""What the docstring of a long module says, followed by why it isn't cut in two."""
TOP = {
    *ROOMS,
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "conftest.py",
    "docs",  # pictures of the README
    "pyproject.toml",
    "requirements.lock",
    "tox.ini",
}
DRAWERS = {"common", "helper", "helpers", "misc", "util", "utils"}
"""Names that say nothing of what is inside."""
MARKS = re.compile(r"\bTO[D]O\b|\bFIX[M]E\b|\bX[X]X\b|\bNotImplemented[E]rror\b")
EXCUSE = re.compile(r"noqa\b|type:\s*ignore\b|pragma:\s*no\b")
RULED = re.compile(r"noqa: [A-Z]+\d+(?:, [A-Z]+\d+)*|type: ignore\[[\w, -]+\]|pragma: no (?:cover|branch)")
"""An excuse that says which rule it is from."""


def comments(module: Module) -> Iterator[tuple[int, str]]:
    """Line and text of every comment."""
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def bare_excuse(comment: str) -> str:
    """The excuse in a comment that names no rule, or none has a reason behind ` - ` or another `#`; else empty."""
    parts = [part.strip() for part in re.split(r"#| - ", comment) if part.strip()]
    excuses = [part for part in parts if EXCUSE.match(part)]
    unruled = [each for each in excuses if not RULED.fullmatch(each)]
    return next(iter(unruled if len(excuses) < len(parts) else excuses), "")


def test_every_module_says_what_it_is() -> None:
    assert not [each.path for each in modules() if not each.docstring]


def test_no_file_is_long_without_a_reason() -> None:
    found = []
    for module in modules():
        lines = len(module.text.splitlines())
        if lines > LINES_MAX:
            found.append(f"{module.path} has {lines} lines, more than {LINES_MAX}: cut it in two")
        elif lines > LINES_UNASKED and not REASON.search(module.docstring):
            found.append(
                f"{module.path} has {lines} lines: cut it in two, or say 'One file because ...' in its docstring"
            )
    assert not found, "\n".join(found)


def test_the_top_level_is_what_it_was_agreed_to_be() -> None:
    tops = {each.partition("/")[0] for each in files()}
    assert not sorted(each for each in tops if not each.startswith(".") and each not in TOP)


def test_every_room_is_a_package_all_the_way_down() -> None:
    folders = {PurePosixPath(each.path).parent for each in modules() if each.room}
    assert not [
        f"{each}/__init__.py is missing" for each in sorted(folders) if not (ROOT / each / "__init__.py").is_file()
    ]


def test_what_a_module_of_the_contracts_does_is_tested_under_its_name() -> None:
    """A judge's tests are looked for beside those of its module, and nowhere else."""
    code = {PurePosixPath(each.path).with_suffix("") for each in modules() if each.room == "contracts"}
    tests = {each.path for each in modules() if each.path.startswith("suites/selftest/")}
    missing = [
        f"{each}.py has no tests: write suites/selftest/{each.parent}/test_{each.name}.py, or more such files with"
        f" names that go on after test_{each.name}_"
        for each in sorted(code)
        if each.name not in ("__init__", "catalogue")  # the catalogue's are among the rules of the house
        and not any(re.match(rf"suites/selftest/{each.parent}/test_{each.name}(_\w+)?\.py", path) for path in tests)
    ]
    assert not missing, "\n".join(missing)


def test_no_drawer_for_all_and_everything() -> None:
    assert not [each for each in files() if DRAWERS & {PurePosixPath(part).stem for part in each.split("/")}]


def test_nothing_is_put_off() -> None:
    found = [
        f"{module.path}:{number} {line.strip()}"
        for module in modules()
        for number, line in enumerate(module.text.splitlines(), 1)
        if MARKS.search(line)
    ]
    assert not found, "\n".join(found)


def test_every_excuse_to_a_checker_has_its_reason() -> None:
    found = [
        f"{module.path}:{line} {excuse}: name the rule and, behind another #, the reason"
        for module in modules()
        for line, comment in comments(module)
        if (excuse := bare_excuse(comment))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("comment", "bare"),
    [
        ("# noqa", True),
        ("# noqa: S101", True),
        ("# noqa: S101, S102", True),
        ("# noqa  # because", True),
        ("# type: ignore", True),
        ("# type: ignore  # because", True),
        ("# type: ignore[arg-type]", True),
        ("# pragma: no cover", True),
        ("# noqa: S101  # because", False),
        ("# noqa: S101, S102  # because", False),
        ("# type: ignore[misc]  # noqa: S101  # because", False),
        ("# noqa: S101 - because", False),
        ("# type: ignore[arg-type, misc]  # because", False),
        ("# pragma: no cover  # because", False),
        ("# type: ignore[misc]  # noqa: S101", True),
        ("# of the type that others ignore", False),
    ],
)
def test_a_bare_excuse_is_told_from_one_with_a_reason(comment: str, *, bare: bool) -> None:
    assert bool(bare_excuse(comment)) is bare
