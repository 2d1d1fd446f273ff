"""The frozen cases of the schema are those of the engine that is pinned."""

from __future__ import annotations

import json

import pytest

from contracts.messages import Label
from suites.strategies import schema


def test_the_frozen_coverage_phase_is_what_schemathesis_makes() -> None:
    frozen = json.loads(schema.CORPUS.read_text(encoding="utf-8"))["coverage"]

    assert frozen == schema.coverage_now(), "make it anew: python -m suites.strategies.schema"


@pytest.mark.parametrize("positive", [True, False])
def test_drawn_bodies_agree_with_their_mode_by_our_own_reading(*, positive: bool) -> None:
    plans = list(schema.drawn_plans(1, 120, positive=positive))

    assert len(plans) > 10
    assert {each.label is Label.UNLAWFUL for each in plans} == {not positive}
