"""Waivers: what they mark, what they leave alone, when they must go, and what a wrong file gets."""

from __future__ import annotations

import string
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.catalogue import clauses
from reports.results import Finding
from suites.selftest.reports import samples
from suites.settings import waivers
from suites.settings.waivers import Waiver, applied
from suites.target import UsageError

TODAY = date(2026, 11, 24)
SHOWN = samples.echo_exchange(("a", "b"), ("b", "a"))
GATING = [each.id for each in clauses().values() if each.gates]
CLAUSES, MARKS = ("echo.order", "size.over", "size.one"), ("0badc0de", "00000000", "ffffffff")
GOOD = '[[waiver]]\nclause = "size.over"\nfingerprint = "fee8f645"\nreason = "known"\nlast_day = 2026-12-31\n'
FINDINGS = st.lists(st.tuples(st.sampled_from(CLAUSES), st.sampled_from(MARKS)), unique=True, max_size=6).map(
    lambda some: tuple(found(*each) for each in some)
)
WAIVERS = st.lists(
    st.builds(
        Waiver,
        clause=st.sampled_from(CLAUSES),
        reason=st.just("known"),
        last_day=st.integers(-2, 2).map(lambda days: TODAY + timedelta(days)),
        fingerprint=st.sampled_from(("", *MARKS)),
    ),
    unique_by=lambda each: each.name,
    max_size=6,
)


def found(clause: str = "size.over", fingerprint: str = "0badc0de") -> Finding:
    """A finding."""
    return samples.finding(clause, "a batch of 21 was taken (200)", SHOWN, fingerprint)


def waiver(clause: str = "size.over", fingerprint: str = "", reason: str = "known", days: int = 0) -> Waiver:
    """A waiver that ends so many days from now."""
    return Waiver(clause, reason, TODAY + timedelta(days), fingerprint)


def test_a_finding_is_waived_with_its_reason() -> None:
    (marked,), complaints = applied([found()], [waiver(fingerprint="0badc0de", reason="ticket 4711")], TODAY)
    assert (marked.waived, marked.waiver, complaints) == (True, "ticket 4711", ())


def test_another_finding_of_the_clause_still_gates() -> None:
    marked, complaints = applied([found(), found(fingerprint="ffffffff")], [waiver(fingerprint="0badc0de")], TODAY)
    assert ([each.waived for each in marked], complaints) == ([True, False], ())


def test_a_whole_clause_is_waived_and_no_other() -> None:
    some = [found(), found(fingerprint="ffffffff"), found("size.one")]
    marked, complaints = applied(some, [waiver()], TODAY)
    assert ([each.waived for each in marked], complaints) == ([True, True, False], ())


def test_the_waiver_of_the_finding_counts_before_that_of_the_clause() -> None:
    both = [waiver(reason="the clause"), waiver(fingerprint="0badc0de", reason="the finding")]
    marked, complaints = applied([found(), found(fingerprint="ffffffff")], both, TODAY)
    assert ([each.waiver for each in marked], complaints) == (["the finding", "the clause"], ())


def test_a_waiver_without_a_finding_must_go() -> None:
    _, complaints = applied([found("size.one")], [waiver(fingerprint="0badc0de")], TODAY)
    assert complaints == ("The waiver for size.over-0badc0de matches nothing in this run: take it out.",)


def test_a_waiver_lasts_to_the_end_of_its_last_day() -> None:
    (marked,), complaints = applied([found()], [waiver(days=0)], TODAY)
    assert (marked.waived, complaints) == (True, ())
    (marked,), complaints = applied([found()], [waiver(days=-1)], TODAY)
    assert not marked.waived
    assert complaints == ("The waiver for size.over ended on 2026-11-23: take it out, or give it a new last day.",)


@given(FINDINGS, WAIVERS)
def test_every_finding_and_every_waiver_is_accounted_for(
    some: tuple[Finding, ...], given_waivers: list[Waiver]
) -> None:
    marked, complaints = applied(some, given_waivers, TODAY)
    assert [each.id for each in marked] == [each.id for each in some]
    valid = [each for each in given_waivers if each.last_day >= TODAY]
    for each in marked:
        assert each.waived == any(one.matches(each) for one in valid)
    idle = [each for each in valid if not any(each.matches(one) for one in some)]
    assert len(complaints) == len(given_waivers) - len(valid) + len(idle)
    assert applied(marked, given_waivers, TODAY) == (marked, complaints)


def test_a_file_is_read() -> None:
    whole = '[[waiver]]\nclause = "echo.order"\nreason = " slow\\n lane "\nlast_day = 2027-01-01\n'
    assert waivers.parsed(GOOD + whole, "waivers.toml") == (
        Waiver("size.over", "known", date(2026, 12, 31), "fee8f645"),
        Waiver("echo.order", "slow lane", date(2027, 1, 1)),
    )
    assert waivers.parsed("# none left\n", "waivers.toml") == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[waiver]", "is not TOML"),
        ("a = " + "[" * 5000, "is not TOML"),
        ('[waiver]\nclause = "size.over"', "waiver is not a list of tables"),
        ("waiver = [1]", "waiver is not a list of tables"),
        ("waivers = []", 'has the unknown member "waivers"'),
        (GOOD.replace("reason", "because"), 'waiver 1 has the unknown member "because"'),
        (GOOD.replace('reason = "known"\n', ""), "waiver 1 has no reason"),
        (GOOD + GOOD.replace("last_day = 2026-12-31\n", "fingerprint = 1\n").replace('"fee8f645"', "2", 1), "not TOML"),
        (GOOD.replace("size.over", r"size.\u001b"), r'there is no clause "size.\x1b"'),
        (GOOD.replace('"size.over"', "21"), 'there is no clause "21"'),
        (GOOD.replace("size.over", "shape.repeated-id"), "is an open question and never gates"),
        (GOOD.replace("fee8f645", "FEE8F645"), "the fingerprint is not 8 digits"),
        (GOOD.replace("fee8f645", ""), "the fingerprint is not 8 digits"),
        (GOOD.replace('"known"', '" "'), "the reason is not a text"),
        (GOOD.replace('"known"', f'"{"x" * 501}"'), "the reason is not a text"),
        (GOOD.replace("2026-12-31", '"2026-12-31"'), "last_day is not a day"),
        (GOOD.replace("2026-12-31", "2026-12-31T00:00:00Z"), "last_day is not a day"),
        (GOOD.replace("2026-12-31", "2026-02-30"), "is not TOML"),
        (GOOD + GOOD, "has two waivers for size.over-fee8f645"),
    ],
)
def test_what_is_no_waivers_file_gets_a_sentence(text: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        waivers.parsed(text, "waivers.toml")
    assert told in str(caught.value)
    assert str(caught.value).isprintable()


VALUES = st.one_of(
    st.sampled_from(['"size.over"', '"fee8f645"', "2026-12-31", "2026-12-31T10:00:00Z", "10:00:00", "[]", "{}", '""']),
    st.integers().map(str),
    st.floats().map(str),
    st.text(string.printable, max_size=8),
)
LINES = st.one_of(
    st.sampled_from(["[[waiver]]", "[waiver]", "waiver = [{}]", *GOOD.splitlines()]),
    st.tuples(st.sampled_from((*waivers.MEMBERS, "waiver", "x.y")), VALUES).map(" = ".join),
    st.text(max_size=12),
)


def any_lines(lines: Sequence[str]) -> str:
    """Lines as a text."""
    return "\n".join(lines)


@given(st.lists(LINES, max_size=8).map(any_lines) | st.text())
def test_any_text_gives_waivers_or_a_sentence(text: str) -> None:
    told, named = "", set()
    try:
        named = {each.clause for each in waivers.parsed(text, "waivers.toml")}
    except UsageError as error:
        told = str(error)
    assert told.isprintable()
    assert named <= set(GATING)
