"""What a campaign is refused for, in a sentence and before anything is sent; there may be no Dask and no Redis."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from suites.command import USAGE_EXIT
from suites.nightly import fleet
from suites.selftest.hostile.running import aimed_at

AIMED = aimed_at("http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("arguments", "missing", "why"),
    [
        ([], "distributed", "Dask is not installed; tox run -e fleet has it"),
        (["--redis", "redis://h"], "redis", "the client of Redis is not installed; tox run -e fleet has it"),
        (["--shards", "0"], "", "must be positive"),
        (["--rate", "-1"], "", "must not be negative"),
        (["--budget", "0"], "", "--budget must be positive"),
        (["--target-url", "x"], "", "the target URL must be"),
    ],
)
def test_wrong_usage(
    arguments: list[str],
    missing: str,
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if missing:
        monkeypatch.setitem(sys.modules, missing, None)
        monkeypatch.delitem(sys.modules, "suites.nightly.shared", raising=False)
    assert fleet.main([*arguments, "--out", str(tmp_path)], AIMED) == USAGE_EXIT
    shown = capsys.readouterr().err
    assert why in shown
    assert shown.count("\n") == 1


def test_without_a_target(capsys: pytest.CaptureFixture[str]) -> None:
    assert fleet.main([], {}) == USAGE_EXIT
    assert "POLYMARKET_TARGET_URL" in capsys.readouterr().err
