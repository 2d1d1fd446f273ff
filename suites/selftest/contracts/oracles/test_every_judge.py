"""All judges together: none raises, whatever came back, and each names its own clause only."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from contracts.catalogue import clauses
from contracts.messages import (
    Account,
    Exchange,
    History,
    OrderNeed,
    Outcome,
    Reply,
    Request,
    Status,
    StreamEvent,
)
from contracts.oracles import ORACLES, judge
from contracts.oracles.registry import judges_of
from suites import gate
from suites.selftest.contracts.test_jsontext import VALUES

FAILURES = ("", "", "", "timeout", "torn", "garbage", "too-large", "short", "refused", "unreachable", "?")
NAMES = ("Content-Type", "Content-Encoding", "Content-Length", "Date", "X-Any", "set-cookie")
WORDS = ("application/json", "text/html", "gzip", "deflate", "br", "identity", "", "é", "\udcff")
PLANS = tuple(part for whole in gate.plans(1) for part in gate.parts(whole))
"""Made here: Schemathesis draws with Hypothesis, which can't be done inside a test of Hypothesis."""
TEXT = st.text(max_size=8)
ACCOUNTS = st.sampled_from(Account)
ECHOES = VALUES.map(lambda value: json.dumps({"canceledOrderIds": value}).encode())
BODIES = st.binary(max_size=40) | VALUES.map(lambda value: json.dumps(value).encode()) | ECHOES
HEADERS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(WORDS) | TEXT), max_size=4).map(tuple)
REPLIES = st.builds(Reply, st.integers(100, 599), HEADERS, BODIES, st.integers(0, 3))
EVENTS = st.builds(
    StreamEvent,
    ACCOUNTS,
    TEXT,
    TEXT,
    st.sampled_from(["", "ORDER_STATE_CANCELED", "ORDER_STATE_PENDING_CANCEL"]) | TEXT,
    st.sampled_from(["EXECUTION_TYPE_CANCELED", "SNAPSHOT"]) | TEXT,
    TEXT,
    st.none() | st.floats(),
    st.integers(),
)
NEEDS = st.builds(
    OrderNeed, TEXT, ACCOUNTS, fate=st.sampled_from(["cancelled", "open", "either", "any"]), state=st.just("open")
)
OUTCOMES = st.builds(
    Outcome,
    NEEDS,
    TEXT,
    TEXT,
    st.lists(EVENTS, max_size=2).map(tuple),
    st.none() | st.sampled_from(["open", "closed"]),
    st.booleans(),
)
REQUESTS = st.builds(
    Request, st.just("POST"), TEXT, HEADERS, st.binary(max_size=20), ACCOUNTS, st.integers(-90_000, 90_000)
)


@st.composite
def exchanges(draw: st.DrawFn) -> Exchange:
    """Any plan of the gate and any answer."""
    return Exchange(
        number=draw(st.integers(1, 5)),
        plan=draw(st.sampled_from(PLANS)),
        request=draw(REQUESTS),
        reply=draw(st.none() | REPLIES),
        failure=draw(st.sampled_from(FAILURES)),
        elapsed_ms=draw(st.floats(0, 20_000)),
        tries=draw(st.integers(1, 4)),
        lane=draw(st.integers(0, 2)),
        ids=draw(st.none() | st.lists(TEXT, max_size=4).map(tuple)),
        outcomes=draw(st.lists(OUTCOMES, max_size=2).map(tuple)),
        part_of=draw(st.sampled_from(["", "echo.again/same"])),
        alone=draw(st.sampled_from(["", "same", "differs"])),
    )


@given(st.lists(exchanges(), min_size=1, max_size=4))
def test_no_judge_raises_on_any_exchange(seen: list[Exchange]) -> None:
    history = History.of(tuple(seen))
    for each in seen:
        for verdict in judge(each, history):
            assert verdict.status in (Status.PASSED, Status.FAILED)
            assert verdict.message or verdict.status is Status.PASSED
            verdict.message.encode()


@given(exchanges())
def test_a_judge_names_its_own_clause_and_only_gating_ones_fail(seen: Exchange) -> None:
    for clause, oracle in ORACLES.items():
        verdict = oracle(seen, History.of((seen,)))
        assert verdict is None or verdict.clause == clause
        assert verdict is None or verdict.status is Status.PASSED or clauses()[clause].gates


@given(exchanges())
def test_a_judge_says_the_same_of_the_same(seen: Exchange) -> None:
    history = History.of((seen,))
    assert list(judge(seen, history)) == list(judge(seen, history))


@given(st.lists(exchanges(), min_size=1, max_size=3))
def test_a_judge_that_is_not_asked_would_have_been_silent(seen: list[Exchange]) -> None:
    history = History.of(tuple(seen))
    for each in seen:
        asked = judges_of((each.plan.clause, *each.plan.probes), orders=bool(each.outcomes or each.stray))
        said = [verdict for _, oracle in asked if (verdict := oracle(each, history)) is not None]
        assert said == list(judge(each, history))
