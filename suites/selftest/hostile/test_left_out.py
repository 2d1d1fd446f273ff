"""No way of leaving something out ends in exit 0 and `holds`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from suites.selftest.gate.command import ran

WAYS: dict[str, tuple[tuple[str, ...], int]] = {
    "a word": (("-k", "size"), 2),
    "one promise less": (("--deselect", "suites/size.py"), 2),
    "one module": (("suites/size.py",), 2),
    "one promise": (("suites/size.py::test_the_promise_is_kept[size.one]",), 2),
    "a module ignored": (("--ignore", "suites/size.py"), 2),
    "modules ignored by their names": (("--ignore-glob", "*size*"), 2),
    "another list of modules": (("-o", "python_files=suites/size.py"), 2),
    "nothing at all": (("-k", "nothing_of_that_name"), 5),
    "a look at the list": (("--collect-only",), 5),
    "a folder without promises": (("docs",), 5),
    "several processes": (("-n", "2"), 4),
    "a plugin of pytest": (("-p", "no:python"), 4),
}


@pytest.mark.parametrize(("arguments", "status"), WAYS.values(), ids=WAYS)
def test_what_is_left_out_never_holds(arguments: tuple[str, ...], status: int, tmp_path: Path) -> None:
    run = ran(tmp_path / "out", *arguments)
    assert run.status == status, run.said
    file = run.folder / "verdict.json"
    assert file.exists() is (status == 2)
    if file.exists():
        told = json.loads(file.read_text(encoding="utf-8"))
        assert told["result"] == "interrupted"
        assert "left out of the run" in told["reason"]


def test_the_first_failure_ends_the_tests_and_not_the_answer(tmp_path: Path) -> None:
    run = ran(tmp_path / "out", "-x", "--embedded-fault", "SortsTheEcho", "--shrink", "0")
    assert run.status == 1, run.said
    assert json.loads((run.folder / "verdict.json").read_text(encoding="utf-8"))["result"] == "violated"
