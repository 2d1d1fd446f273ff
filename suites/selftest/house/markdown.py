"""What the project's Markdown files say: blocks, commands, links, and what stands between backticks."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import takewhile

from suites.selftest.house.tree import ROOT, files

FENCE = re.compile(
    r"^(?P<indent>[ ]*)(?P<ticks>`{3,})(?P<language>\S*)[^\n]*\n(?P<text>.*?)^[ ]*(?P=ticks)[ ]*$",
    re.MULTILINE | re.DOTALL,
)
SHELLS = ("bash", "console", "sh", "shell")
PROMPT = "$ "
REMARK = re.compile(r"(?:^|\s)#.*")
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\]\((?P<target>[^)\s]+)(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
COMMAND = re.compile(r"(?:\.venv/bin/)?tox run -[em] (?=\w)|\.(?:tox|venv)/\S+ |python3? -m \w|pre-commit |\.ci/run")
"""How a span begins that is a command, and not the name of one."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something that a Markdown file says, and where."""

    file: str
    """Relative to the root."""
    line: int
    text: str

    @property
    def where(self) -> str:
        """File and line, as an editor takes them."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Command:
    """What a reader is told to type."""

    said: Said
    printed: tuple[str, ...]
    """The lines that the page says it prints, blank ones left out; empty where it doesn't say."""


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file."""

    file: str
    text: str

    def blocks(self) -> Iterator[tuple[str, Said]]:
        """The language and the text of every fenced block."""
        for each in FENCE.finditer(self.text):
            yield each["language"], self._said(each.start("text"), textwrap.dedent(each["text"]))

    def commands(self) -> list[Command]:
        """Every command, in the order of the page: each line of a shell's block, and each span that begins as one.

        In a block with a prompt (`$ `), only the lines behind one are commands; the rest is what they print. `&&` parts
        two, `#` begins a remark.
        """
        blocks = [each for language, block in self.blocks() if language in SHELLS for each in _typed(block)]
        spans = [Command(each, ()) for each in self.spans() if COMMAND.match(each.text)]
        return sorted((*blocks, *spans), key=lambda each: each.said.line)

    def spans(self) -> Iterator[Said]:
        """What stands between backticks, outside blocks."""
        return (self._said(each.start(1), each[1]) for each in SPAN.finditer(self._prose()))

    def links(self) -> Iterator[Said]:
        """The targets of links and pictures."""
        return (self._said(each.start("target"), each["target"]) for each in LINK.finditer(self._prose()))

    def anchors(self) -> set[str]:
        """What a link can name behind `#`, as the forges make it of headings."""
        heads = (re.sub(r"[^\w\- ]", "", each[1].lower()).replace(" ", "-") for each in HEADING.finditer(self._prose()))
        return set(heads)

    def _prose(self) -> str:
        """The text with every block blanked, so that lines keep their numbers."""
        return FENCE.sub(lambda each: re.sub(r"[^\n]", " ", each[0]), self.text)

    def _said(self, place: int, text: str) -> Said:
        return Said(self.file, self.text.count("\n", 0, place) + 1, text)


def _typed(block: Said) -> Iterator[Command]:
    lines = block.text.splitlines()
    prompted = any(line.startswith(PROMPT) for line in lines)
    for number, line in enumerate(lines):
        if prompted and not line.startswith(PROMPT):
            continue
        printed = takewhile(lambda each: not each.startswith(PROMPT), lines[number + 1 :]) if prompted else ()
        for text in REMARK.sub("", line.removeprefix(PROMPT)).split(" && "):
            if text.strip():
                yield Command(Said(block.file, block.line + number, text.strip()), tuple(filter(str.strip, printed)))


@cache
def pages() -> tuple[Page, ...]:
    """Every Markdown file of the project."""
    return tuple(Page(each, (ROOT / each).read_text(encoding="utf-8")) for each in files() if each.endswith(".md"))
