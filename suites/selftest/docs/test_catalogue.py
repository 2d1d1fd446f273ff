"""The page of the catalogue is that of the clauses, judges and faults that there are."""

from __future__ import annotations

import pytest

from suites.selftest import catalogue


def test_the_page_is_fresh() -> None:
    if catalogue.PAGE.read_text(encoding="utf-8") != catalogue.page():
        why = "is not of the clauses, judges and faults that there are"
        pytest.fail(f"docs/{catalogue.PAGE.name} {why}: run {catalogue.MADE_BY}", pytrace=False)
