"""The pictures in the README: a real run against a faulty gateway, its last lines on a terminal, and its report.

tox run -e picture [-- --fault NAME] [--out FILE]

The report is opened in a real browser. The terminal is drawn beside it, as SVG, and needs none.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from reports.results import Result
from suites.command import from_the_shell, parser
from suites.selftest import browser
from suites.selftest.browser import SCHEMES
from suites.selftest.house.tree import ROOT

FAULT = "CancelsTheGoodOfABadBatch"
FILE = ROOT / "docs" / "report.png"
TERMINAL = "terminal.svg"
COLUMNS = 96
SCREEN_COLUMNS = 104
"""Wide enough for the command that is never broken."""
PROGRESS = re.compile(r"^.*\r", re.MULTILINE)
"""What is written over as the run goes on."""
FONTS = re.compile(r"@font-face \{.*?\}\n", re.DOTALL)
"""They would be fetched from elsewhere."""
FLAGS = ("--hide-scrollbars", SCHEMES["light"], "--force-device-scale-factor=1.5", "--window-size=1120,945")
USAGE_EXIT = 4


def run(fault: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Make the run as a user would, on a terminal with colours."""
    options = ["--profile", "gate", "--color=yes", "--out", str(folder), "--embedded-fault", fault]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-c", "pyproject.toml", *options],
        cwd=ROOT,
        env=os.environ | {"COLUMNS": str(COLUMNS)},
        stdout=subprocess.PIPE,
        check=False,
    )


def drawn(fault: str, printed: str, folder: Path) -> str:
    """What a run has printed, as SVG, behind the command that a reader types and with the folder that it would have."""
    typed = f"$ tox run -e gate -- --embedded-fault {fault}\n"
    shown = Text.from_ansi(typed + PROGRESS.sub("", printed).lstrip().replace(str(folder), "reports/out/latest"))
    screen = Console(record=True, width=SCREEN_COLUMNS, file=io.StringIO(), force_terminal=True)
    screen.print(shown, soft_wrap=False)
    return FONTS.sub("", screen.export_svg(title="a promise is broken", unique_id="terminal"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures; 0 where both were taken."""
    wanted = parser("picture", __doc__)
    wanted.add_argument("--fault", default=FAULT, help=f"of the embedded gateway (default {FAULT})")
    wanted.add_argument("--out", type=Path, default=FILE, help="the picture (default docs/report.png)")
    given = wanted.parse_args(arguments)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made:  # the browser may still be closing
        folder = Path(made)
        done = run(given.fault, folder / "run")
        if done.returncode != Result.VIOLATED.exit_status:
            sys.stderr.write(f"the run ended with {done.returncode}; there is no finding to be shown\n")
            return done.returncode or USAGE_EXIT
        terminal = given.out.with_name(TERMINAL)
        terminal.write_text(drawn(given.fault, done.stdout.decode(), folder / "run"), encoding="utf-8")
        if browser.BROWSER is None:
            sys.stderr.write(
                f"only {terminal.name} is new; for the report, install one of {', '.join(browser.NAMES)}\n"
            )
            return USAGE_EXIT
        shot = f"--screenshot={given.out.absolute()}"
        browser.opened(folder / "run" / "report" / "index.html", folder / "profile", *FLAGS, shot)
    return 0


if __name__ == "__main__":
    sys.exit(from_the_shell(main))
