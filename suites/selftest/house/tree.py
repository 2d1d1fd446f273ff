"""What belongs to the project: its files, and its Python modules as they are parsed."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
ROOMS = ("contracts", "gateway", "reports", "suites")
GIT = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
KEPT_DOTS = (".ci", ".github")
"""Hidden folders that belong to the project, for a tree that is no checkout."""


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file of the project."""

    path: str
    """Relative to the root, with slashes."""
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """Its top-level folder; empty at the root."""
        return self.path.partition("/")[0] if "/" in self.path else ""

    @property
    def docstring(self) -> str:
        """What it says of itself."""
        return ast.get_docstring(self.tree) or ""

    def imports(self) -> Iterator[tuple[int, str]]:
        """Line and full dotted name of all that it imports, wherever in the file."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                origin = ".".join(filter(None, (self._package(node.level), node.module)))
                yield from ((node.lineno, f"{origin}.{alias.name}") for alias in node.names)

    def _package(self, level: int) -> str:
        """What the dots of a relative import stand for; empty for an absolute one."""
        return ".".join(self.path.split("/")[:-level]) if level else ""


@cache
def files() -> tuple[str, ...]:
    """Every file of the project, relative to the root: what git tracks or would, or all there is without git."""
    try:
        listed = subprocess.run(GIT, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):
        listed = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if not _left_out(path)]
    return tuple(sorted(each for each in listed if each and (ROOT / each).is_file()))


def _left_out(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    hidden = len(parts) > 1 and parts[0].startswith(".") and parts[0] not in KEPT_DOTS
    return hidden or "__pycache__" in parts or parts[:2] == ("reports", "out")


@cache
def modules() -> tuple[Module, ...]:
    """Every Python module of the project."""
    texts = ((path, (ROOT / path).read_text(encoding="utf-8")) for path in files() if path.endswith(".py"))
    return tuple(Module(path, text, ast.parse(text, path)) for path, text in texts)


def is_stdlib(name: str) -> bool:
    """Whether a dotted name is Python's own."""
    return name.partition(".")[0] in sys.stdlib_module_names
