"""The record of exchanges: whole after a kill, in its order, and plain."""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.messages import OrderNeed, Outcome
from reports.record import recorder, segments
from suites.selftest.reports import samples


def test_what_is_written_is_read(tmp_path: Path) -> None:
    sent = [samples.exchange(samples.plan(), number) for number in range(1, 4)]
    with recorder.Recorder(tmp_path) as record:
        for each in sent:
            record.write(each)
    assert list(segments.read(tmp_path)) == sent


def test_an_update_takes_the_place_of_the_first_form(tmp_path: Path) -> None:
    first, second = (samples.exchange(samples.plan(), number) for number in (1, 2))
    known = replace(first, outcomes=(Outcome(OrderNeed("a"), "1", "m", stream_seen=True),))
    with recorder.Recorder(tmp_path) as record:
        record.write(first)
        record.write(second)
        record.update(known)
    assert list(segments.read(tmp_path)) == [known, second]


def test_a_torn_last_line_is_told_and_left_out(tmp_path: Path) -> None:
    with recorder.Recorder(tmp_path) as record:
        record.write(samples.exchange(samples.plan(), 1))
        record.write(samples.exchange(samples.plan(), 2))
    raw = record.path.read_bytes()
    told: list[str] = []
    for cut in (1, 40, len(raw) // 2 - 1):
        record.path.write_bytes(raw[:-cut])
        assert [each.number for each in segments.read(tmp_path, say=told.append)] == [1]
    assert told == ["exchanges.ndjson line 2, the last, is torn and left out"] * 3


@pytest.mark.parametrize("line", [b"\n", b"{}\n", b'{"number": 7}\n', b'{"number": 7,"number": 8}\n', b"\x00\xff\n"])
def test_a_damaged_line_is_named(tmp_path: Path, line: bytes) -> None:
    with recorder.Recorder(tmp_path) as record:
        record.write(samples.exchange(samples.plan(), 1))
    record.path.write_bytes(record.path.read_bytes() + line)
    with pytest.raises(ValueError, match="line 2"):
        list(segments.read(tmp_path))


def test_no_record_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such record"):
        list(segments.read(tmp_path))


def test_lines_of_many_threads_do_not_mix(tmp_path: Path) -> None:
    record = recorder.Recorder(tmp_path)
    big = samples.plan(body=b"x" * 30_000)

    def work(lane: int) -> None:
        for number in range(20):
            record.write(samples.exchange(big, lane * 100 + number))

    threads = [threading.Thread(target=work, args=(lane,)) for lane in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    record.close()
    record.close()
    assert len(list(segments.read(tmp_path))) == 80


def test_a_killed_run_loses_nothing(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom reports.record.recorder import Recorder\n"
        "from suites.selftest.reports import samples\n"
        "Recorder(Path(sys.argv[1])).write(samples.exchange(samples.plan(), 9))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(root)},
        check=False,
        timeout=60,
    )
    assert done.returncode == -signal.SIGKILL
    assert [each.number for each in segments.read(tmp_path)] == [9]


class _Full:
    """A file on a disk that has room for half a line."""

    def __init__(self, file: io.RawIOBase) -> None:
        self._file = file
        self._begun = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, data: memoryview) -> int | None:
        if self._begun:
            raise OSError(errno.ENOSPC, "No space left on device")
        self._begun = True
        return self._file.write(data[: len(data) // 2])


def test_half_a_line_on_a_full_disk_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = [samples.exchange(samples.plan(), number) for number in (1, 2, 3)]
    with recorder.Recorder(tmp_path) as record:
        record.write(sent[0])
        with monkeypatch.context() as patched:
            patched.setattr(record, "_file", _Full(record._file))
            with pytest.raises(OSError, match="No space left"):
                record.write(sent[1])
        assert record.path.stat().st_size == record.size
        record.write(sent[2])
    assert list(segments.read(tmp_path)) == [sent[0], sent[2]]


def test_a_line_is_plain_json(tmp_path: Path) -> None:
    with recorder.Recorder(tmp_path) as record:
        record.write(samples.hostile_run().findings[0].exchange)
    (line,) = record.path.read_text("ascii").splitlines()
    assert json.loads(line)["number"] == 1
