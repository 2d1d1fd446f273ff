"""The page: one HTML file with its style and script inside, sealed by a policy that lets nothing else run or load."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from contracts import catalogue
from contracts.messages import METHOD, PATH
from reports import summary, witness
from reports.html import plots, view
from reports.printable import visible
from reports.record import atomic
from reports.record.folder import typed
from reports.results import RunResult

FILE = "report/index.html"
HERE = Path(__file__).parent


def page(run: RunResult, folder: str) -> str:
    """The report's HTML.

    Args:
        run: what is shown.
        folder: the run's, as a reader would type it, for the commands to copy.
    """
    style, script = _asset("report.css"), _asset("report.js")
    policy = f"default-src 'none'; style-src {seal(style)}; script-src {seal(script)}; img-src data:; base-uri 'none'"
    told, more = view.told(run)
    context: dict[str, Any] = {
        "style": Markup(style),  # noqa: S704  # our own file
        "script": Markup(script),  # noqa: S704  # our own file
        "policy": f"{policy}; form-action 'none'",
        "operation": f"{METHOD} {PATH}",
        "run": run,
        "facts": run.facts,
        "tone": view.TONES.get(run.result, "unknown"),
        "headline": summary.headline(run),
        "sentence": summary.sentence(run),
        "counts": summary.counts(run),
        "findings": [[view.finding_view(each, folder) for each in group] for group in told],
        "more": more,
        "findings_words": summary.findings_words(run),
        "often": summary.often,
        "since": summary.since(run),
        "standing": lambda finding: summary.standing(run, finding),
        "day": summary.day,
        "trend": plots.trend(run.history),
        "idle": summary.idle_by_reason(run),
        "idle_words": summary.idle_words(run),
        "groups": view.groups(run),
        "questions": view.questions(run),
        "timing": plots.plots(run.exchanges),
        "out_of_reach": catalogue.out_of_reach(),
        "counted": witness.counted,
        "glyphs": view.GLYPHS,
    }
    return environment(HERE, keep="\n").get_template("report.html.j2").render(context)


def write(run: RunResult, folder: Path) -> None:
    """Write `report/index.html`, whole or not at all.

    Raises:
        OSError: the folder can't be written.
    """
    path = folder / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_text(path, page(run, str(typed(folder))))


@cache
def environment(folder: Path, keep: str = "") -> Environment:
    """The templates of a folder: whatever they put out is escaped, and loses before that what can't be seen.

    Args:
        keep: characters that are left in though they don't show.
    """

    def finalized(value: object) -> object:
        return visible(value, keep=keep) if isinstance(value, str) and not isinstance(value, Markup) else value

    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def seal(text: str) -> str:
    """How a content security policy names a style or a script that stands in the page."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _asset(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
