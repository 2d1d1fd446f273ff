"""The options of a run.

A plugin that pytest loads before it reads the command line (`-p suites.settings.options` in `addopts`): an option that
only a conftest.py knows comes too late, and its value, if it is a folder that exists, would be taken for the tests to
run.
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
    group.addoption("--ca-bundle", type=Path, metavar="FILE", help="authorities that TLS trusts, instead of the usual")
    group.addoption("--profile", choices=("gate", "nightly", "soak"), default="gate", help="which plans are sent")
    group.addoption("--out", type=Path, default=None, help="folder of the run (default reports/out/<run>)")
    group.addoption(
        "--history",
        type=Path,
        metavar="DIR",
        help="where runs are remembered (default reports/out/history; with --out, none)",
    )
    group.addoption("--rate", type=float, default=18.0, help="requests a second, 0 for no limit (default 18)")
    group.addoption("--seed", type=int, default=1, help="what ids are drawn from (default 1)")
    group.addoption("--patience", type=float, default=10.0, help="seconds to wait for the order stream (default 10)")
    group.addoption(
        "--shrink",
        type=int,
        default=120,
        metavar="N",
        help="requests to try findings again and shrink their witnesses (default 120, 40 a finding), 0 for none",
    )
    group.addoption(
        "--require-orders", action="store_true", help="a target that takes no orders of the suite's own is unusable"
    )
    group.addoption("--budget", type=int, metavar="N", help="nightly: requests in all (default 20000)")
    group.addoption("--for", dest="duration", default="", metavar="TIME", help="nightly: how long, such as 45m or 2h")
    group.addoption(
        "--resume", type=Path, metavar="RUN", help="nightly: the folder of a killed night, to go on with it"
    )
    group.addoption("--shard", default="", metavar="I/N", help="nightly: the part of a campaign to send, such as 3/16")
    group.addoption("--disk-limit", default="", metavar="SIZE", help="nightly: what the record may take, such as 2G")
    group.addoption(
        "--env-file",
        type=Path,
        metavar="FILE",
        help="KEY=VALUE lines that count before the environment; a soak reads its keys again on SIGHUP",
    )
    group.addoption("--pin", type=Path, metavar="FILE", help="write the answers to the open questions to this file")
    group.addoption("--pins", type=Path, metavar="FILE", help="show which of these answers have changed")
    group.addoption("--strict-pins", action="store_true", help="let a changed answer fail the gate")
    group.addoption("--waivers", type=Path, metavar="FILE", help="known deviations, each with a reason and a last day")
    group.addoption("--embedded-fault", default="", help="a fault of the embedded gateway, to see a failing run")
