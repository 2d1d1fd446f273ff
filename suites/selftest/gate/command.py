"""The gate as a shell starts it, and what it printed and wrote."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
BINARY = (".png", ".woff2")
SECONDS_MAX = 120
SIGNATURE = re.compile(rb"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/]{86}(?:==)?(?![A-Za-z0-9+/=_-])")
"""64 bytes in base64."""


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of the command."""

    status: int
    out: str
    err: str
    folder: Path

    @property
    def said(self) -> str:
        """All that the screen showed."""
        return self.out + self.err

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Everything that was written, and the screen."""
        yield "the screen", self.said.encode()
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path.suffix not in BINARY:
                yield str(path.relative_to(self.folder)), path.read_bytes()


def started(folder: Path, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    """The gate, started; nothing of this process's variables aims it anywhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("POLYMARKET_", "GITHUB_"))}
    command = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "--rate", "0", "--patience", "2"]
    return subprocess.Popen(
        [*command, "--out", str(folder), *arguments],
        cwd=ROOT,
        env=kept | {"PYTHONPATH": str(ROOT)} | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ran(folder: Path, *arguments: str, **variables: str) -> Ran:
    """The gate, run to its end."""
    return ended(started(folder, *arguments, **variables), folder)


def ended(process: subprocess.Popen[str], folder: Path) -> Ran:
    """A started gate, waited for; one that doesn't end is ended, and that is an error."""
    try:
        out, err = process.communicate(timeout=SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return Ran(process.returncode, out, err, folder)
