"""A finding in a folder of its own: enough to understand it, to send it again, and to show it to somebody else."""

from __future__ import annotations

import posixpath
import string
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from contracts import codec
from contracts.catalogue import clauses
from contracts.messages import Plan, Strength
from reports import letter
from reports.printable import visible
from reports.record import atomic, stored
from reports.results import Finding, RunResult, Seen
from reports.scripts import curl, reproduce

FORMAT = 1
FILE = "finding.json"
SIZE_MAX = 4 * 1024 * 1024
"""Bytes of a `finding.json` that is still read."""
PLANS_MAX = 200
NEEDS_MAX = 200
OPERATION = "batched/cancel"
TEMPLATE_NAMES = frozenset({"timestamp", "method", "path", "body", "lower"})


@dataclass(frozen=True, slots=True)
class Metadata:
    """All that `finding.json` says; `contracts/finding.schema.json` says it again for other programs."""

    format: int
    clause: str
    concern: str
    strength: Strength
    says: str
    source: str
    effect: str
    fingerprint: str
    message: str
    times: int
    seen: Seen
    waived: bool
    waiver: str
    target: str
    profile: str
    seed: int
    started: str
    suite: str
    """Version of the suite that saw it."""
    document: str
    """SHA-256 of the document that it was judged by."""
    witness: Plan


def write(run: RunResult, finding: Finding, folder: Path) -> None:
    """Write a finding's bundle into the folder of its run.

    Raises:
        OSError: the folder can't be written.
    """
    bundle = folder / finding.bundle
    bundle.mkdir(parents=True, exist_ok=True)
    atomic.write_text(bundle / FILE, codec.dumps(_metadata(run, finding), indent=2) + "\n")
    atomic.write_text(bundle / "exchange.json", codec.dumps(finding.exchange, indent=2) + "\n")
    atomic.write_text(bundle / "README.md", letter.letter(run, finding))
    atomic.write_text(bundle / "reproduce.py", reproduce.script(finding))
    if with_curl := curl.script(finding):
        atomic.write_text(bundle / curl.FILE, with_curl)


def write_all(run: RunResult, folder: Path) -> None:
    """Write the bundles of all findings of a run.

    Raises:
        OSError: the folder can't be written.
    """
    for finding in (each for one in run.findings for each in (one, *one.also)):
        write(run, finding, folder)


def read(folder: Path) -> tuple[Plan, Metadata]:
    """The witness of a bundle and what is known of it; the bundle may come from a stranger.

    What is accepted can be sent with real credentials: it is a batched cancel and nothing else, of bounded size.

    Args:
        folder: the bundle, or its `finding.json`.

    Raises:
        ValueError: it can't be read, is too large, has another format, or holds anything unexpected; one sentence.
    """
    path = folder / FILE if folder.is_dir() else folder
    absent = f"{visible(str(path))}: there is no bundle here; it is a folder with a {FILE}"
    data = stored.read(path, FORMAT, size_max=SIZE_MAX, absent=absent)
    found = codec.from_json(Metadata, data, "finding")
    if found.clause not in clauses():
        raise ValueError("finding.clause: this suite's catalogue has no such clause")
    _guard(found.witness)
    return found.witness, found


def _metadata(run: RunResult, finding: Finding) -> Metadata:
    clause, facts = finding.clause, run.facts
    return Metadata(
        format=FORMAT,
        clause=clause.id,
        concern=clause.concern,
        strength=clause.strength,
        says=clause.says,
        source=clause.source,
        effect=clause.effect,
        fingerprint=finding.fingerprint,
        message=visible(finding.message),
        times=finding.times,
        seen=finding.seen,
        waived=finding.waived,
        waiver=visible(finding.waiver),
        target=visible(facts.target),
        profile=facts.profile,
        seed=facts.seed,
        started=facts.started,
        suite=dict(facts.versions).get("suite", "unknown"),
        document=facts.document,
        witness=finding.witness,
    )


# --- what a stranger's plan may be ------------------------------------------------------------------------------------


def _guard(witness: Plan) -> None:
    plans = []
    for plan in _with_companions(witness):
        plans.append(plan)
        if len(plans) > PLANS_MAX or sum(len(each.orders) for each in plans) > NEEDS_MAX:
            raise ValueError(f"finding.witness: more than {PLANS_MAX} requests or {NEEDS_MAX} orders")
        if not _is_operation(plan.path):
            raise ValueError(f"finding.witness: the path {visible(plan.path[:80])} is not one of the batched cancel")
        if not _is_plain_template(plan.credentials.signed_text):
            raise ValueError("finding.witness: signed_text may name timestamp, method, path and body only")


def _with_companions(plan: Plan) -> Iterator[Plan]:
    yield plan
    for each in (*plan.before, *plan.together):
        yield from _with_companions(each)


def _is_operation(path: str) -> bool:
    """Whether a path, however it is spelt, leads to the batched cancel: a bundle must not place or change orders."""
    text = path
    for _ in range(3):
        text = urllib.parse.unquote(text)
    steps = text.replace("\\", "/").partition("?")[0].partition("#")[0].split("/")
    plain = posixpath.normpath("/" + "/".join(step.partition(";")[0].strip() for step in steps))
    return path.startswith("/") and OPERATION in plain.lower()


def _is_plain_template(template: str) -> bool:
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError:
        return False
    return all(
        name is None or (name in TEMPLATE_NAMES and not spec and not conversion) for _, name, spec, conversion in parts
    )
