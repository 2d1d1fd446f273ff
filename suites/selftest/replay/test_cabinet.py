"""Every finding comes back on its fault and is gone on the honest gateway; a sample of the cabinet, every concern."""

from __future__ import annotations

import hashlib
import multiprocessing
import re
import shutil
import time
from pathlib import Path

import pytest

from contracts import codec
from contracts.catalogue import CONCERNS
from gateway.__main__ import rest
from gateway.core import Gateway
from gateway.faults import FAULTS
from reports.scripts import curl
from suites import gate
from suites.selftest.replay.bundles import SEED, Trial, alone, bundle_of, replayed, trial

OF_EACH_CONCERN = 3
FOUND_LEAST = 40
SCRIPTS_LEAST = 25
REMEMBERING = (
    "ListsEverybodysOrders",
    "AddsOrdersOfTheMarket",
    "CachesByTheEnds",
    "CancelsTheNewestForTheUnknown",
    "LowersTheLimitAfterTooMany",
    "RepeatsTheConnectionsAnswer",
    "RefusesSlugsInDigits",
    "AnswersOnce",
    "ShowsAnOldSignatureToOtherMethods",
)
"""Faults that a witness alone does not show: they need other orders, other plans, or what came before."""
BLAMED_TOGETHER = (
    "CancelsBeforeItVerifies",
    "CancelsAForeignOrderInFront",
    "CancelsForTheOwner",
    "CancelsForeignOrdersUnderAnotherMarket",
    "CancelsStaleBatches",
    "CarriesOutDelete",
    "CarriesOutPut",
)
"""Faults whose witness shares its order with the plan that is to blame: alone it does nothing."""
OF_EACH_KIND = (
    "AnswersLastInFirstOut",
    "CachesByTheEnds",
    "CancelsAnybodysOrders",
    "CancelsStaleBatches",
    "ChecksTheFirstForwardsTheLast",
    "CountsForeignOrders",
    "FillsInTheOrdersOfBefore",
    "ListsEverybodysOrders",
    "NamesTheOwner",
    "ReadsCredentialsFromCookies",
    "RefusesSeveralMarkets",
    "RemembersGoodSignatures",
    "VerifiesTheFirstActsForTheLast",
)
"""Faults whose scripts do what others don't: several at once, in a row, compared, with credentials elsewhere."""
DAY_SECONDS = 86_400
WORKERS = 6
"""More than there are processors: most of a replay is waiting for orders to settle."""
WHOLE_NUMBER = re.compile(r"(?<![0-9A-Za-z.-])\d{9,14}(?![0-9A-Za-z.-])")


def sample() -> list[str]:
    """A few faults of each concern, drawn by their names, so that a new one changes little."""
    drawn = sorted(
        (each for each in FAULTS if not FAULTS[each].night), key=lambda name: hashlib.sha256(name.encode()).digest()
    )
    of_concern = {
        each: [name for name in drawn if FAULTS[name].breaks.partition(".")[0] == each][:OF_EACH_CONCERN]
        for each in CONCERNS
    }
    return list(dict.fromkeys((*(name for some in of_concern.values() for name in some), *REMEMBERING)))


@pytest.fixture(scope="module")
def trials() -> dict[str, Trial]:
    """Every fault of the sample, found and replayed, in worker processes."""
    with multiprocessing.get_context("fork").Pool(WORKERS) as pool:
        return {each.name: each for each in pool.imap_unordered(trial, sample())}


@pytest.mark.parametrize("name", sample())
def test_a_finding_comes_back_on_its_fault_and_nowhere_else(name: str, trials: dict[str, Trial]) -> None:
    seen = trials[name]
    if not seen.found:
        pytest.skip("the gate leaves this fault to the night, so there is no finding to send again")
    assert (seen.on_the_fault, seen.on_the_honest) == (1, 0), seen.printed
    assert "STILL BROKEN" in seen.printed
    assert "HOLDS NOW" in seen.printed


@pytest.mark.parametrize("name", sample())
def test_a_script_shows_it_on_its_fault_and_nowhere_else(name: str, trials: dict[str, Trial]) -> None:
    by_luck = (*REMEMBERING, *BLAMED_TOGETHER, "ResetsOnTheSecondRefusal")
    on_the_fault = {1, 0} if name in by_luck else {1}
    for script, faulty, honest in trials[name].scripts:
        assert faulty in on_the_fault, script
        assert honest == 0, script


@pytest.mark.parametrize("name", OF_EACH_KIND)
def test_a_script_of_each_kind_shows_it(name: str, tmp_path: Path) -> None:
    script = bundle_of(name, tmp_path) / "reproduce.py"
    broken, said = alone(script, FAULTS[name]())
    assert broken == 1, said
    assert said.endswith("It shows.\n")
    holds, said = alone(script, None)
    assert holds == 0, said


def test_many_findings_need_no_suite(trials: dict[str, Trial]) -> None:
    told = [script for each in trials.values() for script, *_ in each.scripts]
    assert told.count("reproduce.py") >= SCRIPTS_LEAST
    if shutil.which("openssl"):
        assert told.count(curl.FILE) >= SCRIPTS_LEAST // 5


def test_a_script_leaves_no_order_and_touches_no_other(tmp_path: Path) -> None:
    found = bundle_of("CancelsTheGoodOfABadBatch", tmp_path)
    core = Gateway()
    rest(core, 4)
    before = [each for each in core.book if each.is_open]
    status, printed = alone(found / "reproduce.py", core)
    assert status == 0, printed
    assert [each for each in core.book if each.is_open] == before
    assert len(list(core.book)) > len(before)


def test_findings_of_every_concern_were_sent_again(trials: dict[str, Trial]) -> None:
    found = [name for name, each in trials.items() if each.found]
    assert len(found) >= FOUND_LEAST
    assert {FAULTS[name].breaks.partition(".")[0] for name in found} == set(CONCERNS)


def test_a_day_later_the_answer_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = bundle_of("SortsTheEcho", tmp_path)
    now, now_ns = time.time, time.time_ns
    monkeypatch.setattr(time, "time", lambda: now() + DAY_SECONDS)
    monkeypatch.setattr(time, "time_ns", lambda: now_ns() + DAY_SECONDS * 1_000_000_000)
    assert replayed(FAULTS["SortsTheEcho"](), found)[0] == 1
    assert replayed(None, found)[0] == 0


def test_a_plan_holds_no_moment() -> None:
    """No whole number in any plan is of this year's size, in seconds or in milliseconds."""
    found = [int(word) for plan in gate.plans(SEED) for word in WHOLE_NUMBER.findall(codec.dumps(plan))]
    now = time.time()
    for unit in (1, 1000):
        assert not [each for each in found if abs(each / unit - now) < 365 * DAY_SECONDS]
