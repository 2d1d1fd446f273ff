"""The clause catalogue, read from `clauses.toml`."""

from __future__ import annotations

import enum
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


class Harm(enum.StrEnum):
    """What breaking a promise costs, the worst first: in this order every report tells what it found."""

    ORDERS = "orders"
    """Orders go that should stay, stay that should go, or are somebody else's."""
    ACCESS = "access"
    """Somebody acts who may not, or sees what he may not."""
    REFUSAL = "refusal"
    """A cancel that should be taken is not: the order stays, and its owner is told so."""
    ACCEPTANCE = "acceptance"
    """A batch that should be refused is taken, and read in a way that nobody meant."""
    TRUTH = "truth"
    """An answer or the stream says what is not so, or says nothing."""
    FORM = "form"
    """What is said is right, and can't be read."""
    CHANGE = "change"
    """Nothing was promised; what clients have come to rely on is another thing tomorrow."""

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return list(Harm).index(self)


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
    harm: Harm
    """The kind of its effect."""

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
        ValueError: an id stands twice, or a concern, strength or harm is not one of the words.
    """
    found: dict[str, Clause] = {}
    for table in _tables()["clause"]:
        kinds = {"strength": Strength(table["strength"]), "harm": Harm(table["harm"])}
        clause = Clause(**{**table, **kinds})  # type: ignore[arg-type]  # words that are kinds now
        if clause.id in found or clause.concern not in CONCERNS:
            raise ValueError(f"{FILE.name}: clause {clause.id} stands twice or has no known concern")
        found[clause.id] = clause
    return found


def out_of_reach() -> tuple[OutOfReach, ...]:
    """What no request can show, with the reasons."""
    return tuple(OutOfReach(**table) for table in _tables()["out_of_reach"])
