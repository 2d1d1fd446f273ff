"""What the Markdown files name is there: links, paths, modules and jobs; the commands themselves are run in `docs`."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from suites.selftest.house.markdown import Page, Said, pages
from suites.selftest.house.tree import ROOMS, ROOT, files

OUTSIDE = ("http://", "https://", "mailto:")
ELSEWHERE = ("reports/out", "schemathesis.toml")
"""What only a run makes, and what only another project has."""
PATH = re.compile(
    rf"(?<![\w./<-])(?:{'|'.join(ROOMS)}|docs|\.ci|\.github)/[\w./-]*\w|(?<![\w./-])\w+\.(?:ini|lock|md|py|toml)\b"
)
MODULE = re.compile(rf"(?:python3? -m |\"|^)((?:{'|'.join(ROOMS)})(?:\.\w+)+|gateway\b)(?=\s|\"|$)")
JOB = re.compile(r"tox run -e (\w[\w-]*)")


def missing_targets(page: Page) -> Iterator[str]:
    """Every link of a page that leads nowhere in the project."""
    anchors = {each.file: each.anchors() for each in (*pages(), page)}
    here = PurePosixPath(page.file).parent
    for link in page.links():
        if link.text.startswith(OUTSIDE):
            continue
        path, _, anchor = link.text.partition("#")
        target = (ROOT / here / path).resolve() if path else ROOT / page.file
        if path and not target.exists():
            yield f"{link.where} links to {path}, which is not there"
        elif anchor and anchor not in anchors.get(target.relative_to(ROOT).as_posix(), ()):
            yield f"{link.where} links to #{anchor}, which is no heading of {target.name}"


def missing_paths(page: Page) -> Iterator[str]:
    """Every path of the project that a page names between backticks or in a block, and that is not there."""
    ends = {PurePosixPath(each).name for each in files()}
    for said in _quoted(page):
        for found in PATH.findall(said.text):
            there = (ROOT / found).exists() if "/" in found else found in ends
            if not there and not found.startswith(ELSEWHERE):
                yield f"{said.where} names {found}, which is not there"


def missing_modules(page: Page) -> Iterator[str]:
    """Every module that a page names and that can't be found."""
    for said in _quoted(page):
        yield from (
            f"{said.where} names {each}, no module" for each in MODULE.findall(said.text) if not is_module(each)
        )


def is_module(name: str) -> bool:
    """Whether a dotted name is one of our modules or packages."""
    place = ROOT / name.replace(".", "/")
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def _quoted(page: Page) -> Iterator[Said]:
    yield from page.spans()
    yield from (block for _, block in page.blocks())


def jobs() -> set[str]:
    """The environments of tox, but for those that are another on another Python."""
    read = configparser.ConfigParser(interpolation=None)
    read.read(ROOT / "tox.ini", encoding="utf-8")
    return {
        each.removeprefix("testenv:") for each in read.sections() if each.startswith("testenv:") and "{" not in each
    }


def test_there_are_pages() -> None:
    assert {each.file for each in pages()} >= {"README.md", "CONTRIBUTING.md", "CHANGELOG.md"}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.file)
def test_what_a_page_names_is_there(page: Page) -> None:
    found = [*missing_targets(page), *missing_paths(page), *missing_modules(page)]
    unknown = [f"{page.file} names tox run -e {each}, no job" for each in JOB.findall(page.text) if each not in jobs()]
    assert not found + unknown, "\n".join(found + unknown)


def test_every_job_is_told_in_the_readme() -> None:
    told = next(each for each in pages() if each.file == "README.md").text
    assert not [f"README.md: the table of jobs lacks {each}" for each in sorted(jobs()) if f"| `{each}" not in told]


MADE_UP = """# One thing, and *another*

See [here](docs/nowhere.md), [there](#one-thing-and-another), [nowhere](#two) and [outside](https://example.org/x).
`contracts/nothing.py`, `nothing.py`, `reports/out/latest`, `suites/run.py`, `tox.ini` and `suites.nothing.at_all`.

1. In a list

   ```sh
   tox run -e gate -- --rate 0  # a remark
   python3 -m venv .venv && .venv/bin/pip install tox
   ```

```console
$ tox run -e replay -- docs/none
what it prints
```

Then `.tox/gate/bin/python -m gateway`.
"""


def test_what_is_not_there_is_named_with_its_line() -> None:
    page = Page("MADE_UP.md", MADE_UP)
    assert list(missing_targets(page)) == [
        "MADE_UP.md:3 links to docs/nowhere.md, which is not there",
        "MADE_UP.md:3 links to #two, which is no heading of MADE_UP.md",
    ]
    assert list(missing_paths(page)) == [
        "MADE_UP.md:4 names contracts/nothing.py, which is not there",
        "MADE_UP.md:4 names nothing.py, which is not there",
        "MADE_UP.md:14 names docs/none, which is not there",
    ]
    assert list(missing_modules(page)) == ["MADE_UP.md:4 names suites.nothing.at_all, no module"]


def test_commands_are_told_from_remarks_and_from_what_they_print() -> None:
    assert [(each.said.line, each.said.text, each.printed) for each in Page("MADE_UP.md", MADE_UP).commands()] == [
        (9, "tox run -e gate -- --rate 0", ()),
        (10, "python3 -m venv .venv", ()),
        (10, ".venv/bin/pip install tox", ()),
        (14, "tox run -e replay -- docs/none", ("what it prints",)),
        (18, ".tox/gate/bin/python -m gateway", ()),
    ]
