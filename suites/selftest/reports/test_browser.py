"""The page in a real browser: its script runs, nothing runs over, and every text can be read, by day and by night."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import pytest

from reports.html import page
from suites.selftest import browser
from suites.selftest.browser import BROWSER, SCHEMES
from suites.selftest.reports import gallery, samples

pytestmark = pytest.mark.skipif(BROWSER is None, reason="there is no chromium on this machine to open the page with")

PATIENTLY = "--virtual-time-budget=4000"
WIDTHS = (320, 380, 768, 1280, 1920)
AA, AA_LARGE = 4.5, 3.0

MEASURE = """
const luminance = (rgb) => rgb.slice(0, 3).map((v) => v / 255)
  .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const numbers = (text) => text.match(/[\\d.]+/g).map(Number);
const ground = (node, view) => {
  for (let at = node; at; at = at.parentElement) {
    const found = numbers(view.getComputedStyle(at).backgroundColor);
    if (found.length === 3 || found[3] === 1) return found;
  }
  return [255, 255, 255];
};
const contrasts = (frame) => [...frame.contentDocument.querySelectorAll("body *")]
  .filter((node) => !node.closest(".hidden, .skip, [hidden], svg, script, style"))
  .filter((node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()))
  .map((node) => {
    const style = frame.contentWindow.getComputedStyle(node);
    const pair = [luminance(numbers(style.color)), luminance(ground(node, frame.contentWindow))].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    return {
      ratio: (pair[0] + 0.05) / (pair[1] + 0.05),
      large: size >= 24 || size >= 18.66 && style.fontWeight >= 700,
      what: node.tagName + "." + node.className + ": " + node.textContent.trim().slice(0, 40),
    };
  });
addEventListener("load", () => {
  const out = [...document.querySelectorAll("iframe")].map((frame) => {
    const root = frame.contentDocument.documentElement;
    return {
      width: root.clientWidth,
      over: root.scrollWidth - root.clientWidth,
      ground: frame.contentWindow.getComputedStyle(frame.contentDocument.body).backgroundColor,
      filter: !frame.contentDocument.querySelector("form.filter").hidden,
      scripts: frame.contentDocument.scripts.length,
      title: frame.contentDocument.title,
      contrasts: contrasts(frame),
    };
  });
  const pre = document.createElement("pre");
  pre.id = "measured";
  pre.textContent = JSON.stringify(out);
  document.body.append(pre);
});
"""


def measured(text: str, folder: Path, scheme: str) -> list[dict[str, Any]]:
    """What a browser measures of a page at every width."""
    frames = "".join(f'<iframe width="{width}" height="900" srcdoc="{html.escape(text)}"></iframe>' for width in WIDTHS)
    file = folder / "frames.html"
    file.write_text(f"<!doctype html><meta charset=utf-8><body><script>{MEASURE}</script>{frames}", "utf-8")
    flags = (PATIENTLY, SCHEMES[scheme])
    frames_seen: list[dict[str, Any]] = browser.said(file, "measured", folder / "profile", *flags)
    assert len(frames_seen) == len(WIDTHS)
    return frames_seen


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_page_fits_reads_and_runs(scheme: str, tmp_path: Path) -> None:
    frames = measured(page.page(gallery.rich_run(), "reports/out/latest"), tmp_path, scheme)
    assert [frame["over"] for frame in frames] == [0] * len(WIDTHS)
    assert all(frame["filter"] for frame in frames), "the policy keeps the page's own script from running"
    assert {frame["ground"] for frame in frames} == {{"light": "rgb(252, 252, 251)", "dark": "rgb(19, 21, 24)"}[scheme]}
    weak = [
        each for frame in frames for each in frame["contrasts"] if each["ratio"] < (AA_LARGE if each["large"] else AA)
    ]
    assert weak == []


def test_nothing_that_a_target_sends_runs(tmp_path: Path) -> None:
    frames = measured(page.page(samples.hostile_run(), ""), tmp_path, "light")
    assert [(frame["over"], frame["scripts"]) for frame in frames] == [(0, 1)] * len(WIDTHS)
    assert all(frame["title"].startswith("Violated: 1 promise broken") for frame in frames)


def test_the_console_stays_empty(tmp_path: Path) -> None:
    file = tmp_path / "index.html"
    file.write_text(page.page(gallery.rich_run(), "reports/out/latest"), "utf-8")
    assert browser.grumbled(file, tmp_path / "profile", PATIENTLY) == []
    file.write_text("<!doctype html><script>console.error('I grumble')</script>", "utf-8")
    (line,) = browser.grumbled(file, tmp_path / "profile", PATIENTLY)
    assert "I grumble" in line
