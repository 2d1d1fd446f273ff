"""Mutants: the embedded gateway itself with one small change of its source, which is never written anywhere."""

from __future__ import annotations

import ast
import hashlib
import importlib
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

import gateway
from gateway.server import EmbeddedGateway
from suites.selftest.prove.operators import changes
from suites.selftest.prove.trial import Subject

FOLDER = Path(str(gateway.__file__)).parent
LEFT_OUT = ("__init__.py", "__main__.py", "memory.py")
"""Nothing is in the first, the second is the command line, the third is for faults and variants only."""
SECONDS_MAX = 120.0
"""How long a mutant's trial may take; one that never answers costs the gate half a minute."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one file."""

    file: str
    """Relative to the root, with slashes."""
    number: int
    """Which of the file's changes it is."""
    line: int
    column: int
    text: str
    """The line as it stands in the file."""
    where: str
    """The function or class around it."""
    operator: str
    before: str
    after: str

    @property
    def name(self) -> str:
        """File, line, column and change; no two have the same."""
        return f"{self.file}:{self.line}:{self.column} {self.operator}: {self.before} → {self.after}"

    @property
    def module(self) -> str:
        """The module's dotted name."""
        return self.file.removesuffix(".py").replace("/", ".")

    def subject(self) -> Subject:
        """The gateway with the change in it."""
        return Subject(self.name, self._serve)

    def code(self) -> CodeType:
        """The whole file with the change made, compiled."""
        path = FOLDER.parent / self.file
        tree = ast.parse(path.read_text(encoding="utf-8"))
        list(changes(tree))[self.number].make()
        return compile(tree, str(path), "exec", dont_inherit=True)

    def install(self) -> None:
        """Have whoever imports the module from now on get the changed one."""
        sys.meta_path.insert(0, _Finder(self))

    def _serve(self) -> EmbeddedGateway:
        """Import the gateway anew with the change in it; this process is spoilt for any other."""
        for name in [each for each in sys.modules if each.partition(".")[0] == "gateway"]:
            del sys.modules[name]
        self.install()
        server: EmbeddedGateway = importlib.import_module(EmbeddedGateway.__module__).EmbeddedGateway()
        return server


class _Finder(MetaPathFinder):
    """Finds the one module that is changed."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002  # the face of importlib
        target: ModuleType | None = None,  # noqa: ARG002  # likewise
    ) -> ModuleSpec | None:
        """The changed module, by the loader that compiles it from memory."""
        if fullname != self._mutant.module:
            return None
        where = str(FOLDER.parent / self._mutant.file)
        return spec_from_file_location(fullname, where, loader=_Loader(fullname, where, self._mutant.code()))


class _Loader(SourceFileLoader):
    """Loads a module from code that is in no file."""

    def __init__(self, fullname: str, path: str, code: CodeType) -> None:
        super().__init__(fullname, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002  # the face of importlib
        """The changed code."""
        return self._code


def every() -> list[Mutant]:
    """All mutants of the gateway, file by file; neither its faults nor its variants are changed."""
    found = []
    for path in sorted(FOLDER.glob("*.py")):
        if path.name not in LEFT_OUT:
            found += of(f"{FOLDER.name}/{path.name}", path.read_text(encoding="utf-8"))
    return found


def of(file: str, source: str) -> list[Mutant]:
    """All mutants of a text."""
    lines = source.splitlines()
    return [
        Mutant(
            file=file,
            number=number,
            line=line,
            column=column,
            text=lines[line - 1].strip(),
            where=each.place.where,
            operator=each.operator,
            before=each.before,
            after=each.after,
        )
        for number, each in enumerate(changes(ast.parse(source)))
        for line, column in (each.position,)
    ]


def drawn(mutants: Sequence[Mutant], count: int, seed: int) -> list[Mutant]:
    """So many of them by chance, in the order in which they came.

    The chance of each hangs on what it is, not on what the others are: more are the same and some more, and a change
    of the gateway's source leaves the rest of the draw as it was.
    """
    twins: Counter[str] = Counter()
    ranks: dict[Mutant, str] = {}
    for each in mutants:
        key = f"{seed}/{each.file}/{each.where}/{each.text}/{each.operator}/{each.before}/{each.after}"
        twins[key] += 1
        ranks[each] = hashlib.sha256(f"{key}/{twins[key]}".encode()).hexdigest()
    chosen = set(sorted(mutants, key=ranks.__getitem__)[:count])
    return [each for each in mutants if each in chosen]
