"""The table of published collections names cases that are there, and says why where there are none."""

from __future__ import annotations

import re

from suites.nightly import corpora

ROW = re.compile(r"\| ([^|]*) \| ([^|]+) \| ([^|]*) \| ([^|]+) \|")
PAGE = (corpora.FOLDER / "README.md").read_text(encoding="utf-8")


def _rows() -> list[tuple[str, str, str]]:
    """Category, file and last cell of each row of the second table."""
    table = PAGE.partition("| collection | category |")[2]
    return [(row[2], row[3].strip(), row[4]) for line in table.splitlines()[2:] if (row := _cells(line))]


def _cells(line: str) -> re.Match[str] | None:
    return ROW.fullmatch(re.sub(r"^\| \|", "|  |", re.sub(r"\| \|", "|  |", line)))


def test_every_row_is_read() -> None:
    table = PAGE.partition("| collection | category |")[2]
    assert len(_rows()) == sum(line.startswith("|") for line in table.splitlines()[2:]) > 30


def test_what_has_a_counterpart_has_it_and_what_has_none_has_a_reason() -> None:
    for category, file, cell in _rows():
        named = re.findall("`([^`]+)`", cell)
        if not file:
            assert len(cell.split()) > 5, f"{category}: no reason"
            continue
        cases = corpora.cases(file.removesuffix(".toml"))
        there = {str(case.get("kind", case.get("json"))) for case in cases}
        assert named, f"{category}: no case is named"
        assert set(named) <= there, f"{category}: {sorted(set(named) - there)} not in {file}"


def test_every_corpus_is_on_the_page() -> None:
    for path in corpora.FOLDER.iterdir():
        assert path.name == "README.md" or f"[{path.name}]({path.name})" in PAGE, path.name
