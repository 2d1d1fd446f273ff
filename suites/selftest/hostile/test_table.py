"""Every row of the table: the gate at its defaults, once; judged by exit status, time, size and words."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from suites.selftest.hostile.running import Ended, ended
from suites.selftest.hostile.table import MEGABYTES, ROWS, SAMPLE, Row
from suites.selftest.sending.servers import KEYS

AT_ONCE = 6
"""Most of them wait."""
WHOLE = "HOSTILE_ALL"
"""The variable that asks for the whole table."""
CHOSEN = [ROWS[name] for name in (ROWS if os.environ.get(WHOLE) else SAMPLE)]


def run(row: Row, folder: Path) -> Ended:
    """The gate against one row."""
    with row.serve() as variables:
        return ended(folder, variables)


@pytest.fixture(scope="module")
def runs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Future[Ended]]]:
    """The runs of the rows that are tested, several at a time."""
    calls = [getattr(item, "callspec", None) for item in request.session.items]
    names = [call.params["row"].name for call in calls if call is not None and "row" in call.params]
    folder = tmp_path_factory.mktemp("hostile")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {name: pool.submit(run, ROWS[name], folder / f"{at}") for at, name in enumerate(names)}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("row", CHOSEN, ids=[row.name for row in CHOSEN])
def test_the_gate_ends_as_it_must(row: Row, runs: Mapping[str, Future[Ended]]) -> None:
    found = runs[row.name].result()
    assert found.status == row.status, found.said
    assert row.says in " ".join(found.said.split())
    assert not found.crashed, found.said
    assert found.seconds < row.seconds
    assert found.megabytes < MEGABYTES
    assert found.secrets([text for key in KEYS.values() for text in (key.id, key.secret)]) == []
