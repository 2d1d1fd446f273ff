"""The folder of a run: a fresh one of its own under `reports/out/`, or the one that somebody named."""

from __future__ import annotations

import re
import secrets
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from reports.record import atomic

ROOT = Path(__file__).parents[1] / "out"
LATEST = "latest"
TRIES = 20
OWN_FILES = (
    "run.json",
    "verdict.json",
    "junit.xml",
    "exchanges.ndjson",
    "exchanges-*.ndjson.gz",
    "night.json",
    "corpus.diff",
    "summary.md",
    "report/index.html",
    "allure-results/*-result.json",
    "allure-results/*-attachment*",
    "allure-results/environment.properties",
    "allure-results/executor.json",
    "allure-results/categories.json",
    "allurerc.mjs",
)
OWN_BUNDLE = re.compile(r"[a-z]+\.[a-z0-9-]+-[0-9a-f]{8}")
BUNDLE_FILES = ("finding.json", "exchange.json", "README.md", "reproduce.py", "curl.sh")


def open_run(out: Path | None, root: Path = ROOT) -> Path:
    """The empty folder of a new run, made.

    Args:
        out: the folder that was asked for; files that an earlier run left in it are removed, anything else stays.
        root: where folders of runs are made when none was asked for: `<UTC time>-<4 hex>`, and the link `latest`.

    Raises:
        ValueError: the folder can't be made or written, in one sentence.
    """
    where = root if out is None else out
    try:
        return _fresh(root) if out is None else _asked(out)
    except OSError as error:
        raise ValueError(f"the reports can't be written to {where}: {error.strerror or error}") from error


def typed(folder: Path) -> Path:
    """The folder as short as somebody in the same working directory would type it; links stay as they are."""
    here, whole = Path.cwd(), folder.absolute()
    return whole.relative_to(here) if whole.is_relative_to(here) else folder


def _fresh(root: Path) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    for _ in range(TRIES):
        folder = root / f"{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}-{secrets.token_hex(2)}"
        try:
            folder.mkdir()
        except FileExistsError:  # another run began in this very second and drew the same digits
            continue
        atomic.point(root / LATEST, folder.name)
        return folder
    raise FileExistsError(None, f"{TRIES} names in a row were taken")


def _asked(out: Path) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=out):
        pass  # it can be written
    # An old verdict must never stand for a new run that dies half-way.
    for path in _own(out):
        path.unlink()
    for bundle in _bundles(out):
        if not any(bundle.iterdir()):
            bundle.rmdir()
    return out


def _bundles(out: Path) -> list[Path]:
    found = (out / "findings").glob("*")
    return [path for path in found if OWN_BUNDLE.fullmatch(path.name) and path.is_dir() and not path.is_symlink()]


def _own(out: Path) -> Iterator[Path]:
    for pattern in OWN_FILES:
        yield from [path for path in out.glob(pattern) if path.is_file()]
    for bundle in _bundles(out):
        yield from [bundle / name for name in BUNDLE_FILES if (bundle / name).is_file()]
