"""The frozen shapes of a judged run: what every report is made from."""

from __future__ import annotations

import enum
from collections.abc import Mapping
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
    """How often a finding came back when its plan was sent again."""

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
    """How many exchanges of the run showed it, trials left out."""
    seen: Seen = Seen.UNTRIED
    tries: int = 1
    """How often the plan that showed it was sent, the first time included, and got an answer that counts."""
    shows: int = 1
    """How many of these showed it."""
    shrunk_from: int = 0
    """Number of the exchange whose plan was shrunk to the witness; 0 where the witness is as it was found."""
    waived: bool = False
    waiver: str = ""
    """The reason of the waiver."""
    difference: str = ""
    """What differs, without what is special about the plan: findings of a clause that share it are of one bug."""
    company: tuple[Plan, ...] = ()
    """Other plans of the run that named an order of this one: any of them may have done what is seen of it."""
    also: tuple[Finding, ...] = ()
    """Further findings of the same bug, where one stands for all."""

    @property
    def id(self) -> str:
        """`<clause>-<fingerprint>`, also the name of its folder."""
        return f"{self.clause.id}-{self.fingerprint}"

    @property
    def ids(self) -> tuple[str, ...]:
        """Its own and those of the findings that it stands for."""
        return self.id, *(each.id for each in self.also)

    @property
    def times_in_all(self) -> int:
        """Exchanges that showed the bug, in whatever way."""
        return self.times + sum(each.times for each in self.also)

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
    """What a run was, beside its exchanges: enough to do it again, and to judge it again from its record."""

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
    accounts: int = 1
    reasons: tuple[tuple[str, str], ...] = ()
    """Why clauses were not exercised: a clause, or what all of a kind lack (`orders`, `stream`, `read-back`)."""
    died: str = ""
    """Why the target could not be used to the end; empty where it could."""
    unusable: str = ""
    """Why the target could not be judged, in a sentence."""
    fault: str = ""
    """What failed in the suite itself while it sent, in a sentence."""
    left_out: str = ""
    """What was deselected or not sent, in a sentence."""
    serve: str = ""
    """The command that serves the embedded gateway as it was in this run; empty for another target."""
    ended: bool = True
    """Whether it came to its own end; false while it runs, and for good where it was interrupted or killed."""


class Standing(enum.StrEnum):
    """What a finding is beside those of earlier runs."""

    NEW = "new"
    STILL = "still there"
    FLAKY = "flaky"
    """It comes and goes from run to run."""
    BACK = "back"
    """It was gone for long."""


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier runs know of a finding."""

    standing: Standing
    first: str
    """When it was first seen; of a new one, this run: UTC, ISO 8601."""
    last: str
    """When it was last seen before this run; empty where it never was."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A finding of the last run that asked for it, which this run asked for too and did not see."""

    id: str
    message: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Point:
    """One run on the trend."""

    started: str
    result: Result
    broken: int
    """Promises broken."""


@dataclass(frozen=True, slots=True)
class History:
    """What the earlier runs of a target and profile say of this one."""

    runs: int
    """How many there are."""
    last: str
    """When the last one began; empty where there is none."""
    past: Mapping[str, Past]
    """By the id of each finding of this run."""
    gone: tuple[Gone, ...]
    points: tuple[Point, ...]
    """The last of them and this one, oldest first."""


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
    elsewhere: int = 0
    """How many exchanges of the run are not among these, but in its record only."""
    complaints: tuple[str, ...] = ()
    """A sentence for each waiver that must go: it fails the run beside the findings."""
    history: History | None = None
    """None where no history is kept."""
