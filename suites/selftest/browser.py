"""The real browser in which reports are looked at."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next((found for name in NAMES if (found := shutil.which(name))), None)
"""Its path; None where there is none on this machine."""
SCHEMES = {"light": "--blink-settings=preferredColorScheme=1", "dark": "--blink-settings=preferredColorScheme=0"}
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SECONDS_MAX = 120


def opened(file: Path, profile: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    """Open a page in a browser with a new profile; what it has printed, when it has ended."""
    command = [str(BROWSER), *FLAGS, *flags, f"--user-data-dir={profile}", file.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS_MAX)


def grumbled(file: Path, profile: Path, *flags: str) -> list[str]:
    """What a page has said on the console of a browser that reaches nobody; its own pages' words left out."""
    alone = ("--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", "--v=0")
    lines = opened(file, profile, *alone, *flags, "--dump-dom").stderr.splitlines()
    return [line for line in lines if ":CONSOLE:" in line and "source: chrome://" not in line]


def said(file: Path, mark: str, profile: Path, *flags: str) -> Any:
    """The JSON value that a page's script has left in its `<pre>` of an id."""
    done = opened(file, profile, *flags, "--dump-dom")
    found = re.search(rf'<pre id="{mark}">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found is not None, done.stderr[-2000:]
    return json.loads(html.unescape(found[1]))
