"""`verdict.json`: the answer of a run for programs, as `contracts/verdict.schema.json` says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from reports import witness
from reports.printable import visible
from reports.record import atomic
from reports.results import Answer, ClauseResult, Finding, RunResult

FILE = "verdict.json"
FORMAT = 1


def verdict(run: RunResult) -> dict[str, Any]:
    """The run as the schema's object; whatever came from the target is printable."""
    facts = run.facts
    return {
        "format": FORMAT,
        "target": visible(facts.target),
        "profile": facts.profile,
        "seed": facts.seed,
        "requests": facts.requests,
        "void": facts.void,
        "seconds": round(facts.seconds, 3),
        "result": run.result.value,
        "reason": visible(run.reason),
        "clauses": [_clause(each) for each in run.clauses],
        "findings": [_finding(each) | _past(run, each) for each in run.findings],
        "open": [_answer(each) for each in run.answers],
        "started": facts.started,
        "versions": dict(facts.versions),
        "document": facts.document,
        "notes": [visible(note) for note in facts.notes],
        "history": _history(run),
    }


def write(run: RunResult, folder: Path) -> None:
    """Write `verdict.json`, whole or not at all.

    Raises:
        OSError: the folder can't be written.
    """
    atomic.write_text(folder / FILE, json.dumps(verdict(run), indent=2, allow_nan=False) + "\n")


def _clause(result: ClauseResult) -> dict[str, Any]:
    return {
        "id": result.clause.id,
        "concern": result.clause.concern,
        "strength": result.clause.strength.value,
        "harm": result.clause.harm.value,
        "verdict": result.verdict.value,
        "exchanges": result.exchanges,
        "reason": visible(result.reason),
        "findings": list(result.findings),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "clause": finding.clause.id,
        "message": visible(finding.message),
        "witness": witness.line(finding.witness),
        "bundle": finding.bundle,
        "times": finding.times_in_all,
        "waived": finding.waived,
        "seen": finding.seen.value,
        "tries": finding.tries,
        "shows": finding.shows,
        "shrunk_from": finding.shrunk_from,
        "waiver": visible(finding.waiver),
        "difference": visible(finding.difference),
        "also": [_finding(each) for each in finding.also],
    }


def _past(run: RunResult, finding: Finding) -> dict[str, Any]:
    """What earlier runs know of the finding; nothing where no history is kept."""
    past = run.history.past.get(finding.id) if run.history is not None else None
    return {} if past is None else {"standing": past.standing.value, "first_seen": visible(past.first)}


def _history(run: RunResult) -> dict[str, Any] | None:
    if run.history is None:
        return None
    gone = [
        {"id": visible(each.id), "first_seen": visible(each.first), "last_seen": visible(each.last)}
        for each in run.history.gone
    ]
    return {"runs": run.history.runs, "last": visible(run.history.last), "gone": gone}


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "question": answer.question.id,
        "answer": visible(answer.answer),
        "pinned": None if answer.pinned is None else visible(answer.pinned),
        "changed": answer.changed,
    }
