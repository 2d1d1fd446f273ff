"""The options of a run.

A plugin that pytest loads before it reads the command line (`-p suites.options` in `addopts`): an option that only a
conftest.py knows comes too late, and its value, if it is a folder that exists, would be taken for the tests to run.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from suites.target import ENV_URL


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of a run."""
    group = parser.getgroup("contract", "the contract of POST /v1/orders/batched/cancel")
    group.addoption(
        "--target-url", default="", help=f"where the target is (or {ENV_URL}); default: the embedded gateway"
    )
    group.addoption("--profile", choices=("gate",), default="gate", help="which plans are sent")
    group.addoption("--out", type=Path, default=None, help="folder of the run (default reports/out/<run>)")
    group.addoption("--rate", type=float, default=18.0, help="requests a second, 0 for no limit (default 18)")
    group.addoption("--seed", type=int, default=1, help="what ids are drawn from (default 1)")
    group.addoption("--patience", type=float, default=10.0, help="seconds to wait for the order stream (default 10)")
    group.addoption("--pin", type=Path, metavar="FILE", help="write the answers to the open questions to this file")
    group.addoption("--pins", type=Path, metavar="FILE", help="show which of these answers have changed")
    group.addoption("--strict-pins", action="store_true", help="let a changed answer fail the gate")
    group.addoption("--waivers", type=Path, metavar="FILE", help="known deviations, each with a reason and a last day")
    group.addoption("--embedded-fault", default="", help="a fault of the embedded gateway, to see a failing run")
