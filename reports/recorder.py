"""Record first, judge second: every exchange is on disk before anything reads it.

One JSON line an exchange in `exchanges.ndjson`, as `contracts.codec` writes it. What becomes of orders is known only
later, so an exchange may be written again: the last line with a number counts.
"""

from __future__ import annotations

import contextlib
import logging
import re
import threading
from collections.abc import Callable, Iterator
from io import RawIOBase
from pathlib import Path
from types import TracebackType
from typing import Self

from contracts import codec
from contracts.messages import Exchange

FILE = "exchanges.ndjson"
NUMBER = re.compile(rb'\{"number": (\d{1,18})[,}]')
LOG = logging.getLogger(__name__)


class Recorder:
    """Writes exchanges, secrets already masked, from any number of threads."""

    def __init__(self, folder: Path, *, go_on: bool = False) -> None:
        """Begin a record in a folder that exists.

        Args:
            go_on: whether an earlier record is continued; a line of it that was torn by a kill is cut off.

        Raises:
            OSError: the file can't be made.
        """
        self.path = folder / FILE
        self._lock = threading.Lock()
        earlier = self.path.read_bytes() if go_on and self.path.is_file() else b""
        self._file: RawIOBase = self.path.open("r+b" if earlier else "wb", buffering=0)
        self._end = earlier.rfind(b"\n") + 1
        self._file.truncate(self._end)
        self._file.seek(self._end)

    @property
    def size(self) -> int:
        """Bytes of the record so far."""
        return self._end

    def write(self, exchange: Exchange) -> None:
        """Append an exchange; when this returns the operating system has it, and a killed process loses nothing.

        Raises:
            OSError: the disk is full or gone.
            ValueError: the record is closed.
        """
        line = codec.dumps(exchange).encode("ascii") + b"\n"
        with self._lock:
            try:
                left = memoryview(line)
                while left:
                    left = left[self._file.write(left) or 0 :]
            except OSError:
                with contextlib.suppress(OSError):  # a half line at the end is read over; the first error is raised
                    self._file.truncate(self._end)
                    self._file.seek(self._end)
                raise
            self._end += len(line)

    def update(self, exchange: Exchange) -> None:
        """Append an exchange again, with what is known now: it takes the place of the one with its number."""
        self.write(exchange)

    def close(self) -> None:
        """End the record; closing again does nothing."""
        with self._lock:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read(path: Path, say: Callable[[str], None] = LOG.warning) -> Iterator[Exchange]:
    """The exchanges of a record in the order in which they were first written, each in its last form.

    Holds one exchange at a time, however long the record is.

    Args:
        path: the file, or the folder of a run.
        say: is told in a sentence where the last line is torn, which is left out.

    Raises:
        ValueError: there is no such file, or a line in it, not the last, is no exchange; the sentence names the line.
    """
    path = path / FILE if path.is_dir() else path
    if not path.is_file():
        raise ValueError(f"{path}: no such record of exchanges")
    places = _places(path, say)
    with path.open("rb") as file:
        for number, (offset, line) in places.items():
            file.seek(offset)
            found = codec.from_json(Exchange, codec.loads(file.readline(), f"{path.name} line {line}"), f"line {line}")
            if found.number != number:
                raise ValueError(f"{path.name} line {line}: an exchange must begin with its number")
            yield found


def _places(path: Path, say: Callable[[str], None]) -> dict[int, tuple[int, int]]:
    """Where the last form of each exchange stands: number to byte offset and line number from 1."""
    places: dict[int, tuple[int, int]] = {}
    offset = 0
    with path.open("rb") as file:
        for line, raw in enumerate(file, start=1):
            if not raw.endswith(b"\n"):
                say(f"{path.name}: line {line}, the last, is torn and left out")
                break
            head = NUMBER.match(raw)
            if head is None:
                raise ValueError(f"{path.name} line {line}: this is no exchange")
            places[int(head[1])] = (offset, line)
            offset += len(raw)
    return places
