"""Has the document changed? Compares a newer one with ours and names the clauses that stand on what is different.

    tox run -e drift -- NEW-DOCUMENT

The newer one is an OpenAPI document in YAML or JSON, or a page (Markdown or HTML) with such a document in a block.
Compared is what it says of this operation: the path, the schemas and security schemes that it leads to. Titles, tags,
servers, examples and the version are no promises; neither is the order of required members, nor white space in texts.

Exit status: 0 the same promises; 1 other ones; 4 the document can't be read.
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from contracts.catalogue import clauses
from contracts.document import document
from contracts.messages import PATH
from reports.printable import visible
from suites.settings.given import shown, text_of
from suites.target import UsageError

USAGE_EXIT = 4
NO_PROMISES = frozenset({"operationId", "summary", "tags", "title", "example", "examples", "externalDocs"})
NODES_MAX = 20_000
DEPTH_MAX = 60
BLOCK = re.compile(r"^[ \t]*(```+|~~~+)[^\n]*\n(.*?)^[ \t]*\1[ \t]*$", re.DOTALL | re.MULTILINE)
PRE = re.compile(r"<pre\b[^>]*>(.*?)</pre>", re.DOTALL | re.IGNORECASE)
TAG = re.compile(r"<[^>]*>")
WIDTH = 100


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: where, what was said, what is said now; None where nothing is."""

    pointer: str
    before: str | None
    after: str | None

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses that stand on this place, on what is around it, or on what is in it."""
        mine = self.pointer + "/"
        return tuple(
            each.id
            for each in clauses().values()
            if each.source.startswith("#/") and (mine.startswith(each.source + "/") or each.source.startswith(mine))
        )


def read(path: Path) -> dict[str, Any]:
    """The OpenAPI document that a file is or holds.

    Raises:
        UsageError: there is none in it that describes this operation; one sentence.
    """
    text = text_of(path)
    found = [tree for each in _candidates(text) if (tree := _tree(each)) is not None]
    if not found:
        raise UsageError(f"{shown(path)} holds no OpenAPI document; give a YAML or JSON file, or a page with one")
    for tree in found:
        paths = tree.get("paths")
        if isinstance(paths, dict) and isinstance(paths.get(PATH), dict):
            return tree
    raise UsageError(f"{shown(path)} holds an OpenAPI document that says nothing of {PATH}; give the right one")


def _candidates(text: str) -> Iterator[str]:
    yield text
    for match in BLOCK.finditer(text):
        yield _dedented(match[2])
    for match in PRE.finditer(text):
        yield html.unescape(TAG.sub("", match[1]))


def _dedented(block: str) -> str:
    lines = [line for line in block.splitlines() if line.strip()]
    margin = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    return "\n".join(line[margin:] for line in block.splitlines())


def _tree(text: str) -> dict[str, Any] | None:
    """The text as an OpenAPI document; None where it is none."""
    if "openapi" not in text:
        return None
    try:
        value = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    return value if isinstance(value, dict) and "openapi" in value else None


def promises(tree: Mapping[str, Any]) -> dict[str, str]:
    """What a document says of the operation: JSON pointer to text.

    Raises:
        ValueError: it is deeper or larger than any document of one operation.
    """
    found: dict[str, str] = {}
    start = ("paths", PATH)
    _gather(_at(tree, start), _pointer(start), found, 0)
    _gather(tree.get("security"), "#/security", found, 0)
    names = {name for pointer in found if "/security/" in pointer + "/" for name in pointer.split("/")}
    reached: set[str] = set()
    while wanted := {text for text in found.values() if text.startswith("#/components/")} - reached:
        for reference in sorted(wanted):
            reached.add(reference)
            _gather(_at(tree, _steps(reference)), reference, found, 0)
    schemes = _at(tree, ("components", "securitySchemes"))
    for name in sorted(names & set(schemes if isinstance(schemes, dict) else ())):
        _gather(schemes[name], _pointer(("components", "securitySchemes", name)), found, 0)
    return found


def _gather(node: Any, pointer: str, found: dict[str, str], depth: int) -> None:
    if depth > DEPTH_MAX or len(found) > NODES_MAX:
        raise ValueError(f"it is deeper than {DEPTH_MAX} levels or has more than {NODES_MAX} values")
    if isinstance(node, dict):
        found |= {} if node else {pointer: "{}"}
        for name, value in node.items():
            named = depth and pointer.endswith("/properties")
            if named or not (str(name) in NO_PROMISES or str(name).startswith("x-")):
                _gather(value, f"{pointer}/{_step(str(name))}", found, depth + 1)
    elif isinstance(node, list):
        _gather_list(node, pointer, found, depth)
    elif node is not None:
        found[pointer] = " ".join(str(node).split())


def _gather_list(node: list[Any], pointer: str, found: dict[str, str], depth: int) -> None:
    """A list of strings, such as `required`, is a set: its order says nothing."""
    found |= {} if node else {pointer: "[]"}
    for index, each in enumerate(node):
        if isinstance(each, str):
            found[f"{pointer}/{_step(each)}"] = each
        else:
            _gather(each, f"{pointer}/{index}", found, depth + 1)


def _at(tree: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        tree = tree.get(step) if isinstance(tree, dict) else None
    return tree


def _step(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _pointer(steps: Sequence[str]) -> str:
    return "#/" + "/".join(map(_step, steps))


def _steps(pointer: str) -> list[str]:
    return [each.replace("~1", "/").replace("~0", "~") for each in pointer.removeprefix("#/").split("/")]


def changes(new: Mapping[str, Any]) -> list[Change]:
    """How a newer document differs from ours, in the order of pointers.

    Raises:
        ValueError: as `promises`.
    """
    ours, theirs = promises(document()), promises(new)
    both = ((pointer, ours.get(pointer), theirs.get(pointer)) for pointer in sorted({*ours, *theirs}))
    return [Change(*each) for each in both if each[1] != each[2]]


def lines(found: Sequence[Change]) -> Iterator[str]:
    """The differences in words."""
    if not found:
        yield "The same promises."
    for each in found:
        before, after = (None if text is None else visible(text[:WIDTH]) for text in (each.before, each.after))
        where = visible(each.pointer)
        if after is None:
            yield f"gone     {where}\n         it said: {before}"
        elif before is None:
            yield f"new      {where}\n         it says: {after}"
        else:
            yield f"changed  {where}\n         it said: {before}\n         it says: {after}"
        stand = ", ".join(each.clauses)
        yield f"         clauses: {stand}" if stand else "         no clause stands on this"
    touched = sorted({clause for each in found for clause in each.clauses})
    if found:
        yield f"{len(found)} differences touch {len(touched)} clauses: {', '.join(touched) or 'none'}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare; the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if len(given) != 1 or given[0].startswith("-"):
            raise UsageError("give one document: tox run -e drift -- NEW-DOCUMENT")  # noqa: TRY301  # as any wrong usage
        path = Path(given[0])
        found = changes(read(path))
    except (UsageError, ValueError) as error:
        sys.stderr.write(f"drift: {error}\n")
        return USAGE_EXIT
    sys.stdout.write("\n".join(lines(found)) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
