"""Record first, judge second: every exchange is on disk before anything reads it.

One JSON line an exchange in `exchanges.ndjson`, as `contracts.codec` writes it. What becomes of orders is known only
later, so an exchange may be written again: the last line with a number counts.
"""

from __future__ import annotations

import contextlib
import threading
from io import RawIOBase
from pathlib import Path
from types import TracebackType
from typing import Self

from contracts import codec
from contracts.messages import Exchange

FILE = "exchanges.ndjson"


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
