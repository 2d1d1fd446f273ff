"""Axe finds nothing on the page in a real browser, by day and by night, wide and narrow; a long run opens at once."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.messages import Exchange
from reports import history
from reports.html import page
from reports.results import RunResult
from suites.selftest import browser
from suites.selftest.browser import BROWSER, SCHEMES
from suites.selftest.reports import gallery, samples
from suites.selftest.reports.test_browser import PATIENTLY

PACKAGE = "axe-core@4.14.1"
BUDGET_MS = 1000
"""From the beginning of the navigation to the end of the page's load event."""
SIZE_MAX = 3_000_000
pytestmark = pytest.mark.skipif(BROWSER is None, reason="there is no chromium on this machine to open the page with")

RUN = """
addEventListener("load", () => axe.run(document, {resultTypes: ["violations", "incomplete"]}).then((found) => {
  const said = found.violations.map((each) => ({
    rule: each.id, help: each.help, nodes: each.nodes.slice(0, 3).map((node) => node.html.slice(0, 200)),
  }));
  const pre = document.createElement("pre");
  pre.id = "axe";
  pre.textContent = JSON.stringify({said, passes: found.passes.length, open: innerWidth});
  document.body.append(pre);
}));
"""
TIMED = """
addEventListener("load", () => setTimeout(() => {
  const pre = document.createElement("pre");
  pre.id = "axe";
  pre.textContent = JSON.stringify(performance.getEntriesByType("navigation")[0].loadEventEnd);
  document.body.append(pre);
}));
"""


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Axe's script, from npm."""
    npm, folder = shutil.which("npm"), tmp_path_factory.mktemp("axe")
    if npm is None:
        pytest.skip("there is no npm on this machine to fetch axe with")
    command = [
        npm,
        "install",
        "--silent",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--prefix",
        str(folder),
        PACKAGE,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        pytest.skip(f"npm can't fetch axe: {done.stderr.strip()[-200:]}")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def seen(text: str, script: str, folder: Path, *flags: str) -> Any:
    """What a script says of a page in a browser; the page's policy is lifted, for it lets no script of ours run."""
    bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    file = folder / "page.html"
    file.write_text(bare.replace("</body>", f"<script>{script}</script></body>"), "utf-8")
    return browser.said(file, "axe", folder / "profile", *flags)


def remembered(folder: Path) -> RunResult:
    """A run with findings of many concerns and a history."""
    run = gallery.rich_run()
    earlier = replace(run, facts=replace(run.facts, started="2026-11-23T10:15:00Z"), findings=run.findings[:3])
    lost = samples.finding("reply.form", "An echo of numbers.", run.findings[0].exchange, "0ff0ff00")
    history.keep(replace(earlier, findings=(*earlier.findings, lost)), folder)
    return history.compared(run, folder)


@pytest.mark.parametrize("width", [380, 1280])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing(axe: str, scheme: str, width: int, tmp_path: Path) -> None:
    run = remembered(tmp_path)
    assert run.history is not None
    assert run.history.gone
    text = page.page(run, "reports/out/latest")
    said = seen(text, f"{axe};{RUN}", tmp_path, PATIENTLY, SCHEMES[scheme], f"--window-size={width},1000")
    assert said["said"] == []


def long_run(count: int) -> RunResult:
    run = gallery.rich_run()
    plan = samples.plan()
    many = [samples.exchange(plan, number, 400 if number % 3 else 200) for number in range(1, count + 1)]
    return replace(run, exchanges=(*run.exchanges, *many))


def test_ten_thousand_exchanges_are_small_and_open_at_once(tmp_path: Path) -> None:
    run: RunResult = long_run(10_000)
    first: Exchange = run.exchanges[0]
    assert first.number == 1
    text = page.page(run, "reports/out/latest")
    assert len(text.encode()) < SIZE_MAX
    assert seen(text, TIMED, tmp_path) < BUDGET_MS
