"""One trial: a gateway of our own, the gate's whole list of plans against it, and what the gate says."""

from __future__ import annotations

import enum
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from contracts.catalogue import clauses
from contracts.messages import Exchange, Plan, Status
from gateway.server import EmbeddedGateway
from reports.judging import Judged, findings
from suites import gate
from suites.conclusion import Circumstances, conclude
from suites.conduct import conduct
from suites.run import Options, Run
from suites.target import Target, in_this_process
from suites.usable import UnusableError

SEED = 1
PATIENCE_SECONDS = 2.5


class Said(enum.StrEnum):
    """What came of a trial: the answer of the gate, or why there is none."""

    HOLDS = "holds"
    VIOLATED = "violated"
    UNUSABLE = "unusable"
    BROKEN = "broken"
    """The suite itself failed."""
    HUNG = "hung"
    """The trial did not end in time."""
    UNBORN = "unborn"
    """The gateway did not come up; nothing was tried."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A gateway to be tried."""

    name: str
    serve: Callable[[], EmbeddedGateway]
    """Makes its server, not yet started, in the process of the trial."""
    breaks: str = ""
    """The clause that a fault breaks; empty where no fault of the cabinet is in it."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """A clause that the gate named, and what showed it."""

    clause: str
    requests: int
    """How many requests had been sent when the first exchange that shows it was over."""
    plans: tuple[str, ...]
    """Names of the plans that show it, in the order in which they were sent."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What the gate said of one gateway."""

    name: str
    breaks: str
    """The clause that the fault breaks; empty for the honest gateway, lawful variants, pairs and mutants."""
    said: Said
    fault: str = ""
    """Why there was nothing to judge, in a sentence; empty where the gate holds or finds."""
    found: tuple[str, ...] = ()
    """Clauses with findings, each once."""
    requests: int = 0
    first: int = 0
    """How many requests were sent up to the first that shows the fault's own clause; 0 where none does."""
    seconds: float = 0.0
    messages: tuple[str, ...] = ()
    exposed: tuple[Exposure, ...] = ()
    """The clauses of the fault's concern that were found."""

    @property
    def killed(self) -> bool:
        """Whether the fault's own clause is among the findings, and nothing is broken."""
        return self.said is Said.VIOLATED and self.breaks in self.found

    @property
    def killed_in_concern(self) -> bool:
        """Whether a finding is in the fault's concern, and nothing is broken."""
        return self.said is Said.VIOLATED and bool(self.exposed)

    @property
    def right(self) -> bool:
        """A fault killed, or a lawful gateway of which the gate says that it holds."""
        return self.killed if self.breaks else self.said is Said.HOLDS

    @property
    def beside(self) -> tuple[str, ...]:
        """Collateral: the clauses found beside the fault's own."""
        return tuple(each for each in self.found if each != self.breaks)

    @property
    def exposing(self) -> tuple[str, ...]:
        """Names of the plans that show the fault in its concern, each once."""
        return tuple(dict.fromkeys(plan for each in self.exposed for plan in each.plans))


def target_of(server: EmbeddedGateway) -> Target:
    """The target that a running embedded gateway is."""
    return in_this_process(server.url, server.variables)


@cache
def plans() -> tuple[Plan, ...]:
    """The gate's plans, made once for all trials."""
    return gate.plans(SEED)


def trial(subject: Subject) -> Trial:
    """Run the gate once against a gateway, which goes with the process: one that hangs could not be stopped."""
    start = time.monotonic()
    try:
        target = target_of(subject.serve().start())
    except Exception as error:  # noqa: BLE001  # a mutant may fail in any way before it serves
        return Trial(subject.name, subject.breaks, Said.UNBORN, f"{type(error).__name__}: {error}")
    sent: dict[int, int] = {}

    def count(exchange: Exchange) -> None:
        sent.setdefault(exchange.number, run.transport.requests)  # it comes again when it has settled

    run = Run(target, Options(seed=SEED, rate=0, patience=PATIENCE_SECONDS), count)
    said, fault, judged = _answer(run)
    found = findings(judged)
    exposed = _exposed(judged, subject.breaks.partition(".")[0], sent)
    return Trial(
        name=subject.name,
        breaks=subject.breaks,
        said=said,
        fault=fault,
        found=tuple(dict.fromkeys(each.clause.id for each in found)),
        requests=run.transport.requests,
        first=next((each.requests for each in exposed if each.clause == subject.breaks), 0),
        seconds=time.monotonic() - start,
        messages=tuple(f"{each.clause.id}: {each.message}" for each in found),
        exposed=exposed,
    )


def _answer(run: Run) -> tuple[Said, str, list[Judged]]:
    """What the gate says, why it says neither that the target holds nor what it breaks, and every verdict."""
    try:
        conduct(run, plans())
        judged = run.judge()
        if findings(judged):
            return Said.VIOLATED, "", judged
        result = conclude(run, Circumstances(), datetime.now(UTC))  # judges once more: only where it decides
    except UnusableError as error:
        return Said.UNUSABLE, str(error), []
    except Exception as error:  # noqa: BLE001  # a fault of the suite is what is looked for here
        return Said.BROKEN, f"{type(error).__name__}: {error}", []
    return Said(result.result.value), result.reason, judged


def _exposed(judged: Sequence[Judged], concern: str, sent: Mapping[int, int]) -> tuple[Exposure, ...]:
    shown: dict[str, list[Exchange]] = defaultdict(list)
    for each in judged:
        clause = clauses()[each.verdict.clause]
        if each.verdict.status is Status.FAILED and clause.gates and clause.concern == concern:
            shown[clause.id].append(each.exchange)
    return tuple(
        Exposure(clause, min(sent[x.number] for x in exchanges), tuple(dict.fromkeys(map(_whole, exchanges))))
        for clause, exchanges in shown.items()
    )


def _whole(exchange: Exchange) -> str:
    """The name of the gate's plan that an exchange belongs to; a second look is the plan's own."""
    part_of = exchange.part_of
    return part_of if part_of and not part_of.startswith("control") else exchange.plan.name
