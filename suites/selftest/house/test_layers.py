"""Who may import whom."""

from __future__ import annotations

import ast

import pytest

from suites.selftest.house.tree import ROOMS, Module, is_stdlib, modules

MAY = {
    "contracts": ("contracts",),
    "gateway": ("gateway", "contracts.messages"),
    "reports": ("reports", "contracts"),
    "suites": ("suites", "contracts", "reports"),
}
"""What each room may take from the rooms; the self-tests and conftest.py may take from all."""
PURE_LIBRARIES = ("jsonschema_rs", "nacl", "yaml")
"""Schema, Ed25519, and YAML because the document is published in it: all that may stand beside the standard library."""
IMPURE = (
    "asyncio",
    "datetime",
    "http",
    "multiprocessing",
    "os",
    "random",
    "secrets",
    "selectors",
    "socket",
    "socketserver",
    "ssl",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib.request",
    "uuid",
)
"""Clocks, sockets, chance, processes: a judge that has one of these can't be asked again about an old run."""


def within(name: str, places: tuple[str, ...]) -> bool:
    """Whether a dotted name is one of some places or lies in one."""
    return any(name == place or name.startswith(f"{place}.") for place in places)


def trespasses(module: Module) -> list[str]:
    """Every import of a module that its room may not make."""
    if module.room not in MAY or module.path.startswith("suites/selftest/"):
        return []
    may = MAY[module.room]
    taken = [(line, name) for line, name in module.imports() if name.partition(".")[0] in ROOMS]
    found = [
        f"{module.path}:{line} imports {name}; {module.room} may take from {' and '.join(may)} only"
        for line, name in taken
        if not within(name, may) or within(name, ("suites.selftest",))
    ]
    return found + (_impurities(module) if module.room == "contracts" else [])


def _impurities(module: Module) -> list[str]:
    found = []
    for line, name in module.imports():
        if within(name, IMPURE):
            found.append(f"{module.path}:{line} imports {name}; contracts has no clock, socket, chance or process")
        elif not is_stdlib(name) and not within(name, (*ROOMS, *PURE_LIBRARIES)):
            found.append(f"{module.path}:{line} imports {name}; beside Python contracts has {PURE_LIBRARIES} only")
    return found


def test_no_room_takes_from_a_room_it_may_not() -> None:
    found = [each for module in modules() for each in trespasses(module)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("gateway/core.py", "from contracts import signing"),
        ("gateway/core.py", "from contracts.oracles.size import over"),
        ("gateway/core.py", "import contracts"),
        ("gateway/core.py", "def f():\n    from contracts import catalogue"),
        ("suites/size.py", "from gateway.core import Gateway"),
        ("suites/size.py", "from suites.selftest.house import tree"),
        ("suites/deep/size.py", "from ...gateway import core"),
        ("reports/page.py", "import suites.gate"),
        ("contracts/signing.py", "from datetime import datetime"),
        ("contracts/signing.py", "from urllib import request"),
        ("contracts/signing.py", "import requests"),
        ("contracts/signing.py", "from . import oracles, other\nfrom reports import page"),
    ],
)
def test_a_trespass_is_seen(path: str, text: str) -> None:
    assert len(trespasses(Module(path, text, ast.parse(text)))) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("gateway/core.py", "from contracts.messages import PATH\nfrom gateway.book import Book\nimport aiohttp"),
        ("suites/size.py", "from reports import recorder\nfrom .strategies import batches"),
        ("reports/page.py", "from contracts.catalogue import clauses"),
        ("contracts/signing.py", "from nacl.signing import SigningKey\nfrom urllib.parse import quote\nimport yaml"),
        ("suites/selftest/test_all.py", "import gateway.core"),
        ("conftest.py", "import gateway.core"),
    ],
)
def test_a_lawful_import_is_let_through(path: str, text: str) -> None:
    assert not trespasses(Module(path, text, ast.parse(text)))
