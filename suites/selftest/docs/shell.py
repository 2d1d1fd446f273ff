"""A reader at a shell: a clone of the project in which commands are typed, with what tox would run in the place of tox.

tox itself would install once more what this process runs in. `.ci/run` types tox on a bare machine.
"""

from __future__ import annotations

import configparser
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from suites.selftest.house.tree import ROOT, files

SECONDS_MAX = 180
QUICKLY = ("--rate", "0", "--patience", "2")
"""Added to a gate: the embedded gateway has no limit, and its stream is never late."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a command."""

    status: int
    said: str
    """All that the screen showed."""


def arguments(command: str) -> list[str]:
    """What is started for a command of a page.

    Raises:
        ValueError: it is neither a job of tox nor a module of ours.
    """
    words = shlex.split(command)
    if Path(words[0]).name == "tox" and words[1:3] == ["run", "-e"]:
        return _of_tox(words[3], words[words.index("--") + 1 :] if "--" in words else [])
    if Path(words[0]).name in ("python", "python3") and words[1] == "-m":
        return [sys.executable, *words[1:]]
    raise ValueError(f"{command}: neither a job of tox nor a module")


def _of_tox(job: str, given: list[str]) -> list[str]:
    """The one command of a job of tox, with what is given behind `--`."""
    read = configparser.ConfigParser(interpolation=None)
    read.read(ROOT / "tox.ini", encoding="utf-8")
    (line,) = read[f"testenv:{job}"]["commands"].strip().splitlines()
    words = shlex.split(line.replace("{posargs}", ""))
    assert words[0] == "python"
    quickly = QUICKLY if job in ("gate", "nightly") else ()
    return [sys.executable, *words[1:], *quickly, *given]


class Shell:
    """A clone, and nothing of this process's variables that aims anywhere."""

    def __init__(self, folder: Path) -> None:
        """Make the clone: every file of the project, as it is now."""
        self.folder = folder
        for each in files():
            target = folder / each
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / each, target)

    def run(self, command: str, variables: Mapping[str, str]) -> Ended:
        """Type a command and wait for its end."""
        done = subprocess.run(
            arguments(command),
            cwd=self.folder,
            env=self._environment(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS_MAX,
            check=False,
        )
        return Ended(done.returncode, done.stdout)

    @contextmanager
    def serving(self, command: str) -> Iterator[dict[str, str]]:
        """Type a command that serves until Ctrl-C; the variables that it says to export, while it serves."""
        process = subprocess.Popen(
            arguments(command), cwd=self.folder, env=self._environment({}), stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        try:
            word, *exported = shlex.split(process.stdout.readline())
            assert word == "export"
            yield dict(each.split("=", 1) for each in exported)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=SECONDS_MAX)
        assert process.returncode == 0

    def _environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("POLYMARKET_", "GITHUB_"))}
        return {**kept, "PYTHONPATH": str(self.folder), "COLUMNS": "80", **variables}
