"""The clause catalogue, read from `clauses.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from contracts.messages import Strength

CONCERNS = (
    "size",
    "shape",
    "wholeness",
    "echo",
    "reply",
    "credentials",
    "window",
    "routing",
    "outcome",
    "ownership",
    "isolation",
    "disclosure",
    "robustness",
)
FILE = Path(__file__).with_name("clauses.toml")


@dataclass(frozen=True, slots=True)
class Clause:
    """One promise: what it says, where it stands, and what breaking it costs."""

    id: str
    concern: str
    strength: Strength
    says: str
    source: str
    """A JSON pointer into the document (`#/...`), or the section of a standard."""
    effect: str

    @property
    def gates(self) -> bool:
        """Whether a violation fails the gate; an open question never does."""
        return self.strength is not Strength.OPEN


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """A sentence that no request can show, and why."""

    says: str
    reason: str


@cache
def _tables() -> dict[str, list[dict[str, str]]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def clauses() -> dict[str, Clause]:
    """Every clause by its id, in the order of the catalogue.

    Raises:
        ValueError: an id stands twice, or a concern or strength is not one of the words.
    """
    found: dict[str, Clause] = {}
    for table in _tables()["clause"]:
        clause = Clause(**{**table, "strength": Strength(table["strength"])})  # type: ignore[arg-type]  # str -> Strength
        if clause.id in found or clause.concern not in CONCERNS:
            raise ValueError(f"{FILE.name}: clause {clause.id} stands twice or has no known concern")
        found[clause.id] = clause
    return found


def out_of_reach() -> tuple[OutOfReach, ...]:
    """What no request can show, with the reasons."""
    return tuple(OutOfReach(**table) for table in _tables()["out_of_reach"])
