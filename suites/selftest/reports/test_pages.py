"""The page and the folder of a run: complete, bounded, and deaf to what a target would have them do."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from contracts.catalogue import clauses
from contracts.messages import Account, Exchange, OrderNeed, Outcome, Reply, Status, StreamEvent, Verdict
from reports import markdown, write
from reports.html import page, view
from reports.judging import MESSAGE_MAX, Judged, findings
from reports.results import Answer, Result, RunResult
from suites.selftest.reports import gallery, samples
from suites.selftest.reports.test_texts import RUNS, harmless

ALL_RUNS = RUNS | {"rich": gallery.rich_run(), "holding": gallery.holding_run()}
parametrised = pytest.mark.parametrize("run", ALL_RUNS.values(), ids=list(ALL_RUNS))
VOID_TAGS = {"meta", "link", "input", "rect", "path", "br"}


class Outline(HTMLParser):
    """Tags, attributes and headings of a page, and whether every element is closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.levels: list[int] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag not in VOID_TAGS:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID_TAGS:
            assert self._open.pop() == tag

    def values(self, name: str) -> list[str]:
        return [value for _, attribute, value in self.attributes if attribute == name]


# --- the whole folder -------------------------------------------------------------------------------------------------


@parametrised
def test_no_file_of_a_run_can_harm_its_reader(run: RunResult, tmp_path: Path) -> None:
    write.write(run, tmp_path)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"verdict.json", "junit.xml", "index.html", "summary.md", "allurerc.mjs"} <= {path.name for path in files}
    assert [str(path) for path in files if not harmless(path.read_text("utf-8"))] == []


def test_writing_again_leaves_nothing_double(tmp_path: Path) -> None:
    write.write(gallery.rich_run(), tmp_path)
    before = sorted(path.suffix for path in tmp_path.rglob("*"))
    write.write(gallery.rich_run(), tmp_path)
    assert sorted(path.suffix for path in tmp_path.rglob("*")) == before


# --- the page ---------------------------------------------------------------------------------------------------------


@parametrised
def test_the_page_is_sound_and_sealed(run: RunResult) -> None:
    text = page.page(run, "reports/out/latest")
    outline = Outline(text)
    assert outline.tags["script"] == outline.tags["style"] == outline.tags["h1"] == outline.tags["main"] == 1
    assert not [
        name for _, name, _ in outline.attributes if name.startswith("on") or name in {"style", "src", "action"}
    ]
    ids = outline.values("id")
    assert len(ids) == len(set(ids))
    links = outline.values("href")
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    assert all(link.startswith(("#", "https://www.rfc-editor.org/rfc/", "data:,")) for link in links)
    assert set(outline.values("aria-labelledby")) <= set(ids)


@parametrised
def test_headings_never_skip_a_level(run: RunResult) -> None:
    levels = Outline(page.page(run, "")).levels
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_policy_names_the_style_and_the_script_by_their_hashes() -> None:
    text = page.page(gallery.rich_run(), "")
    for tag in ("style", "script"):
        inside = re.search(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert inside is not None
        digest = base64.b64encode(hashlib.sha256(inside[1].encode()).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;" in text


@pytest.mark.parametrize(
    ("run", "answer"),
    [
        ("holds", "Holds"),
        ("rich", "Violated: 7 promises broken"),
        ("unusable", "Unusable: nothing can be said"),
        ("interrupted", "Interrupted: nothing can be said"),
        ("broken", "The suite is at fault: nothing can be said"),
    ],
)
def test_the_page_begins_with_the_answer(run: str, answer: str) -> None:
    text = page.page(ALL_RUNS[run], "")
    assert f"<h1>{answer}</h1>" in text
    assert text.index("<h1>") < text.index('id="matrix"')


def test_findings_stand_worst_first_and_waived_ones_last() -> None:
    text = page.page(gallery.rich_run(), "out")
    shown = re.findall(r'<article class="finding[^"]*" id="([a-z.-]+)-[0-9a-f]{8}"', text)
    assert shown == [
        "outcome.cancelled",
        "window.past-outside",
        "size.over",
        "echo.order",
        "echo.complete",
        "echo.odd-strings",
        "robustness.answers",
        "reply.media-type",
    ]
    assert "tox run -e replay -- out/findings/echo.order-51a0c9e2" in text


def test_many_broken_promises_begin_with_a_line_each() -> None:
    run = gallery.rich_run()
    index = page.page(run, "reports/out/x").partition('<ol class="index">')[2].partition("</ol>")[0]
    lines = re.findall(r"<li><code>(.*?)</code> <a href=\"#(.*?)\">", index)
    told, _ = view.told(run)
    assert lines == [(group[0].clause.id, group[0].id) for group in told]
    assert '<ol class="index">' not in page.page(replace(run, findings=run.findings[:2]), "reports/out/x")


def test_every_clause_stands_on_the_page_with_its_reason() -> None:
    text = page.page(gallery.rich_run(), "")
    assert all(f"<code>{name}</code>" in text for name in clauses())
    assert "There is no second account" in text


def test_the_page_stays_small_whatever_a_target_sends() -> None:
    big = b'{"canceledOrderIds": ["' + b"\xe2\x80\xae" * 300_000 + b'"]}'
    seen = samples.exchange(
        samples.plan(body=b"[" * 900_000), reply=Reply(200, (("X", "y" * 90_000),) * 300, big), ids=("a",)
    )
    message = "m" * 500
    many = tuple(samples.finding("echo.order", message, seen, f"{n:08x}", times=n + 1) for n in range(400))
    text = page.page(samples.run(Result.VIOLATED, many, "Broken."), "")
    assert len(text) < 3_000_000
    assert "And 360 more" in text and "160 others are not named here." in text


def test_blanks_are_told_apart(tmp_path: Path) -> None:
    """A page makes one of two blanks, unless it is told not to."""
    found = replace(samples.echo_finding(), message="entry 2 is 'a  b' and comes back as 'a b'")
    write.write(samples.run(Result.VIOLATED, (found,), "Broken."), tmp_path)
    rules = re.findall(r"([^{}]+)\{ white-space: pre-wrap; \}", (tmp_path / page.FILE).read_text("utf-8"))
    assert {".story dd", ".witness code", ".diff caption"} <= {
        each.strip() for rule in rules for each in rule.split(",")
    }
    for name in ("summary.md", f"{found.bundle}/README.md"):
        assert "'a &nbsp;b' and comes back as 'a b'" in (tmp_path / name).read_text("utf-8"), name


def test_the_stream_stands_aside_where_it_is_beside_the_point() -> None:
    quiet, loud = (view.finding_view(gallery.rich_run().findings[place], "") for place in (0, 3))
    need = OrderNeed("a")
    settled = Outcome(need, "01", "m", (), "closed", stream_seen=True)
    seen = replace(quiet.finding.exchange, outcomes=(settled,))
    assert view.finding_view(replace(quiet.finding, exchange=seen), "").aside
    assert not view.finding_view(
        replace(quiet.finding, exchange=replace(seen, outcomes=(replace(settled, read_back="open"),))), ""
    ).aside
    assert not loud.aside


def test_a_target_writes_no_page_of_its_own() -> None:
    long = "W" * 300_000
    verdict = Verdict.failed("echo.verbatim", f"entry 1 is '{long}' and comes back as 'b'")
    (found,) = findings([Judged(verdict, samples.exchange(samples.plan("echo.verbatim")))])
    assert len(found.message) == MESSAGE_MAX
    assert found.message.startswith("entry 1 is 'WW") and found.message.endswith("WW' and comes back as 'b'")
    event = StreamEvent(Account.OWN, long, "m", f"ORDER_STATE_{long}", long, "", 0.0, samples.START_MS)
    seen = samples.exchange(samples.plan(), stray=(event,))
    assert max(len(each.text) for each in view.timeline(seen)) < 400


def test_many_clauses_of_one_reason_are_folded() -> None:
    idle = tuple(replace(each, verdict=Status.SKIPPED, reason="nobody answers") for each in samples.run().clauses)
    text = page.page(samples.run(Result.UNUSABLE, reason="Nobody answers.", clauses=idle), "")
    assert f"<dd><details><summary>{len(idle)} clauses</summary><code>{idle[0].clause.id}</code>" in text
    assert "<dd>3 clauses: <code>" in page.page(samples.run(clauses=idle[:3]), "")


def test_the_page_says_which_request_it_shows() -> None:
    first, other = samples.plan("echo.order", "c"), samples.plan("echo.order", "d")
    for surroundings, words in (
        ({"before": (first,)}, "before it"),
        ({"together": (first, other)}, "at the same time"),
    ):
        whole = samples.plan(**surroundings)
        found = samples.finding("echo.order", "Broken.", samples.exchange(first), witness=whole)
        assert words in view.finding_view(found, "").beside
    assert not view.finding_view(gallery.rich_run().findings[0], "").beside


# --- Markdown ---------------------------------------------------------------------------------------------------------


def test_the_summary_is_appended(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    path.write_text("before\n")
    markdown.append(gallery.rich_run(), path)
    text = path.read_text("utf-8")
    assert text.startswith("before\n## ❌ Violated: 7 promises broken\n")
    assert "### `echo.order`: The ids are echoed in request order." in text
    assert "tox run -e replay -- findings/echo.order-51a0c9e2" in text


def test_a_page_of_a_job_that_cannot_be_written_is_said_and_no_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = gallery.rich_run()
    markdown.show(run, {})
    markdown.show(run, {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary")})
    assert "Violated" in (tmp_path / "summary").read_text("utf-8")
    assert capsys.readouterr().err == ""
    markdown.show(run, {"GITHUB_STEP_SUMMARY": str(tmp_path)})
    assert capsys.readouterr().err == "\nGITHUB_STEP_SUMMARY names a file that can't be written: Is a directory\n"


def test_markdown_shows_foreign_markup_as_text() -> None:
    hostile = "[x](http://evil.test) ![i](//e) <img src=x> `code` www.evil.test a@b.test\n# head | cell"
    found = replace(samples.echo_finding(), message=hostile, waived=True, waiver=hostile)
    text = markdown.markdown(
        samples.run(Result.HOLDS, (found,), answers=(Answer(clauses()["shape.utf-16"], hostile, "a|b"),))
    )
    outside = re.sub(r"(`+).*?\1", "", text)
    assert "<img" not in outside and "](" not in outside.replace("\\](", "") and "http://" not in outside
    assert "\n# head" not in text and "www.evil" not in outside and "@" not in outside
    (row,) = [line for line in text.splitlines() if "shape.utf-16" in line]
    assert row.count("|") == 4


def test_exchanges_without_a_reply_are_told(tmp_path: Path) -> None:
    run = gallery.rich_run()
    silent: Exchange = run.findings[5].exchange
    assert silent.reply is None
    write.write(run, tmp_path)
    assert "no whole answer: timeout" in (tmp_path / run.findings[5].bundle / "README.md").read_text()
    assert "No whole reply: <strong>timeout</strong>" in (tmp_path / page.FILE).read_text()
