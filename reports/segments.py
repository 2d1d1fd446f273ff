"""The record of a long run: `exchanges.ndjson` as ever, and what it had before in compressed segments beside it.

`exchanges-00001.ndjson.gz` is the first segment; it holds the gate's part and is never dropped.
"""

from __future__ import annotations

import gzip
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from contracts import codec
from contracts.messages import Exchange
from reports.recorder import FILE, Recorder

SEGMENT_BYTES = 16_000_000
PATTERN = "exchanges-*.ndjson.gz"
LEVEL = 6


class Segments:
    """Writes exchanges, secrets already masked, and keeps within a limit of disk.

    Args:
        folder: of the run.
        disk_limit: bytes that all segments may take together; 0 for no limit. The oldest but the first go.
        segment_bytes: how long the part that is written now may grow.
        go_on: whether an earlier record is continued; a line that was torn by a kill is cut off.
    """

    def __init__(
        self, folder: Path, disk_limit: int = 0, *, segment_bytes: int = SEGMENT_BYTES, go_on: bool = False
    ) -> None:
        self.path = folder / FILE
        self.dropped = 0
        """How many segments had to go."""
        self._folder = folder
        self._limit = disk_limit
        self._segment_bytes = segment_bytes
        self._lock = threading.Lock()
        self._live = Recorder(folder, go_on=go_on)

    def write(self, exchange: Exchange) -> None:
        """Append an exchange; as `Recorder.write`."""
        with self._lock:
            self._live.write(exchange)
            if self._live.size >= self._segment_bytes:
                self._rotate()

    def _rotate(self) -> None:
        self._live.close()
        number = 1 + max((int(path.name[10:15]) for path in self._folder.glob(PATTERN)), default=0)
        whole = self._folder / f"exchanges-{number:05}.ndjson.gz"
        part = whole.with_suffix(".part")
        with self._live.path.open("rb") as plain, gzip.open(part, "wb", LEVEL) as packed:
            shutil.copyfileobj(plain, packed)
        part.replace(whole)
        self._live = Recorder(self._folder)
        self._drop()

    def _drop(self) -> None:
        segments = sorted(self._folder.glob(PATTERN))
        sizes = [path.stat().st_size for path in segments]
        while self._limit and sum(sizes) + self._segment_bytes > self._limit and len(segments) > 1:
            segments.pop(1).unlink()
            sizes.pop(1)
            self.dropped += 1

    def close(self) -> None:
        """End the record; closing again does nothing."""
        with self._lock:
            self._live.close()


def exchanges_of(folder: Path, wanted: Callable[[int], bool] = lambda _: True) -> Iterator[Exchange]:
    """The exchanges of a long run in their last form, by number.

    Args:
        folder: of the run.
        wanted: whether the exchange of a number is; only those that are stay in memory.

    Raises:
        OSError: a file can't be read.
        ValueError: a line is no exchange.
    """
    found: dict[int, bytes] = {}
    live = folder / FILE
    for path in [*sorted(folder.glob(PATTERN)), *([live] if live.is_file() else [])]:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n") and wanted(number := _number(line, path)):
                    found[number] = line
    for number in sorted(found):
        yield codec.from_json(Exchange, codec.loads(found.pop(number), f"exchange {number}"), f"exchange {number}")


def _number(line: bytes, path: Path) -> int:
    head = line[:40].partition(b":")
    digits = head[2].strip().partition(b",")[0].rstrip(b"}")
    if head[0] != b'{"number"' or not digits.isdigit():
        raise ValueError(f"{path.name}: a line is no exchange")
    return int(digits)
