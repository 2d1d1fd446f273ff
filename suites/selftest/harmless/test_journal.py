"""The journal: whatever moment a process dies at, what it may have placed is on the disk, and no key is."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from contracts.messages import Account
from suites.harmless.journal import Journal, folder_of, ready, unfinished
from suites.selftest.house.tree import ROOT
from suites.selftest.sending.servers import KEYS
from suites.sending.rendering import Placed

OWN, OTHER = Account.OWN, Account.OTHER
URL = "https://host"
IDS = {account: key.id for account, key in KEYS.items()}


def begun(folder: Path) -> Journal:
    """A journal of two answered requests, one order of which has ended, and one request without an answer."""
    journal = Journal(folder, URL, IDS)
    first = journal.intend(OWN, ["m", "n"], "0.01", 1, "2026-11-24T12:00:00.123Z")
    journal.placed(first, {"a": "m", "b": "n"})
    journal.placed(journal.intend(OTHER, ["m"], "0.01", 1, ""), {"c": "m"})
    journal.ended(["a"])
    journal.intend(OWN, ["m"] * 3, "0.01", 1, "2026-11-24T12:00:00.456Z")
    return journal


def left(folder: Path) -> Path:
    """The file of a journal whose process is gone."""
    begun(folder).close()
    (path,) = folder.iterdir()
    return path


def resting(journal: Journal) -> list[str]:
    return [own.placed.order_id for account in Account for own in journal.resting(account)]


@contextlib.contextmanager
def claimed(path: Path, keys: Mapping[Account, str] = IDS) -> Iterator[Journal]:
    """The journal of a process that is gone, taken over."""
    journal = Journal.claim(path, keys)
    assert journal is not None
    yield journal
    journal.close()


def test_a_later_process_knows_what_the_first_one_knew(tmp_path: Path) -> None:
    with claimed(left(tmp_path)) as journal:
        assert resting(journal) == ["b", "c"]
        assert [own.placed for own in journal.resting(OTHER)] == [Placed("c", "m")]
        (intent,) = journal.unanswered()
        assert (intent.account, intent.markets, intent.good_till) == (OWN, ("m",) * 3, "2026-11-24T12:00:00.456Z")
        assert (intent.price, intent.quantity, intent.sure) == ("0.01", 1, True)
        assert not journal.done


def test_a_journal_removes_itself_when_the_last_order_has_ended(tmp_path: Path) -> None:
    with claimed(left(tmp_path)) as journal:
        journal.ended(["b", "c"])
        done = journal.done
        journal.settled(journal.unanswered()[0])
        assert (done, journal.done) == (False, True)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_places_nothing_leaves_nothing(tmp_path: Path) -> None:
    Journal(tmp_path / "folder", URL, IDS).close()
    assert list(tmp_path.iterdir()) == []


def test_without_a_folder_nothing_is_written_and_everything_known() -> None:
    journal = Journal()
    journal.placed(journal.intend(OWN, ["m"], "0.01", 1, ""), {"a": "m"})
    assert resting(journal) == ["a"]
    assert "a" in journal


def test_no_key_id_and_no_eight_digits_of_one_are_on_the_disk(tmp_path: Path) -> None:
    """Fewer digits stand in a time or a digest by chance."""
    text = left(tmp_path).read_text()
    for key_id in IDS.values():
        for digits in (key_id, key_id.replace("-", "")):
            assert not [part for at in range(len(digits) - 7) if (part := digits[at : at + 8]) in text]


def test_torn_anywhere_it_is_read_up_to_the_last_whole_line(tmp_path: Path) -> None:
    """And goes on as if the torn line had never been begun: its request had not left."""
    data = left(tmp_path).read_bytes()
    starts = [place + 1 for place, byte in enumerate(data) if byte == 10]
    for cut in sorted({*range(0, len(data), 37), *starts, *(start - 1 for start in starts)}):
        path = tmp_path / "torn.ndjson"
        path.write_bytes(data[:cut])
        whole = sum(start <= cut for start in starts)
        if not whole:  # its process went before anything was intended
            assert Journal.claim(path, IDS) is None
            assert not path.exists()
            continue
        with claimed(path) as journal:
            assert len(journal.intents) == sum(b'"intent"' in line for line in data.splitlines()[:whole])
            journal.ended(["z"])
        lines = [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []
        assert not lines or (len(lines), lines[-1]) == (whole + 1, {"ended": ["z"]})
        path.unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"journal", b"diary"),
        (b"target", b"aim"),
        (b'{"ended"', b'{"ended'),
        (b'"of":1', b'"of":9'),
        (b'"account":"own"', b'"account":"mine"'),
        (b'"markets":[', b'"markets":[['),
        (b'{"of"', b'7 {"of"'),
        (b'{"ended":["a"]}', b"null"),
    ],
)
def test_what_is_no_journal_is_said_in_a_sentence_and_left_alone(old: bytes, new: bytes, tmp_path: Path) -> None:
    path = left(tmp_path)
    changed = path.read_bytes().replace(old, new)
    path.write_bytes(changed)
    with pytest.raises(ValueError, match="can't be read as a journal of orders; look at your open orders"):
        Journal.claim(path, IDS)
    assert path.read_bytes() == changed


def test_nobody_claims_the_journal_of_a_living_process(tmp_path: Path) -> None:
    """Not even this process, which would be the same one: a lock is an open file's."""
    journal = begun(tmp_path)
    ((path, url),) = unfinished(tmp_path)
    assert url == URL
    assert Journal.claim(path, IDS) is None
    journal.close()
    with claimed(path):
        assert Journal.claim(path, IDS) is None


def test_a_lock_ends_with_its_process_however_that_ends(tmp_path: Path) -> None:
    code = f"""
import os, pathlib, sys
from contracts.messages import Account
from suites.harmless.journal import Journal
Journal(pathlib.Path(sys.argv[1]), {URL!r}, {{}}).intend(Account.OWN, ["m"], "0.01", 1, "")
os.kill(os.getpid(), 9)
"""
    command = [sys.executable, "-c", code, str(tmp_path)]
    child = subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False)
    assert child.returncode == -9
    ((path, _),) = unfinished(tmp_path)
    with claimed(path) as journal:
        assert len(journal.unanswered()) == 1


def test_a_journal_that_was_removed_in_the_meantime_is_none(tmp_path: Path) -> None:
    path = left(tmp_path)
    path.unlink()
    assert Journal.claim(path, IDS) is None


def test_keys_that_have_changed_places_are_found_and_new_ones_are_no_proof(tmp_path: Path) -> None:
    path = left(tmp_path)
    with claimed(path, {OWN: IDS[OTHER], OTHER: IDS[OWN]}) as journal:
        assert [own.placed.order_id for own in journal.resting(OWN)] == ["c"]
        assert all(own.intent.sure for own in journal.orders)
    with claimed(path, {OWN: "another", OTHER: IDS[OTHER]}) as journal:
        assert {own.placed.order_id: own.intent.sure for own in journal.orders} == {"a": False, "b": False, "c": True}


def test_a_disk_that_is_full_lets_nothing_be_placed_and_spoils_no_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = begun(tmp_path)
    ((path, _),) = unfinished(tmp_path)
    before = path.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            journal.intend(OWN, ["m"], "0.01", 1, "")
    assert path.read_bytes() == before
    journal.ended(["b"])
    journal.close()
    with claimed(path) as again:
        assert resting(again) == ["c"]


def test_the_folder_is_the_environments_or_beside_the_reports(tmp_path: Path) -> None:
    assert folder_of({}) == ROOT / "reports" / "out" / "journal"
    assert folder_of({"POLYMARKET_JOURNAL": f" {tmp_path} "}) == tmp_path
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ValueError, match="set POLYMARKET_JOURNAL to a folder that can"):
        ready(tmp_path / "file")


def test_what_can_not_be_opened_is_said_in_the_same_sentence(tmp_path: Path) -> None:
    (tmp_path / "folder.ndjson").mkdir()
    ((path, url),) = unfinished(tmp_path)
    assert url == ""
    with pytest.raises(ValueError, match="can't be read as a journal of orders"):
        Journal.claim(path, IDS)


def test_files_of_others_in_the_folder_are_told_from_journals(tmp_path: Path) -> None:
    left(tmp_path)
    (tmp_path / "a.ndjson").write_text("{}\n")
    (tmp_path / "notes.txt").write_text("mine")
    assert sorted(url for _, url in unfinished(tmp_path)) == ["", URL]
