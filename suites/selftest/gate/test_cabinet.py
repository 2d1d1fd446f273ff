"""The gate's proof by sample: subtle faults of every concern are found by their own clause, lawful variants by none.

`python -m suites.selftest.prove` runs the whole cabinet; this is what fits into a self-test.
"""

from __future__ import annotations

import time

import pytest

from contracts.catalogue import CONCERNS, clauses
from gateway.faults import FAULTS
from gateway.variants import VARIANTS
from suites.selftest.prove import HONEST, Trial, line, trials

OF_EACH_CONCERN = 3
SECONDS_MAX = 300
"""Under 100 where nothing else runs."""
DRAWN = {
    "size": ("RefusesThirteen", "CountsForEachMarket", "CountsInOneByte"),
    "shape": (
        "FillsInTheSlugOfAKnownOrder",
        "TakesTwoBatchesForTheFirst",
        "RefusesMarketsThatComeBack",
        "TakesControlCharacters",
    ),
    "wholeness": ("ChecksEveryIdOnce", "ForgivesOneInTwenty", "CancelsBehindTheBadOne", "CancelsTooManyLater"),
    "echo": ("SwapsTheLastTwo", "PutsNumbersFirst", "CutsAtNul", "DropsRepeatsInAnotherMarket"),
    "reply": ("WritesLatin1", "OverlooksTheRefusalOfGzip", "LeavesTheLastChunkOut", "AnswersMultiStatus"),
    "credentials": ("ReducesS", "WantsItsOwnSignature", "TimesTheFirstVerifiesTheLast", "RemembersGoodSignatures"),
    "window": ("LooksAtTheTimeOfDay", "WrapsAtSixtyFourBits", "RefusesTwentyFiveSecondsPast", "TakesSeconds"),
    "routing": ("OpensWithDots", "WaitsWhereToldToExpect", "ObeysMethodOverrides"),
    "outcome": ("LooksBeforeItCancels", "LeavesRepeatedOrders", "ReportsTheFirstFive", "FindsOrdersInFullWidth"),
    "ownership": ("CountsForeignOrders", "CancelsForeignOrdersAmongOwn", "ShowsEverybodyCancellations"),
    "isolation": ("JoinsRequestsOfOneSize", "CachesByTheEnds", "LowersTheLimitAfterTooMany"),
    "disclosure": ("SendsTheSignatureBack", "ShowsTheClassOfTheException", "NamesTheOwner"),
    "robustness": (
        "HangsUpOnSurrogates",
        "NeverAnswersRepeats",
        "CrashesOnTheByteOrderMark",
        "ResetsOnTheSecondRefusal",
    ),
}
"""Faults drawn by hand: rare sizes, rare positions, state, races; by the concern of the clause that each breaks."""
LAWFUL = (
    "ErrorsWithoutBody",
    "RefusesOtherMediaTypes",
    "RefusesUnknownMarkets",
    "TakesPlainIdsOnly",
    "TakesWideEncodings",
    "ChecksTheBodyFirst",
    "RefusesReplays",
    "TakesNumbersOfAnyForm",
    "ClockSlow",
    "ImplementsNoOtherMethods",
    "SendsManyHeaders",
    "SendsChunks",
    "UnavailableOnce",
    "NoStream",
    "OneEventForEachRepeat",
    "OnlyTheOneRoute",
)
FAULTY = tuple(name for names in DRAWN.values() for name in names)


@pytest.fixture(scope="module")
def seen() -> dict[str, Trial]:
    """What the gate said of every gateway of the sample, by worker processes, and how long that took."""
    start = time.monotonic()
    found = {each.name: each for each in trials([HONEST, *FAULTY, *LAWFUL])}
    assert time.monotonic() - start < SECONDS_MAX, "the sample is too large for a self-test"
    return found


def test_the_sample_is_of_every_concern() -> None:
    assert set(DRAWN) == set(CONCERNS)
    for concern, names in DRAWN.items():
        assert len(names) >= OF_EACH_CONCERN
        assert {clauses()[FAULTS[name].breaks].concern for name in names} == {concern}
    assert len({FAULTS[name].breaks for name in FAULTY}) > 40
    assert set(LAWFUL) <= set(VARIANTS)


def test_no_gateway_of_the_sample_is_misjudged(seen: dict[str, Trial]) -> None:
    """All of them in one report: what was missed, and what was taken for a fault."""
    wrong = [f"{line(each)}\n    {each.messages}" for each in seen.values() if not each.right]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", FAULTY)
def test_a_fault_is_found_by_its_own_clause(name: str, seen: dict[str, Trial]) -> None:
    assert seen[name].killed, line(seen[name])


@pytest.mark.parametrize("name", LAWFUL)
def test_a_lawful_variant_alarms_nobody(name: str, seen: dict[str, Trial]) -> None:
    assert (seen[name].found, seen[name].fault) == ((), ""), line(seen[name])


def test_a_fault_is_named_by_few_clauses(seen: dict[str, Trial]) -> None:
    """One fault, one or two names: who reads ten findings of one cause fixes the wrong one first."""
    counted = sorted(len(seen[name].found) for name in FAULTY)
    assert counted[len(counted) // 2] == 1
    assert counted[int(len(counted) * 0.9)] <= 3
