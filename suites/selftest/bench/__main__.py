"""The suite's own figures, as ratios of one run, beside those that were stored last.

    tox run -e bench               0 where no figure is worse, else 1
    tox run -e bench -- --keep     and store them, in the file and in README.md

It takes two minutes on two cores.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from suites.command import from_the_shell, parser, say
from suites.selftest.bench import figures
from suites.selftest.bench.figures import Measured
from suites.selftest.bench.measuring import measured
from suites.selftest.house.tree import ROOT

PAGE = ROOT / "README.md"


def commit() -> str:
    """The one that is checked out; empty where there is none."""
    try:
        asked = subprocess.run(
            ("git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"),  # noqa: S607  # whichever git there is
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return asked.stdout.strip()


def told(now: Measured, last: Measured | None) -> int:
    """Print the figures; 1 where one has become worse."""
    say(list(figures.compared(now, last)))
    return 1 if last and figures.worse(now, last) else 0


def main(given: Sequence[str] | None = None) -> int:
    """Measure, compare, and store where that is wanted."""
    wanted = parser("bench", __doc__)
    wanted.add_argument("--keep", action="store_true", help="store the figures instead of failing where one is worse")
    keep = wanted.parse_args(given).keep
    last = figures.read() if figures.FILE.exists() else None
    now = Measured(commit(), measured(lambda what: say([f"measuring {what} ..."])))
    status = told(now, last)
    if not keep:
        return status
    figures.write(now)
    PAGE.write_text(figures.put(PAGE.read_text(encoding="utf-8"), figures.read()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(from_the_shell(main))
