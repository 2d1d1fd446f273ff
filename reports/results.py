"""The frozen shapes of a judged run: what every report is made from."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from contracts.catalogue import Clause
from contracts.messages import Exchange, Plan, Status


class Result(enum.StrEnum):
    """The answer of a run; each has its exit status."""

    HOLDS = "holds"
    VIOLATED = "violated"
    INTERRUPTED = "interrupted"
    BROKEN = "broken"
    UNUSABLE = "unusable"

    @property
    def exit_status(self) -> int:
        """What the shell gets."""
        return {"holds": 0, "violated": 1, "interrupted": 2, "broken": 3, "unusable": 6}[self.value]


class Seen(enum.StrEnum):
    """How often a finding came back when its witness was sent again."""

    ALWAYS = "always"
    SOMETIMES = "sometimes"
    ONCE = "once"
    UNTRIED = "untried"


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken promise in one way: clause and shape of the difference, never the values."""

    clause: Clause
    fingerprint: str
    """8 hexadecimal digits, stable from run to run."""
    message: str
    """One sentence: what was expected and what happened."""
    witness: Plan
    """The smallest plan that shows it."""
    exchange: Exchange
    """The witness as it was sent and answered."""
    times: int = 1
    """How many exchanges of the run showed it."""
    seen: Seen = Seen.UNTRIED
    waived: bool = False
    waiver: str = ""
    """The reason of the waiver."""

    @property
    def id(self) -> str:
        """`<clause>-<fingerprint>`, also the name of its folder."""
        return f"{self.clause.id}-{self.fingerprint}"

    @property
    def bundle(self) -> str:
        """Folder of the finding, relative to the run's."""
        return f"findings/{self.id}"


@dataclass(frozen=True, slots=True)
class ClauseResult:
    """What a run says of one clause."""

    clause: Clause
    verdict: Status
    exchanges: int
    """How many exchanges could have broken it."""
    reason: str = ""
    """Why it was not exercised."""
    findings: tuple[str, ...] = ()
    """Ids of findings."""
    evidence: tuple[int, ...] = ()
    """Numbers of the first few exchanges that could have broken it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The target's answer to an open question."""

    question: Clause
    answer: str
    pinned: str | None = None

    @property
    def changed(self) -> bool:
        """Whether it differs from the pinned answer."""
        return self.pinned is not None and self.pinned != self.answer


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a run was: enough to do it again."""

    target: str
    """The URL without credentials, or `embedded`."""
    profile: str
    seed: int
    started: str
    """UTC, ISO 8601, seconds."""
    versions: tuple[tuple[str, str], ...] = ()
    document: str = ""
    """SHA-256 of the document."""
    requests: int = 0
    void: int = 0
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    """Sentences about the run that a reader should know: clock, orders placed, what was left out."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """A whole judged run."""

    facts: RunFacts
    result: Result
    reason: str
    """One sentence; empty where the result is `holds`."""
    clauses: tuple[ClauseResult, ...]
    findings: tuple[Finding, ...] = ()
    answers: tuple[Answer, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    complaints: tuple[str, ...] = ()
    """A sentence for each waiver that must go: it fails the run beside the findings."""
