"""What a killed night needs to go on: written before each round, read by `--resume`.

The round that was under way is drawn again, which gives the same plans; those of it that the record holds are judged
with the rest and not sent again.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contracts import codec
from contracts.catalogue import clauses
from contracts.messages import Exchange, Plan
from reports.record import atomic, segments
from reports.results import Finding, Seen
from suites.nightly.memory import Memory
from suites.settings.given import shown
from suites.target import UsageError

FILE = "night.json"


@dataclass(slots=True)
class State:
    """Where a night stood before a round."""

    seed: int
    shard: str
    target: str
    round: int
    picks: dict[str, int]
    """Slots of the round by stream."""
    number: int
    """Of the last exchange before the round."""
    gate_end: int
    """Of the last exchange of the gate's part."""
    requests: int
    seconds: float
    budget_requests: float
    budget_seconds: float
    """What the whole night may spend; infinite where it may spend any."""
    news: dict[str, float] = field(default_factory=dict)
    stale: dict[str, float] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resumed:
    """A killed night as it is taken up."""

    state: State
    memory: Memory
    gate: tuple[Exchange, ...]
    exchanges: tuple[Exchange, ...]
    """Of the round that was under way."""


def write(folder: Path, state: State, memory: Memory) -> None:
    """Write both, whole or not at all.

    Raises:
        OSError: the folder can't be written.
    """
    fields = {name: getattr(state, name) for name in State.__dataclass_fields__}
    remembered = {
        "findings": [_out(each) for each in memory.findings.values()],
        "tally": memory.tally,
        "behaviours": sorted(memory.behaviours),
    }
    atomic.write_text(folder / FILE, json.dumps({"state": fields, "memory": remembered}) + "\n")


def read(folder: Path) -> Resumed:
    """The night that a folder holds.

    Raises:
        UsageError: there is none in it, or it can't be read.
    """
    path = folder / FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        state, memory = State(**data["state"]), _memory(data["memory"])
        every = list(segments.read(folder, lambda number: not state.gate_end < number <= state.number, _torn))
    except OSError:
        raise UsageError(f"{shown(folder)} holds no night that could go on; give the folder of a killed one") from None
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{shown(path)} can't be read ({error}); begin a night anew") from None
    memory.kept = [each.exchange for each in memory.findings.values()]
    gate = tuple(each for each in every if each.number <= state.gate_end)
    return Resumed(state, memory, gate, tuple(each for each in every if each.number > state.number))


def _torn(_sentence: str) -> None:
    """What the kill tore is of the round that was under way, and is sent again with the rest of it."""


def _out(finding: Finding) -> dict[str, Any]:
    return {
        "clause": finding.clause.id,
        "fingerprint": finding.fingerprint,
        "message": finding.message,
        "witness": codec.to_json(finding.witness),
        "exchange": codec.to_json(finding.exchange),
        "times": finding.times,
        "seen": finding.seen.value,
        "tries": finding.tries,
        "shows": finding.shows,
        "shrunk_from": finding.shrunk_from,
        "difference": finding.difference,
    }


def _in(data: dict[str, Any]) -> Finding:
    return Finding(
        **{
            **data,
            "clause": clauses()[data["clause"]],
            "witness": codec.from_json(Plan, data["witness"], "witness"),
            "exchange": codec.from_json(Exchange, data["exchange"], "exchange"),
            "seen": Seen(data["seen"]),
        }
    )


def _memory(data: dict[str, Any]) -> Memory:
    found = [_in(each) for each in data["findings"]]
    behaviours = {(clause, kind, status, failure) for clause, kind, status, failure in data["behaviours"]}
    return Memory({each.id: each for each in found}, tally=Counter(data["tally"]), behaviours=behaviours)
