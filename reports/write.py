"""Write all that a run leaves behind; the verdict first, so that no other writer can stand in its way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from reports import allure, bundle, junit, markdown, verdict
from reports.html import page
from reports.results import RunResult

Writer = Callable[[RunResult, Path], None]


class ReportFault(Exception):
    """One writer failed; the message is a sentence and the cause is what it raised."""


WRITERS: tuple[tuple[str, Writer], ...] = (
    (verdict.FILE, verdict.write),
    ("the bundles of the findings", bundle.write_all),
    (page.FILE, page.write),
    (junit.FILE, junit.write),
    (allure.FOLDER, allure.write),
    (markdown.FILE, markdown.write),
)
"""What is written and by whom, in this order."""


def write(run: RunResult, folder: Path, writers: tuple[tuple[str, Writer], ...] = WRITERS) -> None:
    """Write every report of a run into its folder, which exists.

    Raises:
        ExceptionGroup: of a `ReportFault` for each writer that failed, when all others have written.
    """
    faults: list[ReportFault] = []
    for name, writer in writers:
        try:
            writer(run, folder)
        except Exception as error:  # noqa: BLE001  # whatever one report's fault is, the others are still owed; raised below
            fault = ReportFault(f"{name} could not be written: {type(error).__name__}: {error}")
            fault.__cause__ = error
            faults.append(fault)
    if faults:
        raise ExceptionGroup("reports are missing", faults)
