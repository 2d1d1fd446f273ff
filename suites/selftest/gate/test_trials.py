"""Findings tried again and shrunk on real gateways: small witnesses, a budget that is kept, nothing else changed."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from contracts.document import read
from contracts.messages import Exchange, Plan
from gateway.batch import Entry
from gateway.core import Gateway
from gateway.faults import FAULTS
from gateway.faults.echo import ids_of
from gateway.memory import Memory
from gateway.server import EmbeddedGateway
from gateway.venue import Call
from reports import bundle, trials
from reports.results import Finding, Result, RunResult, Seen
from suites import gate
from suites.again.trials import FINDING_MAX
from suites.conclusion import Circumstances, conclude
from suites.conduct import conduct
from suites.run import Options, Run, needs_of
from suites.selftest.prove import target_of
from suites.selftest.replay.bundles import replayed

BUDGET = 120
WORKERS = 2
FEW_ENTRIES = {
    "SortsTheEcho": 2,
    "ReversesTheEcho": 2,
    "GroupsByMarket": 3,
    "PutsNumbersFirst": 2,
    "AnswersShortIdsFirst": 2,
    "DropsZero": 1,
    "DropsLongIds": 1,
    "DropsIdsWithColons": 1,
    "AddsNamespaces": 1,
    "DropsRepeats": 2,
    "DropsTheThirdTime": 3,
    "ReversesTheSecondTime": 3,
    "RoundsLongNumbers": 1,
    "TakesTheFirstOfTwoCases": 2,
    "DoublesQuotes": 1,
}
"""How many entries show a fault of the echo at the least."""
MANY = {"SwapsTheLastTwo": 20, "ShufflesPastEight": 9, "EchoesTenAtMost": 11}
"""Likewise, where fewer don't show it: the budget ends what could go on for long."""


@dataclass(frozen=True, slots=True)
class Held:
    """A run with its trials."""

    result: RunResult
    exchanges: tuple[Exchange, ...]
    requests: int

    def finding(self, clause: str) -> Finding:
        return next(each for each in self.result.findings if each.clause.id == clause)

    def trials_of(self, finding: Finding) -> list[Exchange]:
        purposes = (trials.again(finding), trials.smaller(finding))
        if finding.shrunk_from:
            purposes = (f"of exchange {finding.shrunk_from} again", purposes[1])
        return [each for each in self.exchanges if each.trial and each.part_of.endswith(purposes)]


@cache
def orderless() -> tuple[Plan, ...]:
    """The gate's plans without orders, so that nothing has to settle."""
    return tuple(each for each in gate.plans(1) if not needs_of(each))


def held(
    core: Gateway | None,
    plans: Sequence[Plan] | None = None,
    shrink: int = BUDGET,
    see: Callable[[Exchange, EmbeddedGateway], None] = lambda _exchange, _server: None,
) -> Held:
    with EmbeddedGateway(core) as server:
        run = Run(target_of(server), Options(rate=0, patience=1.0, shrink=shrink), lambda x: see(x, server))
        try:
            conduct(run, orderless() if plans is None else plans)
        except KeyboardInterrupt:
            around = Circumstances(interrupted=True)
        else:
            around = Circumstances()
        result = conclude(run, around, datetime.now(UTC))
        return Held(result, tuple(run.ledger.exchanges), run.transport.requests)


def by_name(name: str) -> tuple[str, Held]:
    return name, held(FAULTS[name]())


@pytest.fixture(scope="module")
def seen() -> dict[str, Held]:
    with multiprocessing.get_context("fork").Pool(WORKERS) as pool:
        return dict(pool.imap_unordered(by_name, [*FEW_ENTRIES, *MANY]))


def entries(plan: Plan) -> int:
    return len(json.loads(plan.body or b"")["orders"])


@pytest.mark.parametrize(("name", "count"), (FEW_ENTRIES | MANY).items())
def test_the_witness_has_as_few_entries_as_show_it(name: str, count: int, seen: dict[str, Held]) -> None:
    finding = seen[name].finding(FAULTS[name].breaks)
    assert (finding.seen, finding.tries, finding.shows) == (Seen.ALWAYS, 3, 3)
    assert count <= entries(finding.witness) <= max(count, 3)  # of equal findings, the one that was shrunk may vary


@pytest.mark.parametrize("name", FEW_ENTRIES | MANY)
def test_a_witness_was_sent_and_the_document_reads_it_as_the_plan_that_it_comes_from(
    name: str, seen: dict[str, Held]
) -> None:
    numbered = {each.number: each for each in seen[name].exchanges}
    for finding in seen[name].result.findings:
        shown, first = finding.exchange, numbered[finding.shrunk_from or finding.exchange.number]
        assert numbered[shown.number] == shown
        assert shown.plan in gate.parts(finding.witness)
        assert shown.trial is (finding.shrunk_from > 0)
        assert read(shown.request.body).label is read(first.request.body).label
        assert (shown.plan.clause, shown.plan.label) == (first.plan.clause, first.plan.label)


@pytest.mark.parametrize("name", FEW_ENTRIES | MANY)
def test_the_budget_is_kept_and_told(name: str, seen: dict[str, Held]) -> None:
    run = seen[name]
    spent = sum(each.trial for each in run.exchanges)
    assert 0 < spent <= BUDGET
    assert f"{spent} of the requests tried findings again and shrank their witnesses." in run.result.facts.notes
    assert max(len(run.trials_of(each)) for each in run.result.findings) <= FINDING_MAX
    assert all(one.number < other.number for one, other in pairwise(run.exchanges))


def test_a_small_budget_is_kept_too() -> None:
    run = held(FAULTS["SortsTheEcho"](), shrink=4)
    assert sum(each.trial for each in run.exchanges) == 4
    finding = run.finding("echo.order")
    assert (finding.seen, entries(finding.witness)) == (Seen.ALWAYS, 3)


def test_nothing_is_sent_without_a_budget_and_the_rest_is_the_same(seen: dict[str, Held]) -> None:
    without, with_it = held(FAULTS["GroupsByMarket"](), shrink=0), seen["GroupsByMarket"]
    assert not any(each.trial for each in without.exchanges)
    assert all(each.seen is Seen.UNTRIED and not each.shrunk_from for each in without.result.findings)
    first, second = (  # of what is sent at once, either may be the first
        [replace(each, evidence=()) for each in held.result.clauses] for held in (with_it, without)
    )
    assert first == second
    assert with_it.result.answers == without.result.answers
    assert [(each.id, each.times) for each in with_it.result.findings] == [
        (each.id, each.times) for each in without.result.findings
    ]


def test_nothing_is_sent_where_every_promise_is_kept() -> None:
    one, other = held(None), held(None, shrink=0)
    assert one.result.findings == ()
    assert one.requests == other.requests
    assert one.result.facts.notes[:-1] == other.result.facts.notes[:-1], "the last one tells the clock"


class SortsEverySecond(Gateway):
    """Echoes every second batch of several ids in alphabetical order."""

    count = Memory(list[int])

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:  # noqa: ARG002  # the signature of its kind
        """The echo."""
        ids = ids_of(entries)
        if len(ids) > 1:
            self.count.append(1)
        return sorted(ids) if len(self.count) % 2 else ids


class SortsOnce(SortsEverySecond):
    """Echoes the first batch of several ids in alphabetical order."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:  # noqa: ARG002  # the signature of its kind
        """The echo."""
        ids = ids_of(entries)
        if len(ids) > 1:
            self.count.append(1)
        return sorted(ids) if len(self.count) == 1 else ids


@pytest.mark.parametrize(
    ("core", "often"), [(SortsEverySecond, (Seen.SOMETIMES, 3, 2)), (SortsOnce, (Seen.ONCE, 3, 1))]
)
def test_a_gateway_that_is_wrong_at_times_is_wrong_and_the_report_says_how_often(
    core: type[Gateway], often: tuple[Seen, int, int]
) -> None:
    plan = next(each for each in orderless() if each.clause == "echo.order")
    run = held(core(), (plan,))
    finding = run.finding("echo.order")
    assert (finding.seen, finding.tries, finding.shows) == often
    assert run.result.result is Result.VIOLATED
    assert bool(finding.shrunk_from) is (often[0] is Seen.SOMETIMES), "what can't be shown again can't be shrunk"


def test_orders_are_named_by_no_trial() -> None:
    plans = [each for each in gate.plans(1) if each.clause.startswith(("outcome.", "shape.plain-ids"))]
    run = held(FAULTS["LowersIds"](), plans)
    ours = {each.order_id for x in run.exchanges for each in x.outcomes}
    assert ours
    assert any(each.trial for each in run.exchanges)
    assert not [each for each in run.exchanges if each.trial and ours & set(each.ids or ())]
    ordered = [each for each in run.result.findings if needs_of(each.witness)]
    assert ordered
    assert all(each.seen is Seen.UNTRIED for each in ordered)


def once_tried(act: Callable[[EmbeddedGateway], None]) -> Callable[[Exchange, EmbeddedGateway], None]:
    """Act when the fifth exchange of trials is recorded."""
    count = 0

    def see(exchange: Exchange, server: EmbeddedGateway) -> None:
        nonlocal count
        count += exchange.trial
        if exchange.trial and count == 5:
            act(server)

    return see


def interrupt(_: EmbeddedGateway) -> None:
    raise KeyboardInterrupt


def test_a_target_that_goes_away_ends_the_trials_at_once_and_what_was_found_stands() -> None:
    run = held(FAULTS["GroupsByMarket"](), see=once_tried(EmbeddedGateway.stop))
    tried = [each for each in run.exchanges if each.trial]
    assert [each.reply is None for each in tried] == [False] * 5 + [True]
    assert run.result.result is Result.VIOLATED
    assert {each.seen for each in run.result.findings} == {Seen.ALWAYS}
    assert any("some were left out" in note for note in run.result.facts.notes)


def test_an_interrupt_leaves_what_stands() -> None:
    run = held(FAULTS["SortsTheEcho"](), see=once_tried(interrupt))
    finding = run.finding("echo.order")
    assert sum(each.trial for each in run.exchanges) == 4, "the fifth is written, but nobody has taken it"
    assert run.result.result is Result.VIOLATED
    assert (finding.seen, finding.shrunk_from > 0) == (Seen.ALWAYS, True)


@pytest.mark.parametrize("name", ["GroupsByMarket", "ReversesTheSecondTime", "DropsZero"])
def test_a_shrunk_witness_is_replayed(name: str, seen: dict[str, Held], tmp_path: Path) -> None:
    finding = seen[name].finding(FAULTS[name].breaks)
    bundle.write(seen[name].result, finding, tmp_path)
    assert finding.shrunk_from
    assert replayed(FAULTS[name](), tmp_path / finding.bundle)[0] == 1
    assert replayed(None, tmp_path / finding.bundle)[0] == 0
