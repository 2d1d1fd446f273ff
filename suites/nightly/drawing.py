"""Draws from Hypothesis strategies, as often as wanted, the same for one seed and round."""

from __future__ import annotations

import hashlib
from typing import TypeVar

import hypothesis
from hypothesis import strategies as st

T = TypeVar("T")


AT_ONCE = 5
"""Examples of one draw: it costs half, and Hypothesis, which also varies what it has drawn, varies more than one."""


def drawn(strategy: st.SearchStrategy[T], key: str, count: int) -> list[T]:
    """Examples of a strategy, at most `count`, fewer where it has no more; the same for one key.

    Hypothesis begins with the simplest draw, which is left out: every round would send it again.
    """
    found: list[T] = []

    @hypothesis.seed(int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]))
    @hypothesis.settings(
        max_examples=-(-count // AT_ONCE) + 1,
        database=None,
        phases=[hypothesis.Phase.generate],
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(st.tuples(*[strategy] * AT_ONCE))
    def collect(examples: tuple[T, ...]) -> None:
        found.extend(examples)

    collect()
    return found[AT_ONCE : count + AT_ONCE]
