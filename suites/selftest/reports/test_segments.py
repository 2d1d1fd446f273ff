"""The record of a long run: in segments, within a limit of disk, and read as if it were one file."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from reports.record import segments
from reports.record.recorder import FILE
from reports.record.segments import PATTERN, Segments
from suites.selftest.reports.samples import exchange, plan


def long_record(folder: Path) -> Segments:
    """A record of 40 exchanges in several segments."""
    record = Segments(folder, segment_bytes=4000)
    for number in range(1, 41):
        record.write(exchange(plan(), number))
    record.close()
    return record


def test_a_long_record_is_compressed_stays_in_its_limit_and_goes_on_behind_a_torn_line(tmp_path: Path) -> None:
    record = Segments(tmp_path, disk_limit=6000, segment_bytes=4000)
    for number in range(1, 201):
        record.write(exchange(plan(), number))
    record.close()
    packed = sorted(tmp_path.glob(PATTERN))
    (lost,) = segments.lost(tmp_path)
    assert re.fullmatch(r"Of \d+ segments of the record, \d+ had to go for the limit of the disk\.", lost)
    assert packed[0].name == "exchanges-00001.ndjson.gz"
    assert gzip.decompress(packed[0].read_bytes()).startswith(b'{"number": 1,')
    assert sum(each.stat().st_size for each in tmp_path.iterdir()) <= 6000
    with record.path.open("ab") as file:
        file.write(b'{"number": 201, "pl')
    again = Segments(tmp_path, segment_bytes=4000, go_on=True)
    again.write(exchange(plan(), 201))
    again.close()
    numbers = [each.number for each in segments.read(tmp_path)]
    assert numbers[0] == 1
    assert numbers[-2:] == [200, 201]
    assert [each.number for each in segments.read(tmp_path, lambda number: number > 199)] == [200, 201]


def test_a_record_whose_segments_are_all_there_has_lost_nothing(tmp_path: Path) -> None:
    long_record(tmp_path)
    assert len(list(tmp_path.glob(PATTERN))) > 2
    assert segments.lost(tmp_path) == ()


def test_a_copy_reads_as_its_record_does(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    long_record(tmp_path / "one")
    segments.copy(tmp_path / "one", tmp_path / "two")
    assert list(segments.read(tmp_path / "two")) == list(segments.read(tmp_path / "one"))


TORN = gzip.compress(b'{"number": 1, "plan": {}}' * 99, mtime=0)[:-20]


@pytest.mark.parametrize("raw", [b"no gzip", TORN], ids=["no gzip", "torn"])
def test_a_damaged_segment_is_named_and_says_what_to_do(raw: bytes, tmp_path: Path) -> None:
    long_record(tmp_path)
    first = min(tmp_path.glob(PATTERN))
    first.write_bytes(raw)
    with pytest.raises(ValueError, match=rf"^{first.name} is damaged \(.+\); move it elsewhere to do without it$"):
        list(segments.read(tmp_path))


@pytest.mark.parametrize("number", ['77, "number": 78', "007"])
def test_the_number_by_which_a_line_is_found_is_that_of_its_exchange(number: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(f'{{"number": {number}}}\n')
    with pytest.raises(ValueError, match=r'line 1: (the member "number" stands twice|not JSON)|this is no exchange'):
        list(segments.read(tmp_path))
