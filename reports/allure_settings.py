"""The side files of Allure's results: environment, executor, categories, and the settings of Allure 3's report."""

from __future__ import annotations

import json
from pathlib import Path

from reports import summary
from reports.printable import visible
from reports.record import atomic
from reports.results import RunResult

NAME = "Batched cancel: promises kept and broken"
UNUSABLE, FAULT, CHANGED = "Unusable target", "Fault of the suite", "Changed answer"
"""How the message of a result begins; the categories go by it."""
CATEGORIES: tuple[dict[str, object], ...] = (
    {"name": "Broken promise", "matchedStatuses": ["failed"]},
    {"name": UNUSABLE, "matchedStatuses": ["broken"], "messageRegex": f"^{UNUSABLE}[\\s\\S]*"},
    {"name": FAULT, "matchedStatuses": ["broken"]},
    {"name": CHANGED, "matchedStatuses": ["passed", "unknown", "skipped"], "messageRegex": f"^{CHANGED}[\\s\\S]*"},
)
RC = """\
// Settings of Allure 3: npx allure generate allure-results --config allurerc.mjs
export default {settings};
"""


def write(run: RunResult, folder: Path, results: Path) -> None:
    """Write the side files beside the results, and the settings into the folder of the run.

    Raises:
        OSError: a folder can't be written.
    """
    atomic.write_text(results / "environment.properties", _properties(run))
    atomic.write_text(results / "executor.json", json.dumps(_executor(run), indent=2))
    atomic.write_text(results / "categories.json", json.dumps(CATEGORIES, indent=2))
    atomic.write_text(folder / "allurerc.mjs", RC.format(settings=json.dumps(settings(), indent=2)))


def _properties(run: RunResult) -> str:
    facts = run.facts
    pairs = [
        ("answer", summary.headline(run)),
        ("target", facts.target),
        ("profile", facts.profile),
        ("seed", str(facts.seed)),
        ("started", facts.started),
        ("requests", str(facts.requests)),
        ("void", str(facts.void)),
        ("seconds", f"{facts.seconds:.1f}"),
        ("document", facts.document),
        *facts.versions,
    ]
    return "".join(f"{_escaped(name, ' :=#!')}={_escaped(value)}\n" for name, value in pairs)


def _escaped(text: str, special: str = "") -> str:
    """Text as Java's properties files write it: ASCII, with backslashes before what would be read otherwise."""
    shown = visible(text).replace("\\", "\\\\")
    shown = "".join(f"\\{char}" if char in special else char for char in shown)
    return "".join(char if char.isascii() else json.dumps(char)[1:-1] for char in shown)


def _executor(run: RunResult) -> dict[str, str]:
    facts = run.facts
    build = f"{facts.profile} of {facts.started}, seed {facts.seed}"
    return {"name": "contract suite", "type": "tox", "buildName": build, "reportName": NAME}


def settings() -> dict[str, object]:
    """What Allure 3 is told: one page, grouped as the catalogue is."""
    awesome = {"singleFile": True, "groupBy": ["epic", "feature", "story"], "reportLanguage": "en"}
    return {
        "name": NAME,
        "output": "allure-report",
        "categories": CATEGORIES,
        "plugins": {"awesome": {"options": awesome}},
    }
