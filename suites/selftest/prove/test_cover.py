"""The cover: it loses no fault, nothing in it is in vain, and what earns nothing is told from what asks."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.messages import Plan
from suites.selftest.prove import cover
from suites.selftest.prove.made_up import killed, missed

NAMES = st.sampled_from("abcdefgh")
EXPOSES = st.dictionaries(NAMES, st.frozensets(st.sampled_from("12345678"), max_size=5), max_size=8)


@given(EXPOSES, st.dictionaries(NAMES, st.integers(1, 5)))
def test_a_cover_loses_no_fault_and_has_nothing_in_vain(
    exposes: Mapping[str, frozenset[str]], prices: Mapping[str, int]
) -> None:
    chosen = cover.smallest(exposes, {each: prices.get(each, 1) for each in exposes})
    kept = {each: exposes[each] for each in chosen}
    assert frozenset().union(*kept.values()) == frozenset().union(*exposes.values())
    assert all(cover.lost(each, kept) for each in chosen)


@pytest.mark.parametrize(
    ("exposes", "requests", "chosen"),
    [
        ({"a": "12", "b": "1", "c": "2"}, {"a": 1, "b": 1, "c": 1}, {"a"}),
        ({"a": "12", "b": "1", "c": "2"}, {"a": 5, "b": 1, "c": 1}, {"b", "c"}),
        ({"a": "123", "b": "14", "c": "235"}, {"a": 1, "b": 1, "c": 1}, {"b", "c"}),  # greed alone takes `a` first
        ({}, {}, set()),
    ],
)
def test_the_cheapest_is_taken(exposes: dict[str, str], requests: dict[str, int], chosen: set[str]) -> None:
    assert set(cover.smallest({name: set(faults) for name, faults in exposes.items()}, requests)) == chosen


def test_every_plan_is_named_once_for_what_it_is_worth() -> None:
    companion = Plan("beside", "size.one")
    plans = [
        Plan("alone", "size.one", together=(companion,)),
        Plan("one of two", "size.one"),
        Plan("the other", "size.one"),
        Plan("in vain", "size.one"),
        Plan("asks", "shape.repeated-id"),
    ]
    trials = [
        killed("A", "size.one", 3, "alone", "one of two"),
        killed("B", "size.one", 3, "alone"),
        killed("C", "size.one", 3, "one of two", "the other"),
        killed("D", "size.one", 1, "reply.taken/usable-3"),
        missed("E", "size.one"),
    ]
    found = cover.covered(trials, plans)
    assert (found.alone, found.shared, found.idle, found.open) == (
        ("alone",),
        ("one of two", "the other"),
        ("in vain",),
        ("asks",),
    )
    assert found.cost(["alone", "in vain"]) == 3
    assert (found.faults, found.anyway) == (3, ("D",))
    assert set(found.chosen) == {"alone", "one of two"}
    assert any("cover: 2 of 5 plans, 3 of 6 requests" in line for line in cover.told(found))
