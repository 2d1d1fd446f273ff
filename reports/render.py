"""Allure's report of a run, rendered by Allure 3 where Node.js is there, with the history of the runs before it.

    python -m reports.render [RUN-FOLDER] [--history DIR]

The run's own page, `report/index.html`, needs nothing of this. Allure's page calls home when it is opened; what does so
is cut out.

Exit status: 0 rendered; 3 Allure failed; 4 wrong usage, or there is no Node.js.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from reports import allure, history
from reports.allure_settings import settings
from reports.printable import one_line, visible
from reports.record import atomic, facts
from reports.record.folder import LATEST, ROOT, typed

PACKAGE = "allure@3.18.0"
FOLDER = "allure-report"
HISTORY = "allure.jsonl"
SECONDS_MAX = 600
"""The first time, npm fetches Allure: 53 MB."""
CALLS_HOME = re.compile(r"<script[^>]*googletagmanager[^>]*></script>\s*<script>.*?</script>", re.DOTALL)
INSTALL = (
    "Allure's report needs Node.js 20 or later with npx: install it from https://nodejs.org, or your system's packages"
    " nodejs and npm, and run this again; report/index.html of the run needs nothing"
)
FAULT_EXIT, USAGE_EXIT = 3, 4


class _Parser(argparse.ArgumentParser):
    """Wrong usage is exit 4; argparse's own 2 is an interrupt's here."""

    def error(self, message: str) -> NoReturn:
        raise ValueError(f"{message}; --help names what there is")


def order_of(arguments: Sequence[str] | None) -> tuple[str, Path, Path]:
    """What the user wants: the path of npx, the folder of the run, and the file of Allure's history.

    Raises:
        ValueError: it can't be done, in one sentence.
        OSError: a folder can't be read or written.
    """
    parser = _Parser(prog="report", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", nargs="?", type=Path, default=ROOT / LATEST, help="folder of the run (default: latest)")
    parser.add_argument("--history", type=Path, default=ROOT / history.FOLDER, help="default reports/out/history")
    given = parser.parse_args(arguments)
    about = facts.read(given.run)
    if not any((given.run / allure.FOLDER).glob("*-result.json")):
        raise ValueError(f"{visible(str(given.run))}: it has no {allure.FOLDER}; rejudge makes them from its record")
    npx = shutil.which("npx")
    if npx is None or shutil.which("node") is None:
        raise ValueError(INSTALL)
    kept = given.history / history.name_of(about)
    kept.mkdir(parents=True, exist_ok=True)
    return npx, given.run, kept / HISTORY


def main(arguments: Sequence[str] | None = None) -> int:
    """Render the report of a run; the exit status."""
    try:
        npx, run, kept = order_of(arguments)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"report: {one_line(str(error))}\n")
        return USAGE_EXIT
    try:
        page = render(npx, run.resolve(), kept)
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or str(error)
        sys.stderr.write(f"report: Allure failed: {one_line(said.strip(), 600)}\n")
        return FAULT_EXIT
    sys.stdout.write(f"Allure's report: {visible(str(typed(run / page)))}\n")
    return 0


def render(npx: str, run: Path, kept: Path) -> Path:
    """Render into the run's folder; the page, relative to it.

    Allure appends to the history that it is given. It is given a copy, which takes the place of the kept one when the
    report is there: what is killed half-way leaves the old one.

    Raises:
        OSError: a folder can't be written.
        subprocess.SubprocessError: Allure failed, or took too long.
    """
    with tempfile.TemporaryDirectory() as made:
        config, grown = Path(made) / "allurerc.mjs", Path(made) / HISTORY
        if kept.is_file():
            shutil.copyfile(kept, grown)
        wanted = settings() | {"output": str(run / FOLDER), "historyPath": str(grown)}
        config.write_text(f"export default {json.dumps(wanted, indent=2)};\n", encoding="utf-8")
        subprocess.run(  # noqa: S603  # a fixed command; the paths are the user's own
            [npx, "--yes", PACKAGE, "generate", str(run / allure.FOLDER), "--config", str(config)],
            cwd=run,
            check=True,
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
        )
        page = run / FOLDER / "index.html"
        atomic.write_text(page, CALLS_HOME.sub("", page.read_text(encoding="utf-8")))
        if grown.is_file():
            atomic.write_text(kept, grown.read_text(encoding="utf-8"))
    return page.relative_to(run)


if __name__ == "__main__":
    sys.exit(main())
