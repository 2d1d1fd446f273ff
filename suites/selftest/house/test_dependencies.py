"""What is installed is what was chosen: every requirement pinned, every pin hashed, no place to fetch from named."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from suites.selftest.house.tree import ROOT, is_stdlib, modules

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PIN = re.compile(r"^([\w.-]+)==([^\s;]+)([^\n\\]*)\\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n?)+)", re.MULTILINE)
PINS = {found[1]: found[2] for found in PIN.finditer(LOCK)}
GROUPS: dict[str, list[Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
DIRECT = {each: Requirement(each) for group in GROUPS.values() for each in group if isinstance(each, str)}
OWN = ("contracts", "gateway", "reports", "suites")
IMPORTED_AS = {
    "allure_commons": "allure-python-commons",
    "nacl": "pynacl",
    "rest_framework": "djangorestframework",
    "yaml": "pyyaml",
}
BORROWED = {"markupsafe": "Jinja2's own strings", "packaging": "pytest's own, for this test"}
"""Imported, but in the hands of a library that is declared."""
PLACES = re.compile(r"://|^\s*(?:-i|-f|--index|--extra-index|--find-links|--trusted-host)|\sfile:", re.MULTILINE)


def test_the_lock_has_nothing_but_hashed_pins() -> None:
    rest = PIN.sub("", LOCK)
    assert not [line for line in rest.splitlines() if line and not line.startswith("#")]


def test_the_lock_names_no_place_to_fetch_from() -> None:
    assert not PLACES.findall(LOCK)


@pytest.mark.parametrize("requirement", DIRECT.values(), ids=list(DIRECT))
def test_a_requirement_is_pinned_within_its_bounds(requirement: Requirement) -> None:
    pin = PINS.get(canonicalize_name(requirement.name))
    assert pin, f"{requirement.name} is not in requirements.lock: run the command in its second line"
    assert requirement.specifier.contains(pin), f"the lock has {requirement.name} {pin}, not {requirement.specifier}"
    assert requirement.specifier, f"{requirement.name} has no lower bound in pyproject.toml"


def test_what_is_imported_is_declared() -> None:
    declared = {canonicalize_name(each.name) for each in DIRECT.values()}
    found = {
        f"{module.path}:{line} imports {name}, which no dependency group of pyproject.toml names"
        for module in modules()
        for line, name in module.imports()
        for top in [name.partition(".")[0]]
        if not is_stdlib(name) and top not in OWN and top not in BORROWED and top != "conftest"
        if canonicalize_name(IMPORTED_AS.get(top, top)) not in declared
    }
    assert not found, "\n".join(sorted(found))
