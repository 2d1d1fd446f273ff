"""Draws from Hypothesis strategies, as often as wanted, the same for one seed and round."""

from __future__ import annotations

import hashlib
from typing import TypeVar

import hypothesis
from hypothesis import strategies as st

T = TypeVar("T")


AT_ONCE = 10
"""Plans of one example: to begin an example costs as much as a plan, and Hypothesis, which also varies what it has
drawn, varies more than one."""


def drawn(strategy: st.SearchStrategy[T], key: str, count: int) -> list[T]:
    """Draws of a strategy, at most `count`, fewer where it has no more; the same for one key.

    Hypothesis begins with the simplest example, in which nothing is drawn here: every round would send it again.
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
    @hypothesis.given(
        st.integers(0, 2**16).flatmap(lambda first: st.tuples(*[strategy] * AT_ONCE) if first else st.just(()))
    )
    def collect(examples: tuple[T, ...]) -> None:
        found.extend(examples)

    collect()
    return found[:count]
