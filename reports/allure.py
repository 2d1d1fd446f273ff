"""Allure results: one a clause, under operation, concern and clause; evidence as steps, bundles as attachments.

Allure 3 identifies a test by `testCaseId` and the parameters that are not excluded, so the id is a hash of the clause's
and the parameters are all excluded: the history of a clause is one line, whatever a run did.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import Attachment, Label, Link, Parameter, StatusDetails, TestResult, TestStepResult
from allure_commons.types import AttachmentType, LabelType, LinkType, Severity

from contracts import codec
from contracts.catalogue import Harm
from contracts.messages import METHOD, PATH, Exchange, Status
from reports import allure_settings, sources, witness
from reports.marked import plain
from reports.printable import one_line, visible
from reports.results import Answer, ClauseResult, Finding, Result, RunResult, Seen

FOLDER = "allure-results"
OPERATION = f"{METHOD} {PATH}"
STEPS_MAX = 5
NAME_MAX = 200
SEVERITY = {
    Harm.ORDERS: Severity.BLOCKER,
    Harm.ACCESS: Severity.CRITICAL,
    Harm.REFUSAL: Severity.NORMAL,
    Harm.ACCEPTANCE: Severity.NORMAL,
    Harm.TRUTH: Severity.NORMAL,
    Harm.FORM: Severity.MINOR,
    Harm.CHANGE: Severity.TRIVIAL,
}


@dataclass(frozen=True, slots=True)
class _Case:
    """A clause's result with all that is told of it."""

    run: RunResult
    result: ClauseResult
    findings: tuple[Finding, ...]
    answer: Answer | None
    evidence: tuple[Exchange, ...]


class _Results:
    """The folder of results, emptied of those of an earlier judging; the library's logger has no types."""

    def __init__(self, folder: Path) -> None:
        for pattern in ("*-result.json", "*-attachment.*"):
            for path in folder.glob(pattern):
                path.unlink()
        self._logger = AllureFileLogger(str(folder))  # type: ignore[no-untyped-call]  # the library has no types

    def add(self, result: TestResult) -> None:
        self._logger.report_result(result)  # type: ignore[no-untyped-call]  # the library has no types

    def attach(self, name: str, message: object) -> Attachment:
        """Keep a message beside the results and say how a step refers to it."""
        kind = AttachmentType.JSON
        file = f"{uuid.uuid4()}-attachment.{kind.extension}"
        self._logger.report_attached_data(codec.dumps(message, indent=2), file)  # type: ignore[no-untyped-call]  # the library has no types
        return Attachment(name=name, source=file, type=kind.mime_type)


def write(run: RunResult, folder: Path) -> None:
    """Write `allure-results/` and `allurerc.mjs` into the folder of a run.

    Raises:
        OSError: the folder can't be written.
    """
    results = _Results(folder / FOLDER)
    for case in _cases(run):
        results.add(_result(case, results))
    allure_settings.write(run, folder, folder / FOLDER)


def _cases(run: RunResult) -> Iterator[_Case]:
    exchanges = {each.number: each for each in run.exchanges}
    findings = {each.id: each for each in run.findings}
    answers = {each.question.id: each for each in run.answers}
    for each in run.clauses:
        shown = tuple(findings[name] for name in each.findings if name in findings)
        evidence = tuple(exchanges[number] for number in each.evidence[:STEPS_MAX] if number in exchanges)
        yield _Case(run, each, shown, answers.get(each.clause.id), evidence)


def _result(case: _Case, results: _Results) -> TestResult:
    clause = case.result.clause
    start, stop = _times(case)
    identity = _digest(clause.id)
    address = sources.url(clause.source)
    return TestResult(
        uuid=str(uuid.uuid4()),
        name=clause.says,
        fullName=clause.id,
        testCaseId=identity,
        historyId=identity,
        titlePath=[OPERATION, clause.concern],
        status=case.result.verdict.value,
        statusDetails=_details(case),
        stage="finished",
        description=_description(case),
        steps=[*_evidence(case), *(_finding(each, results) for each in case.findings)],
        parameters=[Parameter("exchanges", str(case.result.exchanges), excluded=True)],
        labels=_labels(case),
        links=[Link(LinkType.LINK, address, sources.words(clause.source))] if address else [],
        start=start,
        stop=stop,
    )


def _digest(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _times(case: _Case) -> tuple[int, int]:
    """First and last moment of what is shown, Unix milliseconds; the run's start where nothing is."""
    shown = [*case.evidence, *(each.exchange for each in case.findings)]
    if not shown:
        moment = int(datetime.fromisoformat(case.run.facts.started).timestamp() * 1000)
        return moment, moment
    return min(each.sent_ms for each in shown), max(each.sent_ms + round(each.elapsed_ms) for each in shown)


def _labels(case: _Case) -> list[Label]:
    clause = case.result.clause
    changed = case.answer is not None and case.answer.changed
    return [
        Label(LabelType.EPIC, OPERATION),
        Label(LabelType.FEATURE, clause.concern),
        Label(LabelType.STORY, clause.id),
        Label(LabelType.SEVERITY, SEVERITY[clause.harm].value),
        Label(LabelType.TAG, clause.strength.value),
        *([Label(LabelType.TAG, "changed answer")] if changed else []),
        Label(LabelType.FRAMEWORK, "contract suite"),
        Label(LabelType.LANGUAGE, "python"),
    ]


def _details(case: _Case) -> StatusDetails | None:
    if case.findings:
        return _details_of_findings(case.findings)
    reason = visible(case.result.reason)
    if case.result.verdict is Status.BROKEN:
        unusable = case.run.result is Result.UNUSABLE
        kind = allure_settings.UNUSABLE if unusable else allure_settings.FAULT
        return StatusDetails(message=f"{kind}: {reason or visible(case.run.reason)}")
    if case.answer is not None:
        return StatusDetails(message=_answered(case.answer))
    return StatusDetails(message=reason) if reason else None


def _details_of_findings(findings: tuple[Finding, ...]) -> StatusDetails:
    told = [visible(each.message) + (f" (waived: {visible(each.waiver)})" if each.waived else "") for each in findings]
    return StatusDetails(
        known=all(each.waived for each in findings),
        flaky=any(each.seen in (Seen.SOMETIMES, Seen.ONCE) for each in findings),
        message="\n".join(told),
        trace="\n".join(f"{each.id}: {witness.line(each.witness)}" for each in findings),
    )


def _answered(answer: Answer) -> str:
    if answer.changed:
        return f"{allure_settings.CHANGED}: {visible(answer.answer)} (before: {visible(answer.pinned or '')})"
    return f"Answer: {visible(answer.answer)}"


def _description(case: _Case) -> str:
    clause = case.result.clause
    parts = [
        f"**Promise** ({clause.strength}): {plain(clause.says)}",
        f"**What breaking it costs:** {plain(clause.effect)}",
        f"**Where it stands:** {plain(sources.words(clause.source))}",
        f"**Evidence:** {witness.counted(case.result.exchanges, 'exchange')} that could have broken it",
    ]
    if case.result.reason:
        parts.append(f"**Not exercised:** {plain(case.result.reason)}")
    if case.answer is not None:
        parts.append(f"**Answer:** {plain(case.answer.answer)}")
    parts += [f"**Replay:** `tox run -e replay -- {each.bundle}`" for each in case.findings]
    return "\n\n".join(parts)


def _evidence(case: _Case) -> list[TestStepResult]:
    shown = {each.exchange.number for each in case.findings}
    return [
        TestStepResult(
            name=one_line(f"{each.number}: {witness.line(each.plan)} → {each.status or each.failure}", NAME_MAX),
            status=Status.PASSED.value,
            stage="finished",
            start=each.sent_ms,
            stop=each.sent_ms + round(each.elapsed_ms),
        )
        for each in case.evidence
        if each.number not in shown
    ]


def _finding(finding: Finding, results: _Results) -> TestStepResult:
    seen = finding.exchange
    return TestStepResult(
        name=one_line(finding.message, NAME_MAX),
        status=Status.SKIPPED.value if finding.waived else Status.FAILED.value,
        statusDetails=StatusDetails(message=visible(finding.message), trace=witness.line(finding.witness)),
        stage="finished",
        start=seen.sent_ms,
        stop=seen.sent_ms + round(seen.elapsed_ms),
        attachments=[results.attach("witness", finding.witness), results.attach("exchange", seen)],
    )
