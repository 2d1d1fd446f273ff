"""A file of JSON lines that one process holds: a line is on the disk when `append` returns; the lock dies with it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from io import FileIO
from pathlib import Path
from typing import Any, Self


class LockedLog:
    """An append-only file, locked for as long as it is open."""

    def __init__(self, path: Path, file: FileIO) -> None:
        self.path = path
        self._file = file

    @classmethod
    def create(cls, path: Path, head: Mapping[str, Any]) -> Self:
        """A new file with its first line.

        Raises:
            OSError: it can't be made.
        """
        log = cls(path, _locked(path))
        try:
            log.append(head)
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)  # the name is on the disk as well
            finally:
                os.close(folder)
        except BaseException:
            log.close(remove=True)
            raise
        return log

    @classmethod
    def claim(cls, path: Path) -> tuple[Self, list[Any]] | None:
        """The file of a process that is gone, and its lines; None where its process lives or has just removed it.

        A torn last line is cut off.

        Raises:
            ValueError: a line is no JSON.
        """
        try:
            file = FileIO(path, "r+b")
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            data = file.readall()
            whole, feed, _ = data.rpartition(b"\n")
            lines = [json.loads(line) for line in whole.splitlines()]
            left = _is_there(file)
        except BlockingIOError:
            left = False
        except ValueError:
            file.close()
            raise
        if not left:
            file.close()
            return None
        file.truncate(len(whole + feed))
        file.seek(0, os.SEEK_END)
        return cls(path, file), lines

    def append(self, line: Mapping[str, Any]) -> None:
        """Add a line; on the disk when this returns.

        Raises:
            OSError: the disk is full or gone; the file is as it was.
        """
        data = json.dumps(line, separators=(",", ":")).encode() + b"\n"
        start = self._file.tell()
        try:
            while data:
                data = data[self._file.write(data) or 0 :]
            os.fsync(self._file.fileno())
        except OSError:  # half a line would spoil the next one
            self._file.truncate(start)
            self._file.seek(start)
            raise

    def close(self, *, remove: bool) -> None:
        """Let go of the file, removed or as it is."""
        if remove:
            self.path.unlink(missing_ok=True)
        self._file.close()


def _locked(path: Path) -> FileIO:
    """A new file, locked: whoever took it for one that its process had left has removed it, and it is made again."""
    while True:
        file = FileIO(path, "xb")
        fcntl.flock(file, fcntl.LOCK_EX)
        if _is_there(file):
            return file
        file.close()


def _is_there(file: FileIO) -> bool:
    """Whether a file still has its name."""
    return os.fstat(file.fileno()).st_nlink > 0
