"""What trials say of a finding is read off the record, and of nothing else do they say anything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.messages import Exchange, Plan
from reports import summary, trials
from reports.judging import findings, judgement, verdicts
from reports.letter import letter
from reports.results import Finding, Result, Seen
from reports.verdict import verdict
from suites.selftest.contracts.written import exchange, plan
from suites.selftest.reports import samples

SENT = plan("echo.order", ("c", "b", "a"))
WRONG = ("a", "b", "c")
RUN = (exchange(plan("reply.taken"), number=1), exchange(SENT, echo=WRONG, number=2))


def found() -> Finding:
    (only,) = findings(verdicts(RUN))
    return only


def sent_again(number: int, *, shows: bool, **more: object) -> Exchange:
    one = exchange(SENT, echo=WRONG if shows else None, number=number)
    return replace(one, part_of=trials.mark(number, trials.again(found())), **more)  # type: ignore[arg-type]  # its fields


def less(number: int, ids: tuple[str, ...], *, shows: bool) -> Exchange:
    sent = replace(SENT, body=plan("echo.order", ids).body)
    one = exchange(sent, echo=ids[::-1] if shows else None, number=number)
    return replace(one, part_of=trials.mark(number, trials.smaller(found())))


def told(*more: Exchange) -> Finding:
    (only,) = trials.told([found()], (*RUN, *more))
    return only


@pytest.mark.parametrize(
    ("shown", "seen", "words"),
    [
        ((), Seen.UNTRIED, "1 exchange, not tried again"),
        ((True, True), Seen.ALWAYS, "1 exchange, confirmed 3 of 3"),
        ((False, True), Seen.SOMETIMES, "1 exchange, seen sometimes, 2 of 3"),
        ((False, False), Seen.ONCE, "1 exchange, seen once, 1 of 3"),
    ],
)
def test_how_often_it_came_back(shown: tuple[bool, ...], seen: Seen, words: str) -> None:
    finding = told(*(sent_again(3 + place, shows=each) for place, each in enumerate(shown)))
    assert finding.seen is seen
    assert summary.often(finding) == words
    assert (finding.tries, finding.shows) == (1 + len(shown), 1 + sum(shown))
    assert replace(finding, seen=Seen.UNTRIED, tries=1, shows=1) == found()
    run = samples.run(Result.VIOLATED, (finding,))
    (written,) = verdict(run)["findings"]
    assert (written["seen"], written["tries"], written["shows"]) == (seen.value, finding.tries, finding.shows)
    assert ("sent 3 times in all" in letter(run, finding)) is bool(shown)


def test_an_answer_of_the_edge_and_a_target_that_is_gone_count_neither_way() -> None:
    void = replace(sent_again(3, shows=False), reply=replace(RUN[0].reply, status=429))  # type: ignore[type-var]  # it has one
    gone = sent_again(4, shows=False, reply=None, failure="unreachable")
    assert told(void, gone).seen is Seen.UNTRIED
    assert (told(void, gone, sent_again(5, shows=True)).tries) == 2


def test_a_trial_that_was_cut_off_before_its_plan_counts_neither_way() -> None:
    prelude = sent_again(3, shows=False, plan=plan("echo.order", name="a prelude"))
    assert told(prelude).seen is Seen.UNTRIED


def test_another_difference_is_not_the_finding() -> None:
    lost = replace(exchange(SENT, echo=("c", "b"), number=3), part_of=trials.mark(3, trials.again(found())))
    assert told(lost).seen is Seen.ONCE


def test_the_last_smaller_plan_that_shows_it_is_the_witness() -> None:
    last = less(5, ("b", "a"), shows=True)
    finding = told(less(3, ("c", "b"), shows=True), less(4, ("c",), shows=False), last, less(6, ("a",), shows=False))
    assert (finding.witness, finding.exchange, finding.shrunk_from) == (last.plan, last, 2)
    assert finding.message == "of 2 ids, entry 1 is 'b' and comes back as 'a'"
    assert (finding.id, finding.times) == (found().id, found().times)
    assert "shrunk from exchange 2" in letter(samples.run(Result.VIOLATED, (finding,)), finding)


def test_trials_of_another_finding_say_nothing() -> None:
    other = replace(less(3, ("b", "a"), shows=True), part_of=trials.mark(3, "of less for echo.complete-49d02d12"))
    far = replace(sent_again(4, shows=True), part_of=trials.mark(4, "of exchange 12 again"))
    assert told(other, far) == found()


def test_trials_add_no_finding_and_no_evidence() -> None:
    lost: Plan = plan("echo.complete", ("x", "y"))
    more = (
        replace(exchange(lost, echo=(), number=3), part_of=trials.mark(3, trials.again(found()))),
        less(4, ("b", "a"), shows=True),
    )
    judged = verdicts((*RUN, *more))
    assert judged == verdicts(RUN)
    assert judgement(judged, findings(judged), {}, {}) == judgement(verdicts(RUN), findings(verdicts(RUN)), {}, {})
