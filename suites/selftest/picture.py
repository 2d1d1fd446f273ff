"""The picture in the README: a real run against a faulty gateway, its report opened in a real browser.

tox run -e picture [-- --fault NAME] [--out FILE]
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from reports.results import Result
from suites.selftest.house.tree import ROOT

FAULT = "CancelsTheGoodOfABadBatch"
FILE = ROOT / "docs" / "report.png"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--blink-settings=preferredColorScheme=1",
    "--force-device-scale-factor=1.5",
    "--window-size=1120,945",
)
USAGE_EXIT = 4


def run(fault: str, folder: Path) -> int:
    """Make the run as a user would; its exit status."""
    options = ["--profile", "gate", "--out", str(folder), "--embedded-fault", fault]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-c", "pyproject.toml", *options], cwd=ROOT, check=False
    ).returncode


def take(browser: str, page: Path, file: Path, profile: Path) -> None:
    """Open a page and write what is seen of it."""
    command = [browser, *FLAGS, f"--user-data-dir={profile}", f"--screenshot={file}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the picture; 0 where it was taken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fault", default=FAULT, help=f"of the embedded gateway (default {FAULT})")
    parser.add_argument("--out", type=Path, default=FILE, help="the picture (default docs/report.png)")
    given = parser.parse_args(arguments)
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        sys.stderr.write(f"there is no browser to open the report with; install one of {', '.join(BROWSERS)}\n")
        return USAGE_EXIT
    given.out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made:  # the browser may still be closing
        folder = Path(made)
        status = run(given.fault, folder / "run")
        if status != Result.VIOLATED.exit_status:
            sys.stderr.write(f"the run ended with {status}; there is no finding to be shown\n")
            return status or USAGE_EXIT
        take(browser, folder / "run" / "report" / "index.html", given.out.absolute(), folder / "profile")
    return 0


if __name__ == "__main__":
    sys.exit(main())
