"""New cases of a night are a diff that git takes, and cases that the corpora then have."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from contracts.messages import Credentials, Plan
from reports.results import Finding
from suites.nightly import corpora, proposal
from suites.nightly.drafts import planned, renamed
from suites.selftest.reports.samples import echo_finding


def found(body: bytes, name: str = "shape.not-json/drawn", **more: Any) -> Finding:
    """A finding that a body shows."""
    clause = name.partition("/")[0]
    return replace(echo_finding(), witness=Plan(name, clause, kind="a drawn body", body=body, **more))


def applied(diff: Path, folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The cases that a diff adds to copies of the corpora."""
    there = folder / "suites" / "corpus"
    shutil.copytree(corpora.FOLDER, there)
    git = shutil.which("git")
    assert git, "the self-tests need git"
    subprocess.run([git, "apply", str(diff)], cwd=folder, check=True)
    texts = {name: (there / f"{name}.toml").read_text(encoding="utf-8") for name in proposal.FILES}
    return {name: tomllib.loads(text)["case"][len(corpora.cases(name)) :] for name, text in texts.items()}


def test_what_chance_found_is_taken_by_git_and_sends_the_same_again(tmp_path: Path) -> None:
    odd = '{"orders":[{"orderId":"nobody-0123456789-a\u2028\x7f\U0001f600","marketSlug":"{{market.0}}"}]},'.encode()
    signed = Credentials(signed_text="{path}{method}{timestamp}")
    told = proposal.write(
        [
            found(odd),
            found(odd.replace(b"0123456789", b"9876543210"), "shape.not-json/again"),
            found(b'{"orders":["\xff"]}', "shape.not-utf-8/drawn"),
            found(b"{}", "credentials.signed-text/drawn", credentials=signed),
        ],
        tmp_path,
    )
    assert told == f"New cases for the corpora, 3: git apply {tmp_path / proposal.FILE}"
    cases = applied(tmp_path / proposal.FILE, tmp_path / "tree")
    text, raw = cases["texts"]
    assert text["text"].replace("<market>", "{{market.0}}").encode() == odd.replace(b"0123456789-", b"")
    assert bytes.fromhex(raw["bytes"]) == b'{"orders":["\xff"]}'
    (case,) = cases["credentials"]
    assert corpora.plan_of(case).credentials == signed
    assert all(each["reason"].startswith("a night found ") for some in cases.values() for each in some)


def test_what_a_corpus_has_or_can_not_hold_is_not_proposed(tmp_path: Path) -> None:
    drafts = list(corpora.drafts())
    known = [planned(each, f"c1-{number}") for number, each in enumerate(drafts)]
    sent = [replace(echo_finding(), witness=each) for each in known if each is not None]
    sent += [
        replace(echo_finding(), witness=renamed(corpora.plan_of(each), "0123456789")) for each in corpora.credentials()
    ]
    lonely = found(b"{}", "shape.not-json/behind", before=(Plan("a", "b"),))
    looked_at = found(b'{"orders":[{"orderId":["nobody-c1-182-5"]}]}')
    assert proposal.write([*sent, lonely, looked_at, found(b"[" * (proposal.BODY_MAX + 1))], tmp_path) == ""
    assert not (tmp_path / proposal.FILE).exists()
