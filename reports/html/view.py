"""What the template shows of a run, made ready: no logic is left for the template but loops."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from contracts.messages import Exchange, Outcome, Status, StreamEvent
from reports import sources, summary, witness
from reports.html import diff
from reports.html.bodies import Body, body
from reports.judging import CONCERNS_OF_ORDERS
from reports.printable import one_line
from reports.results import Answer, ClauseResult, Finding, Result, RunResult
from reports.scripts import reproduce

FINDINGS_MAX = 40
"""Findings told in full; of more only the line is shown."""
MOMENTS_MAX = 40
WORD_MAX = 80
"""Characters of a word of the stream's."""
ORDERS_MAX = 24
AMISS = frozenset({("cancelled", "open"), ("open", "closed")})
"""Fate and state by reading back that don't go together."""
TITLES = {
    "size": "how many orders one batch may carry",
    "shape": "what a batch is",
    "wholeness": "taken or refused whole, without effect where refused",
    "echo": "the ids, in request order",
    "reply": "status, type and form of answers",
    "credentials": "who may",
    "window": "the 30 seconds",
    "routing": "methods, paths, media types",
    "outcome": "what became of the orders",
    "ownership": "whose orders they are",
    "isolation": "between requests, connections, accounts",
    "disclosure": "what answers give away",
    "robustness": "no 5xx, hang or torn answer",
}
WORDS = {
    Status.PASSED: "passed",
    Status.FAILED: "failed",
    Status.SKIPPED: "not exercised",
    Status.UNKNOWN: "unknown",
    Status.BROKEN: "broken",
}
GLYPHS = {"passed": "✓", "failed": "✕", "skipped": "\N{EN DASH}", "unknown": "?", "broken": "!"}
TONES = {Result.HOLDS: "passed", Result.VIOLATED: "failed", Result.BROKEN: "broken"}
"""The accent of the page; what says nothing about the target has that of `unknown`."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a timeline, milliseconds after the request left."""

    after_ms: int
    kind: str
    """`sent`, `answered` or `event`."""
    text: str


@dataclass(frozen=True, slots=True)
class OrderView:
    """What became of one order, and whether that is seen to be other than it should be."""

    outcome: Outcome
    amiss: bool
    events: int
    """How many different ones the timeline has of it."""


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding with everything that is shown of it."""

    finding: Finding
    witness: str
    diff: diff.Diff | None
    moments: tuple[Moment, ...]
    moments_left: int
    orders: tuple[OrderView, ...]
    sent: Body
    answered: Body | None
    replay: tuple[str, str]
    variables: tuple[str, ...]
    """The variables of the environment that replay and script need."""
    script: str
    """The path of `reproduce.py`, as the reader would type it."""
    aside: bool
    """Whether what the stream said is beside the point: the difference is in the echo, and no order is amiss."""
    beside: str
    """A sentence where what is shown is not the answer to the witness but to a request before or beside it."""
    no_script: str
    """Why `reproduce.py` can't show it, as the end of a sentence; empty where it can."""


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A line of the matrix."""

    result: ClauseResult
    word: str
    glyph: str
    source: str
    address: str | None
    links: tuple[str, ...]
    """Ids of its findings that the page tells in full."""


@dataclass(frozen=True, slots=True)
class Group:
    """A concern and its gating clauses."""

    concern: str
    title: str
    clauses: tuple[ClauseView, ...]
    passed: int


@dataclass(frozen=True, slots=True)
class QuestionView:
    """An open question: its answer, or why there is none."""

    result: ClauseResult
    answer: Answer | None


def told(run: RunResult) -> tuple[list[list[Finding]], list[Finding]]:
    """The findings that are told in full, a list a promise and the worst first, and those that are only named."""
    order = summary.worst_first(run.findings)
    return summary.by_promise(order[:FINDINGS_MAX]), order[FINDINGS_MAX:]


def finding_view(finding: Finding, folder: str) -> FindingView:
    """Everything that is shown of a finding."""
    seen = finding.exchange
    moments, told = timeline(seen), diff.of(seen)
    orders = tuple(OrderView(each, _amiss(each), len(_distinct(each.events))) for each in seen.outcomes[:ORDERS_MAX])
    return FindingView(
        finding=finding,
        witness=witness.line(finding.witness),
        diff=told,
        moments=moments[:MOMENTS_MAX],
        moments_left=max(0, len(moments) - MOMENTS_MAX),
        orders=orders,
        sent=body(seen.request.body),
        answered=None if seen.reply is None else body(seen.reply.body),
        replay=summary.replay_commands(finding, folder),
        variables=tuple(reproduce.variables(finding)),
        script=summary.place(finding, folder) + "/reproduce.py",
        aside=told is not None
        and finding.clause.concern not in CONCERNS_OF_ORDERS
        and not any(each.amiss for each in orders),
        beside=_beside(finding),
        no_script=reproduce.obstacle(finding),
    )


def _beside(finding: Finding) -> str:
    """Which request is shown, where it is not the witness; empty where it is."""
    shown, whole = finding.exchange.plan, finding.witness
    if shown in whole.together:
        return "Shown is one of the requests sent at the same time."
    return "Shown is one of the requests before it." if shown in whole.before else ""


def timeline(exchange: Exchange) -> tuple[Moment, ...]:
    """Request, answer and stream events in the order of time; empty where the plan needed no orders."""
    if not exchange.outcomes and not exchange.stray:
        return ()
    names = {each.order_id: each.need.name for each in exchange.outcomes}
    answer = f"answered {exchange.status}" if exchange.reply else f"no whole answer: {exchange.failure}"
    moments = [Moment(0, "sent", "request sent"), Moment(round(exchange.elapsed_ms), "answered", answer)]
    events = [event for each in exchange.outcomes for event in each.events] + list(exchange.stray)
    moments += [Moment(each.at_ms - exchange.sent_ms, "event", _event(each, names)) for each in _distinct(events)]
    return tuple(sorted(moments, key=lambda each: each.after_ms))


def _amiss(outcome: Outcome) -> bool:
    return (outcome.need.fate, outcome.read_back) in AMISS


def _distinct(events: Iterable[StreamEvent]) -> list[StreamEvent]:
    """Each execution once, whichever connections it came on; so each snapshot of an order."""
    found: dict[tuple[object, ...], StreamEvent] = {}
    for e in events:
        found.setdefault((e.account, e.order_id, e.execution_id or e.execution, e.market, e.state, e.leaves), e)
    return list(found.values())


def _event(event: StreamEvent, names: dict[str, str]) -> str:
    stranger = f"an order that nobody named, {one_line(event.order_id, WORD_MAX)}"
    which = f"order {names[event.order_id]}" if event.order_id in names else stranger
    left = "" if event.leaves is None else f", {event.leaves:g} left"
    if (event.state, event.execution) == ("", "SNAPSHOT"):
        return f"{event.account} stream: {which} stands in the snapshot"
    state = one_line(event.state.removeprefix("ORDER_STATE_"), WORD_MAX)
    execution = one_line(event.execution.removeprefix("EXECUTION_TYPE_"), WORD_MAX)
    kind = f" by an execution of type {execution}" if execution != state else ""
    return f"{event.account} stream: {which} is {state}{kind}{left}"


def groups(run: RunResult) -> list[Group]:
    """The gating clauses by concern, in the order of the catalogue."""
    shown = {each.id for group in told(run)[0] for each in group}
    gating = [each for each in run.clauses if each.clause.gates]
    found = []
    for concern, some in groupby(gating, key=lambda each: each.clause.concern):
        views = tuple(_clause(each, shown) for each in some)
        passed = sum(each.result.verdict is Status.PASSED for each in views)
        found.append(Group(concern, TITLES.get(concern, ""), views, passed))
    return found


def _clause(result: ClauseResult, shown: set[str]) -> ClauseView:
    return ClauseView(
        result,
        WORDS[result.verdict],
        GLYPHS[result.verdict],
        sources.words(result.clause.source),
        _web(sources.url(result.clause.source)),
        tuple(each for each in result.findings if each in shown),
    )


def _web(address: str | None) -> str | None:
    """Only addresses that lead somewhere from wherever the page is opened."""
    return address if address is not None and address.startswith("https://") else None


def questions(run: RunResult) -> list[QuestionView]:
    """The open questions, changed answers first, unanswered ones last, else in the order of the catalogue."""
    answers = {each.question.id: each for each in run.answers}
    views = [QuestionView(each, answers.get(each.clause.id)) for each in run.clauses if not each.clause.gates]
    return sorted(views, key=lambda each: (each.answer is None, not (each.answer and each.answer.changed)))
