"""A sample of `killing`: whenever a run ends, and however, nothing of ours is left and nothing of others is gone."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from suites.orders import clearing, reading_back
from suites.selftest.harmless.killing import standing, trial


@pytest.fixture(scope="module")
def variables() -> Iterator[dict[str, str]]:
    with standing("--latency", "2") as found:
        yield found


@pytest.mark.parametrize(
    ("end", "seed"),
    [(signal.SIGINT, 0), (signal.SIGINT, 1), (signal.SIGTERM, 2), (signal.SIGKILL, 0), (signal.SIGKILL, 1)],
)
def test_an_ended_run_leaves_nothing_behind(
    end: signal.Signals, seed: int, variables: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (clearing, reading_back):  # for the sweep, which is in this process
        monkeypatch.setattr(module, "YOUNG_SECONDS", 0.5)
    seen = trial(variables, tmp_path, seed, end)
    assert seen.harmless, seen
    assert seen.status in ((-9,) if end is signal.SIGKILL else (0, 2)), seen  # 0: it was at its end already


def test_the_next_run_cleans_up_after_a_killed_one(variables: dict[str, str], tmp_path: Path) -> None:
    seen = trial(variables, tmp_path, 4, signal.SIGKILL, next_run=True)
    assert seen.harmless, seen
