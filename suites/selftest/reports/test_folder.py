"""The folder of a run: one of its own, or the one that was asked for, with what is not ours left in it."""

from __future__ import annotations

import os
import secrets
import stat
import threading
from datetime import datetime, tzinfo
from pathlib import Path

import pytest

from reports.record import folder


def test_runs_that_begin_at_once_have_folders_of_their_own(tmp_path: Path) -> None:
    found: list[Path] = []
    threads = [threading.Thread(target=lambda: found.append(folder.open_run(None, tmp_path))) for _ in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(set(found)) == 12
    link = tmp_path / folder.LATEST
    assert link.is_symlink() and link.resolve() in {each.resolve() for each in found}
    assert {path.name for path in tmp_path.iterdir()} == {each.name for each in found} | {folder.LATEST}


def test_a_name_that_is_taken_is_drawn_again_and_not_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["aaaa", "aaaa", "bbbb"])
    monkeypatch.setattr(folder, "datetime", _Still)
    monkeypatch.setattr(secrets, "token_hex", lambda count: next(drawn) if count == 2 else "00000000")
    first, second = (folder.open_run(None, tmp_path).name for _ in range(2))
    assert (first[-5:], second[-5:]) == ("-aaaa", "-bbbb")
    monkeypatch.setattr(secrets, "token_hex", lambda _: "aaaa")
    with pytest.raises(ValueError, match="names in a row were taken"):
        folder.open_run(None, tmp_path)


class _Still(datetime):
    """A clock that stands."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> _Still:
        return cls(2026, 11, 29, 12, 0, 0, tzinfo=tz)


def test_latest_is_never_missing_while_it_moves(tmp_path: Path) -> None:
    folder.open_run(None, tmp_path)
    done = threading.Event()
    missed: list[int] = []

    def watch() -> None:
        while not done.is_set():
            if not (tmp_path / folder.LATEST).is_dir():
                missed.append(1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    last = [folder.open_run(None, tmp_path) for _ in range(40)][-1]
    done.set()
    watcher.join()
    assert not missed
    assert (tmp_path / folder.LATEST).resolve() == last.resolve()


def test_a_folder_that_was_asked_for_keeps_what_is_not_ours(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    assert folder.open_run(out) == out
    bundle = out / "findings" / "echo.order-0badc0de"
    theirs = bundle.with_name("echo.order-0ddba11a") / "notes.txt"
    for path in (
        out / "verdict.json",
        out / "notes.txt",
        bundle / "finding.json",
        out / "report" / "mine.html",
        theirs,
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("old")
    folder.open_run(out)
    assert not (out / "verdict.json").exists() and not bundle.exists()
    assert (out / "notes.txt").read_text() == (out / "report" / "mine.html").read_text() == theirs.read_text() == "old"


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match=r"^the reports can't be written to .*file/out: Not a directory$"):
        folder.open_run(tmp_path / "file" / "out")
    (tmp_path / "taken" / folder.LATEST).mkdir(parents=True)
    with pytest.raises(ValueError, match="can't be written"):
        folder.open_run(None, tmp_path / "taken")


@pytest.mark.skipif(os.geteuid() == 0, reason="to root every folder is writable")
def test_a_folder_without_write_permission_is_a_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(ValueError, match="can't be written"):
        folder.open_run(tmp_path)
