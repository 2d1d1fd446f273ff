"""Trials: what was sent for the sake of a finding when the run was over, and what it says of that finding.

A trial is a plan with its preludes and companions, all marked with one text in `Exchange.part_of`: the plan of a
finding once more, or a smaller one. How often a finding came back and what its witness is are read off the record, so
that an interrupted run, and one that is judged again, say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from contracts.messages import TRIAL, UNREACHED, Exchange, History, Status
from contracts.oracles import ORACLES
from reports.judging import Judged, fingerprint
from reports.results import Finding, Seen


def again(finding: Finding) -> str:
    """What a trial is for that sends a finding's plan once more: it counts for all findings of that exchange."""
    return f"of exchange {finding.exchange.number} again"


def smaller(finding: Finding) -> str:
    """What a trial is for that sends a smaller plan."""
    return f"of less for {finding.id}"


def mark(number: int, purpose: str) -> str:
    """The text that all exchanges of a trial are marked with."""
    return f"{TRIAL}{number} {purpose}"


def says_nothing(exchange: Exchange) -> bool:
    """Whether it was answered by the edge, or by nobody: the trial counts neither way."""
    return exchange.void or exchange.failure in UNREACHED


def shown(finding: Finding, trial: Sequence[Exchange], run: Iterable[Exchange]) -> Judged | None:
    """What shows a finding in a trial: the judge of its clause says so with the same fingerprint, else None.

    Args:
        finding: as the run found it.
        trial: the exchanges of the trial.
        run: those of the run; the trial stands in the place of the plan that it repeats.
    """
    name, clause = finding.witness.name, finding.clause.id
    others = [each for each in run if name not in (each.plan.name, each.part_of)]
    in_its_place = [replace(each, part_of="" if each.plan.name == name else name) for each in trial]
    history = History.of((*others, *in_its_place))
    found = []
    for placed, sent in zip(in_its_place, trial, strict=True):
        verdict = ORACLES[clause](placed, history)
        if verdict is not None and verdict.status is Status.FAILED and fingerprint(verdict) == finding.fingerprint:
            found.append(Judged(verdict, sent))
    return min(found, key=lambda each: each.exchange.plan.name != name, default=None)


def told(found: Iterable[Finding], exchanges: Sequence[Exchange]) -> tuple[Finding, ...]:
    """Findings with what their trials say: how often they came back, and the smallest plan that showed them."""
    run = [each for each in exchanges if not each.trial]
    trials: dict[str, list[Exchange]] = {}
    for each in exchanges:
        if each.trial:
            trials.setdefault(each.part_of, []).append(each)
    return tuple(_told(each, trials, run) for each in found)


def _told(finding: Finding, trials: dict[str, list[Exchange]], run: Sequence[Exchange]) -> Finding:
    name = finding.witness.name
    whole = [some for some in trials.values() if any(each.plan.name == name for each in some)]
    repeats = [some for some in whole if some[0].part_of.endswith(again(finding)) and not any(map(says_nothing, some))]
    shows = 1 + sum(shown(finding, some, run) is not None for some in repeats)
    tries = 1 + len(repeats)
    seen = (
        Seen.UNTRIED if not repeats else Seen.ALWAYS if shows == tries else Seen.ONCE if shows == 1 else Seen.SOMETIMES
    )
    counted = replace(finding, seen=seen, tries=tries, shows=shows)
    less = [some for some in whole if some[0].part_of.endswith(smaller(finding))]
    showing = [(some, judged) for some in less if (judged := shown(finding, some, run)) is not None]
    if not showing:
        return counted
    some, judged = showing[-1]  # each is smaller than the one before that showed it
    return replace(
        counted,
        message=judged.verdict.message,
        witness=next(each.plan for each in some if each.plan.name == name),
        exchange=judged.exchange,
        shrunk_from=finding.exchange.number,
    )
