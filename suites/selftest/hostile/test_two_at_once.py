"""Two gates at the same time, on one machine and one gateway: they share nothing but the link to the latest run."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gateway.server import EmbeddedGateway
from reports.record.folder import LATEST, open_run
from suites.harmless.journal import unfinished
from suites.selftest.gate.command import ended, started
from suites.selftest.replay.bundles import variables_of


def test_two_gates_at_once_neither_mix_nor_sweep_each_other(tmp_path: Path) -> None:
    journal, history = tmp_path / "journal", tmp_path / "history"
    outs = tmp_path / "one", tmp_path / "two"
    with EmbeddedGateway() as server:
        aimed = variables_of(server) | {"POLYMARKET_JOURNAL": str(journal)}
        processes = [started(out, "--history", str(history), **aimed) for out in outs]
        runs = [ended(process, out) for process, out in zip(processes, outs, strict=True)]
    for run in runs:
        assert run.status == 0, run.said
        told = json.loads((run.folder / "verdict.json").read_text(encoding="utf-8"))
        assert told["result"] == "holds"
        assert not [note for note in told["notes"] if "an earlier run had left" in note or "may be still open" in note]
    assert list(unfinished(journal)) == []
    assert len(list(history.rglob("*.json"))) == len(runs)


def test_the_link_to_the_latest_run_is_there_at_every_moment(tmp_path: Path) -> None:
    open_run(None, tmp_path)
    with ThreadPoolExecutor(4) as pool:
        begun = [pool.submit(open_run, None, tmp_path) for _ in range(200)]
        while not all(each.done() for each in begun):
            assert (tmp_path / LATEST).resolve(strict=True).is_dir()
    folders = {each.result() for each in begun}
    assert len(folders) == len(begun)
    assert tmp_path / (tmp_path / LATEST).readlink() in folders
