"""How an echo differs from what was sent: every difference has one name, and one judge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.document import PLAIN_ID
from contracts.oracles.echo import difference
from suites.selftest.contracts.written import (
    exchange,
    failures,
    plan,
)

DIFFERENCES: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "nothing": (("b", "a"), ("b", "a"), ""),
    "one dropped": (("b", "a", "c"), ("b", "a"), "complete"),
    "all dropped": (("b", "a"), (), "complete"),
    "one added": (("b", "a"), ("b", "a", "c"), "nothing-added"),
    "an empty one added": (("b", "a"), ("b", "a", ""), "nothing-added"),
    "sorted": (("b", "a"), ("a", "b"), "order"),
    "reversed": (("c", "a", "b"), ("b", "a", "c"), "order"),
    "another case": (("b", "A"), ("b", "a"), "verbatim"),
    "another case, and sorted": (("b", "A"), ("a", "b"), "verbatim"),
    "a leading zero lost": (("007", "7.0"), ("7", "7.0"), "verbatim"),
    "an odd string trimmed": (("b", " a"), ("b", "a"), "odd-strings"),
    "an odd string and a plain one": (("B", " a"), ("b", "a"), "verbatim"),
    "deduplicated": (("a", "b", "a"), ("a", "b"), "repeats"),
    "repeats gathered": (("a", "b", "a"), ("a", "a", "b"), "repeats"),
    "one repeat of two": (("a", "a", "a"), ("a", "a"), "repeats"),
    "deduplicated and one dropped": (("a", "b", "a", "c"), ("a", "b"), "complete"),
    "one dropped, another added twice": (("a", "b"), ("b", "x", "y"), "complete"),
}


@pytest.mark.parametrize(("sent", "got", "name"), DIFFERENCES.values(), ids=DIFFERENCES)
def test_a_difference_has_one_name(sent: tuple[str, ...], got: tuple[str, ...], name: str) -> None:
    assert difference(sent, got) == name


@pytest.mark.parametrize("name", [key for key, row in DIFFERENCES.items() if row[2]])
def test_one_judge_names_a_difference_and_the_others_do_not(name: str) -> None:
    sent, got, wanted = DIFFERENCES[name]
    found = failures(exchange(plan("echo.complete", sent), echo=got))
    assert found == {f"echo.{wanted}"}


@given(st.lists(st.text(max_size=3), max_size=6), st.lists(st.text(max_size=3), max_size=6))
def test_every_difference_has_a_name_and_only_a_difference(sent: list[str], got: list[str]) -> None:
    name = difference(tuple(sent), tuple(got))
    assert bool(name) is (sent != got)
    if name == "odd-strings":
        assert not all(PLAIN_ID.fullmatch(each) for each in sent)


@given(st.lists(st.text(max_size=3), min_size=1, max_size=20))
def test_an_exact_echo_fails_nobody(ids: list[str]) -> None:
    assert failures(exchange(plan("echo.complete", ids))) == set()


@pytest.mark.parametrize(
    ("sent", "got", "name"),
    [
        ("a b a", "b a a", "order"),
        ("a b", "b a", "order"),
        ("a b", "a a b", "nothing-added"),
        ("a b a", "a a b a", "repeats"),
        ("a b a", "a x", "repeats"),
        ("a b a", "x x", "complete"),
        ("a b c", "x y", "complete"),
        ("a b", "a", "complete"),
        ("a", "a a", "nothing-added"),
    ],
)
def test_a_difference_has_the_name_of_what_is_lost(sent: str, got: str, name: str) -> None:
    assert difference(tuple(sent.split()), tuple(got.split())) == name
