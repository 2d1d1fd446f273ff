"""The record of a long run: `exchanges.ndjson` as ever, and what it had before in compressed segments beside it.

`exchanges-00001.ndjson.gz` is the first segment; it holds the gate's part and is never dropped.
"""

from __future__ import annotations

import gzip
import logging
import re
import shutil
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from contracts import codec
from contracts.messages import Exchange
from reports.record.recorder import FILE, Recorder

SEGMENT_BYTES = 16_000_000
PATTERN = "exchanges-*.ndjson.gz"
LEVEL = 6
NUMBER = re.compile(rb'\{"number": (\d{1,18})[,}]')
LOG = logging.getLogger(__name__)


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

    def close(self) -> None:
        """End the record; closing again does nothing."""
        with self._lock:
            self._live.close()


def read(
    folder: Path, wanted: Callable[[int], bool] = lambda _: True, say: Callable[[str], None] = LOG.warning
) -> Iterator[Exchange]:
    """The exchanges of a record by number, each in its last form, whether there are segments or not.

    Args:
        folder: of the run.
        wanted: whether the exchange of a number is; only those that are stay in memory.
        say: is told in a sentence where the last line of a file is torn, which is left out.

    Raises:
        OSError: a file can't be read.
        ValueError: there is no record, a segment is damaged, or a line, not the last, is no exchange; one sentence.
    """
    live = folder / FILE
    if not live.is_file():
        raise ValueError(f"{live}: no such record of exchanges")
    found: dict[int, tuple[str, bytes]] = {}
    for path in (*sorted(folder.glob(PATTERN)), live):
        for where, line in _lines(path):
            if not line.endswith(b"\n"):
                say(f"{where}, the last, is torn and left out")
            elif (head := NUMBER.match(line)) is None:
                raise ValueError(f"{where}: this is no exchange")
            elif wanted(number := int(head[1])):
                found[number] = where, line
    for number in sorted(found):
        where, line = found.pop(number)
        yield codec.from_json(Exchange, codec.loads(line, where), where)


def _lines(path: Path) -> Iterator[tuple[str, bytes]]:
    """The lines of a file, each with the words for where it stands."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                yield f"{path.name} line {number}", line
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"{path.name} is damaged ({error}); move it elsewhere to do without it") from None


def lost(folder: Path) -> tuple[str, ...]:
    """A sentence where segments of a record had to go."""
    numbers = [int(path.name[10:15]) for path in folder.glob(PATTERN)]
    gone = max(numbers, default=0) - len(numbers)
    what = f"Of {max(numbers, default=0)} segments of the record, {gone} had to go for the limit of the disk."
    return (what,) if gone else ()


def copy(source: Path, folder: Path) -> None:
    """Copy the whole record of a run.

    Raises:
        OSError: a file can't be read or written.
    """
    for path in (*sorted(source.glob(PATTERN)), source / FILE):
        shutil.copyfile(path, folder / path.name)
