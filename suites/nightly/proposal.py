"""New interesting cases of a night as a diff to the corpora: `git apply` takes it, and the next night sends them first.

Proposed is what chance has drawn and the corpora have not: a body that shows a finding by itself, or credentials that
do. What needs other requests, orders or odd headers stays with its finding's folder. The reason in each case is what
happened; whoever takes it says better.
"""

from __future__ import annotations

import dataclasses
import difflib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from contracts.messages import JSON_TYPE, METHOD, PATH, Credentials, Framing, Label, Plan
from reports.printable import one_line
from reports.record import atomic
from reports.results import Finding
from suites.nightly import corpora
from suites.strategies.batches import MARKET

FILE = "corpus.diff"
FILES = ("texts", "credentials")
BODY_MAX = 4000
"""Bytes of a body that is proposed: who would read a longer one?"""
REASON_MAX = 160
OF_A_CORPUS = re.compile(r"/c\d+-w?\d+\Z")
"""How the names of plans end that a corpus made."""
LOOKED_AT = re.compile(rb"nobody-c\d+-w?\d+-")
"""What stands in a second look at one of these."""
TAG = re.compile(r"nobody-[0-9a-f]{10}-")
"""What made a drawn id unlike all others."""
UNUSUAL = ("drop", "again")
"""Credentials that a corpus does not hold: what is left out, and what hangs on the plan before."""

Case = dict[str, Any]


def write(found: Iterable[Finding], folder: Path) -> str:
    """Write the diff beside the report; a line that says so, empty where there is nothing to propose.

    Args:
        found: what was found behind the gate's list.
        folder: of the run.

    Raises:
        OSError: the folder can't be written.
    """
    cases = list(_cases(found))
    if not cases:
        return ""
    atomic.write_text(folder / FILE, "".join(_diff(name, [case for of, case in cases if of == name]) for name in FILES))
    return f"New cases for the corpora, {len(cases)}: git apply {folder / FILE}"


def _cases(found: Iterable[Finding]) -> Iterator[tuple[str, Case]]:
    """The cases with the corpora that they belong to, each once."""
    seen: list[Case] = []
    for each in found:
        of, case = _case(each.witness)
        if case and case not in seen:
            seen.append(case)
            reason = one_line(f"a night found {each.clause.id}: {each.message}", REASON_MAX)
            yield of, case | {"reason": reason}


def _case(plan: Plan) -> tuple[str, Case]:
    """The corpus and the case of a plan; an empty case where there is none for it."""
    alone = not (plan.orders or plan.before or plan.together) and plan.framing is Framing.LENGTH
    usual = (plan.method, plan.path, plan.headers) == (METHOD, PATH, (JSON_TYPE,))
    body = plan.body
    if not (alone and usual and body) or len(body) > BODY_MAX:
        return "", {}
    if OF_A_CORPUS.search(plan.name) or LOOKED_AT.search(body):
        return "", {}
    if plan.credentials == Credentials():
        case = _text(body)
        known = any(_same(case, each) for each in corpora.cases("texts"))
        return "texts", {} if known else {"kind": plan.kind or f"a body for {plan.clause}"} | case
    odd = {
        each.name: _plain(value)
        for each in dataclasses.fields(Credentials)
        if (value := getattr(plan.credentials, each.name)) != each.default
    }
    if not plan.clause.startswith(("credentials.", "window.")) or any(name in odd for name in UNUSUAL):
        return "", {}
    known = any(_same(odd, each) for each in corpora.credentials())
    asked = {corpora.QUESTION: True} if plan.label is Label.OPEN else {}
    return "credentials", {} if known else {"clause": plan.clause, "kind": plan.kind, **odd, **asked}


def _same(case: Case, known: Case) -> bool:
    """Whether a corpus has it, under whatever name."""
    about = ("clause", "kind", "reason", corpora.QUESTION)
    return case == {name: value for name, value in known.items() if name not in about}


def _text(body: bytes) -> Case:
    try:
        text = TAG.sub("nobody-", body.decode())
    except UnicodeDecodeError:
        text = "<"
    if "<" in text:  # it could be taken for what stands for something
        return {"text": "<bytes>", "bytes": body.hex()}
    return {"text": text.replace(MARKET, "<market>")}


def _plain(value: Any) -> Any:
    """A value as TOML has it."""
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _diff(name: str, cases: list[Case]) -> str:
    if not cases:
        return ""
    place = f"suites/corpus/{name}.toml"
    before = (corpora.FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    after = before + "".join(f"\n[[case]]\n{_toml(case)}" for case in cases)
    was, now = (re.findall(r"[^\n]*\n", text) for text in (before, after))  # no other end of a line is one to git
    return "".join(difflib.unified_diff(was, now, fromfile=f"a/{place}", tofile=f"b/{place}"))


def _toml(case: Case) -> str:
    return "".join(f"{name} = {_value(value)}\n" for name, value in case.items())


def _value(value: Any) -> str:
    """A value of JSON is one of TOML, but for a delete character, which TOML wants escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
