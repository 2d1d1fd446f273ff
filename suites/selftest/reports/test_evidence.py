"""What the page makes of evidence: ids side by side, bodies, plots and timelines."""

from __future__ import annotations

import pytest

from contracts.catalogue import clauses
from contracts.messages import Account, OrderNeed, Outcome, StreamEvent
from reports import sources
from reports.html import bodies, diff, plots, view
from suites.selftest.reports import gallery, samples
from suites.selftest.reports.test_texts import harmless

# --- ids side by side -------------------------------------------------------------------------------------------------


def _sides(found: diff.Diff) -> list[tuple[str | None, str | None]]:
    return [(_text(row.expected), _text(row.got)) for row in found.rows if not row.folded]


def _text(cell: diff.Cell | None) -> str | None:
    return None if cell is None else "".join(f"[{each.text}]" if each.marked else each.text for each in cell.pieces)


def test_lists_of_one_length_are_compared_place_by_place() -> None:
    found = diff.diff(["b", "a", "c"], ["a", "b", "c"])
    assert _sides(found) == [("b", "a"), ("a", "b"), ("c", "c")]
    assert [row.first for row in found.rows] == [True, False, False]
    assert found.note == "First difference: entry 1 should be “b” and is “a”. That is entry 2 of the request."


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
    assert moments[3].text == "own stream: order bystander is cancelled by an execution of type CANCELED, 25 left"
    assert view.timeline(samples.exchange(samples.plan())) == ()


def test_an_order_that_rests_stands_in_the_snapshot_of_its_stream() -> None:
    rests = StreamEvent(Account.OWN, "x", "m", "", "SNAPSHOT", "", None, samples.START_MS + 9_000)
    seen = samples.exchange(samples.plan(), outcomes=(Outcome(OrderNeed("a"), "x", "m", (rests,)),))
    assert [each.text for each in view.timeline(seen)][-1:] == ["own stream: order a stands in the snapshot"]


def test_every_source_has_words_and_every_standard_an_address() -> None:
    for clause in clauses().values():
        assert sources.words(clause.source)
        assert (sources.url(clause.source) is None) == (clause.source == "plain security sense")
    assert sources.url("RFC 8259, 8.1") == "https://www.rfc-editor.org/rfc/rfc8259#section-8.1"
