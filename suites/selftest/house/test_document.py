"""The document is the published one: nothing added, nothing lost."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import yaml

from contracts import document
from suites.selftest.house.tree import ROOT

DIGEST = "f81e2aa324385d4aa2705e4ecaaf148a5a711b445c7b45631e892a6e45567d00"
"""SHA-256 of the published tree as canonical JSON."""
BLOCK = re.compile(r"^(`{3,})yaml[^\n]*\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)


def seed() -> Path | None:
    """The page that the document was taken from, where it is at hand."""
    named = os.environ.get("SEED_DOCUMENT")
    if named:
        return Path(named)
    return next(iter(sorted((ROOT.parent / "shared" / "seed").glob("*.txt"))), None)


def test_the_tree_has_the_digest_of_the_published_one() -> None:
    assert document.digest() == DIGEST


def test_the_tree_is_that_of_the_page() -> None:
    page = seed()
    if page is None:
        pytest.skip("the published page is not at hand; SEED_DOCUMENT can name it")
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    assert len(blocks) == 1
    assert yaml.safe_load(blocks[0][1]) == document.document()
