"""The page, Allure's results and the Markdown: complete, bounded, and deaf to what a target would have them do."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from contracts.catalogue import clauses
from contracts.messages import Exchange, Reply, Status
from reports import allure, markdown, sources, write
from reports.html import bodies, diff, page, plots, view
from reports.results import Answer, ClauseResult, Result, RunResult
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
        "echo.order",
        "size.over",
        "echo.complete",
        "window.past-outside",
        "outcome.cancelled",
        "echo.odd-strings",
        "robustness.answers",
        "reply.media-type",
    ]
    assert "tox run -e replay -- out/findings/echo.order-51a0c9e2" in text


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
    assert len(page.page(samples.run(Result.VIOLATED, many, "Broken."), "")) < 3_000_000


# --- ids side by side -------------------------------------------------------------------------------------------------


def _sides(found: diff.Diff) -> list[tuple[str | None, str | None]]:
    return [(_text(row.expected), _text(row.got)) for row in found.rows if not row.folded]


def _text(cell: diff.Cell | None) -> str | None:
    return None if cell is None else "".join(f"[{each.text}]" if each.marked else each.text for each in cell.pieces)


def test_lists_of_one_length_are_compared_place_by_place() -> None:
    found = diff.diff(["b", "a", "c"], ["a", "b", "c"])
    assert _sides(found) == [("b", "a"), ("a", "b"), ("c", "c")]
    assert [row.first for row in found.rows] == [True, False, False]
    assert found.note == "First difference: entry 1 should be “b” and is “a”."


def test_a_missing_id_leaves_a_gap() -> None:
    found = diff.diff(["a", "b", "c"], ["a", "c"])
    assert _sides(found) == [("a", "a"), ("b", None), ("c", "c")]
    assert found.note == "First difference: entry 2 is missing from the echo: “b”."


def test_an_added_id_leaves_a_gap_on_the_other_side() -> None:
    found = diff.diff(["a"], ["a", "x"])
    assert _sides(found) == [("a", "a"), (None, "x")]
    assert found.note == "First difference: entry 2 of the echo was never sent there: “x”."


def test_letters_that_look_alike_are_told_by_their_code_points() -> None:
    found = diff.diff(["pa\u0430x"], ["paax"])
    assert _sides(found) == [("pa[\u0430]x", "pa[a]x")]
    assert (
        "They part at character 3: U+0430 CYRILLIC SMALL LETTER A was sent, U+0061 LATIN SMALL LETTER A" in found.note
    )


def test_what_cannot_be_seen_is_written_out_and_a_backslash_is_doubled() -> None:
    assert _sides(diff.diff(["a\u200bb", "\\u200b"], ["ab", "\u200b"])) == [
        ("a[\\u200b]b", "ab"),
        ("\\\\u200b", "\\u200b"),
    ]


def test_equal_ids_far_from_a_difference_are_folded() -> None:
    ids = [str(n) for n in range(1000)]
    found = diff.diff(ids, [*ids[:500], "x", *ids[501:]])
    assert [row.folded for row in found.rows] == [498, 0, 0, 0, 0, 0, 497]


def test_a_long_comparison_is_cut() -> None:
    ids = [str(n) for n in range(1000)]
    found = diff.diff(ids, ids[::-1])
    assert (len(found.rows), found.below) == (diff.ROWS_MAX, 1000 - diff.ROWS_MAX)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'{"canceledOrderIds": "a"}', b'{"canceledOrderIds": ["a"]}', b"[" * 100_000, b"\xff"],
    ids=["empty", "array", "string", "equal", "deep", "bytes"],
)
def test_where_there_is_nothing_to_compare_nothing_is(body: bytes) -> None:
    assert diff.of(samples.exchange(samples.plan(), 1, 200, body, ids=("a",))) is None


def test_an_echo_of_other_things_than_strings_is_compared_too() -> None:
    found = diff.of(samples.exchange(samples.plan(), 1, 200, b'{"canceledOrderIds": [1, null]}', ids=("1", "b")))
    assert found is not None
    assert _sides(found) == [("1", "1"), ("b", "null")]


# --- bodies, plots, timelines -----------------------------------------------------------------------------------------


def test_json_is_set_out_without_touching_a_token() -> None:
    shown = bodies.body(b'{"a":1e400,"a":[],"b":[{"c":"\\u202e"}]}')
    assert shown.text == '{\n  "a": 1e400,\n  "a": [],\n  "b": [\n    {\n      "c": "\\u202e"\n    }\n  ]\n}'


@pytest.mark.parametrize("data", [b"", b"plain", b"\x00\xff\n\x1b", b"[" * 5000 + b"]" * 5000, "é\u202e".encode()])
def test_any_body_can_be_shown(data: bytes) -> None:
    shown = bodies.body(data)
    assert harmless(shown.text) and len(shown.text) <= bodies.LIMIT


def test_a_long_body_is_cut_and_says_so() -> None:
    shown = bodies.body(b"x" * 100_000)
    assert (len(shown.text), shown.note) == (bodies.LIMIT, "cut: the whole is 100,000 bytes, see the bundle")


def test_plots_count_every_exchange_however_many() -> None:
    many = tuple(samples.exchange(samples.plan(), n, (200, 400, 503)[n % 3]) for n in range(1, 5001))
    latency, rate = plots.plots(many)
    for plot in (latency, rate):
        assert {each.kind: each.count for each in plot.series} == {"taken": 1666, "refused": 1667, "void": 1667}
    assert sum(each.path.count("M") for each in latency.series) <= plots.POINTS_MAX


@pytest.mark.parametrize("elapsed", [float("inf"), float("nan"), -1.0])
def test_times_that_are_none_are_not_drawn(elapsed: float) -> None:
    assert plots.plots((samples.exchange(samples.plan(), 1, elapsed_ms=elapsed),) * 3) == ()
    assert plots.plots(()) == ()


def test_answers_of_no_time_can_be_drawn() -> None:
    two = tuple(samples.exchange(samples.plan(), number, elapsed_ms=0.0) for number in (1, 2))
    assert len(plots.plots(two)) == 2


def test_a_timeline_stands_in_the_order_of_time() -> None:
    moments = view.timeline(gallery.rich_run().findings[3].exchange)
    assert [each.kind for each in moments] == ["sent", "answered", "event", "event"]
    assert moments[3].text == "own stream: order bystander cancelled (EXECUTION_TYPE_CANCELED, 25 left)"
    assert view.timeline(samples.exchange(samples.plan())) == ()


def test_every_source_has_words_and_every_standard_an_address() -> None:
    for clause in clauses().values():
        assert sources.words(clause.source)
        assert (sources.url(clause.source) is None) == (not clause.source.startswith(("#/", "RFC ")))
    assert sources.url("RFC 8259, 8.1") == "https://www.rfc-editor.org/rfc/rfc8259#section-8.1"


# --- Allure -----------------------------------------------------------------------------------------------------------


def _results(folder: Path) -> dict[str, dict[str, object]]:
    found = [json.loads(path.read_text("utf-8")) for path in (folder / allure.FOLDER).glob("*-result.json")]
    return {each["fullName"]: each for each in found}


def test_allure_gets_one_result_a_clause_with_a_stable_identity(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    write.write(gallery.rich_run(), tmp_path / "one")
    write.write(gallery.holding_run(), tmp_path / "two")
    one, two = _results(tmp_path / "one"), _results(tmp_path / "two")
    assert list(one) and set(one) == set(two) == set(clauses())
    for name, result in one.items():
        digest = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
        assert result["testCaseId"] == result["historyId"] == two[name]["historyId"] == digest
    labels = {(each["name"], each["value"]) for each in one["echo.order"]["labels"]}  # type: ignore[attr-defined]  # JSON
    assert {
        ("epic", allure.OPERATION),
        ("feature", "echo"),
        ("story", "echo.order"),
        ("severity", "critical"),
    } <= labels


def test_allure_keeps_attachments_of_findings_only(tmp_path: Path) -> None:
    run = gallery.rich_run()
    write.write(run, tmp_path)
    attached = list((tmp_path / allure.FOLDER).glob("*-attachment.json"))
    assert len(attached) == 2 * len(run.findings)
    named = re.findall(r'"source": "([^"]+)"', "".join(json.dumps(each) for each in _results(tmp_path).values()))
    assert sorted(named) == sorted(path.name for path in attached)


def test_allure_tells_the_verdicts_and_their_causes_apart(tmp_path: Path) -> None:
    five = list(clauses().values())[:5]
    results = tuple(ClauseResult(each, status, 1, "because") for each, status in zip(five, Status, strict=True))
    answer = Answer(five[0], "400", "taken")
    write.write(samples.run(Result.UNUSABLE, clauses=results, answers=(answer,), reason="Gone."), tmp_path)
    told = {name: (each["status"], each.get("statusDetails")) for name, each in _results(tmp_path).items()}
    assert told == {
        "size.one": ("passed", {"message": "Changed answer: 400 (before: taken)"}),
        "size.full": ("failed", {"message": "because"}),
        "size.between": ("skipped", {"message": "because"}),
        "size.empty": ("unknown", {"message": "because"}),
        "size.over": ("broken", {"message": "Unusable target: because"}),
    }


def test_allure_gets_its_side_files(tmp_path: Path) -> None:
    write.write(samples.hostile_run(), tmp_path)
    folder = tmp_path / allure.FOLDER
    properties = (folder / "environment.properties").read_text("ascii")
    assert "seed=20261124\n" in properties and "requests=2.34.2\n" in properties
    assert json.loads((folder / "executor.json").read_text())["buildName"].startswith("gate of 2026")
    names = [each["name"] for each in json.loads((folder / "categories.json").read_text())]
    assert names == ["Broken promise", "Unusable target", "Fault of the suite", "Changed answer"]
    settings = (tmp_path / "allurerc.mjs").read_text()
    inside = json.loads(settings.partition("export default ")[2].removesuffix(";\n"))
    assert inside["plugins"]["awesome"]["options"]["singleFile"] is True


# --- Markdown ---------------------------------------------------------------------------------------------------------


def test_the_summary_is_appended(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    path.write_text("before\n")
    markdown.append(gallery.rich_run(), path)
    text = path.read_text("utf-8")
    assert text.startswith("before\n## ❌ Violated: 7 promises broken\n")
    assert "### `echo.order`: The ids are echoed in request order." in text
    assert "tox run -e replay -- findings/echo.order-51a0c9e2" in text


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
