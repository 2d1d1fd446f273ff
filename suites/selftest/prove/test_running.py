"""Trials side by side: each ends, whatever its gateway does, and none is lost."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

import pytest

from gateway.core import Gateway
from gateway.faults import FAULTS
from gateway.server import EmbeddedGateway
from suites.command import USAGE_EXIT
from suites.selftest.prove import judges, pairs, running
from suites.selftest.prove.__main__ import asked, main, of, options
from suites.selftest.prove.subjects import HONEST, lawful
from suites.selftest.prove.trial import Said, Subject, Trial, trial


def does(subject: Subject) -> Trial:
    """In place of a trial: what the name says."""
    match subject.name:
        case "sleeps":
            time.sleep(60)
        case "ends":
            os._exit(7)
    return Trial(subject.name, "", Said.HOLDS)


def tried(names: Sequence[str], workers: int = 2) -> dict[str, Trial]:
    wanted = [Subject(name, EmbeddedGateway) for name in names]
    return {each.name: each for each in running.run(wanted, does, workers=workers, seconds=1.0)}


def test_what_does_not_end_is_ended_and_keeps_nobody_waiting() -> None:
    start = time.monotonic()
    found = tried(["sleeps", "a", "b", "c"])
    assert {name: each.said for name, each in found.items()} == {
        "sleeps": Said.HUNG,
        "a": Said.HOLDS,
        "b": Said.HOLDS,
        "c": Said.HOLDS,
    }
    assert list(found)[-1] == "sleeps"
    assert time.monotonic() - start < 30


def test_a_process_that_ends_early_is_broken_and_says_how() -> None:
    found = tried(["ends", "a"], workers=1)
    assert found["ends"].said is Said.BROKEN
    assert "ended with 7" in found["ends"].fault
    assert found["a"].right


def test_who_stops_looking_leaves_no_process_behind() -> None:
    running_now = running.run([Subject("a", EmbeddedGateway), Subject("sleeps", EmbeddedGateway)], does)
    assert next(running_now).name == "a"
    running_now.close()
    assert running.FORK.active_children() == []


def test_the_load_is_gone_when_it_is_over() -> None:
    with running.load():
        assert len(running.FORK.active_children()) == max(2, running.CORES)
    assert running.FORK.active_children() == []


def test_a_gateway_that_does_not_come_up_is_unborn() -> None:
    def serve() -> EmbeddedGateway:
        raise ZeroDivisionError

    found = trial(Subject("none", serve))
    assert (found.said, found.fault) == (Said.UNBORN, "ZeroDivisionError: ")


# --- pairs ------------------------------------------------------------------------------------------------------------


def made(name: str, clause: str, *members: str, base: type[Gateway] = Gateway) -> type[Gateway]:
    """A fault that overrides these members."""
    return type(name, (base,), {"breaks": clause, **dict.fromkeys(members)})


def test_only_faults_that_override_nothing_of_each_other_are_paired() -> None:
    third = made("Third", "size.full", "content")
    faults = {
        "One": made("One", "size.one", "check_size", "echo"),
        "Other": made("Other", "size.over", "check_size"),
        "Same": made("Same", "size.over", "accept"),
        "Third": third,
        "Fourth": made("Fourth", "size.empty", base=third),
    }
    found = {each.members for each in pairs.drawn(99, 1, faults)}
    of_third = {("One", "Third"), ("Other", "Third"), ("Same", "Third")}
    of_fourth = {("Fourth", "One"), ("Fourth", "Other"), ("Fourth", "Same")}
    assert found == {("One", "Same"), *of_third, *of_fourth}


def test_one_seed_draws_the_same_pairs_again_and_all_of_them_can_be_made() -> None:
    found = pairs.drawn(40, 1)
    assert found == pairs.drawn(40, 1) != pairs.drawn(40, 2)
    assert len(set(found)) == 40
    for each in found:
        core = pairs.joined(FAULTS[each.first], FAULTS[each.second])
        assert pairs.overridden(core) == pairs.overridden(FAULTS[each.first]) | pairs.overridden(FAULTS[each.second])


def test_a_pair_is_killed_where_both_clauses_are_found() -> None:
    pair = pairs.Pair("RefusesOne", "SortsTheEcho")
    both = Trial(pair.name, "", Said.VIOLATED, found=("echo.order", "size.one"))
    half = Trial(pair.name, "", Said.VIOLATED, found=("echo.order",))
    alone = Trial("RefusesOne", "size.one", Said.VIOLATED, found=("size.one",))
    assert pair.missed(both) == ()
    assert pair.missed(half) == ("RefusesOne",)
    assert list(pairs.told([(pair, both)], {})) == ["1 of 1 pairs killed; in 0 one fault hides the other"]
    said = list(pairs.told([(pair, half)], {"RefusesOne": alone}))
    assert "HIDDEN RefusesOne + SortsTheEcho: size.one" in said[0]
    assert said[-1] == "0 of 1 pairs killed; in 1 one fault hides the other"


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ([], len(lawful()) + sum(not each.night for each in FAULTS.values())),
        (["--night"], len(lawful()) + sum(each.night for each in FAULTS.values())),
        (["--lawful"], len(lawful())),
        (["--lawful", "--times", "3"], 3 * len(lawful())),
        (["RefusesOne", HONEST, "--times", "3"], 4),
        (["--pairs", "--mutants"], 0),
        (["--from", "trials.jsonl"], 0),
        (["--mutants", "5", "RefusesOne"], 1),
    ],
)
def test_what_is_tried_is_what_was_asked_for(given: list[str], count: int) -> None:
    assert len(asked(options().parse_intermixed_args(given))) == count


def test_of_the_mutants_those_of_one_function_can_be_asked_for() -> None:
    everyone = judges.every()
    some = of(options().parse_intermixed_args(["--of", "the_limit_counts_entries"]), everyone)
    assert {(each.file, each.where) for each in some} == {("contracts/oracles/size.py", "the_limit_counts_entries")}
    assert of(options().parse_intermixed_args([]), everyone) == everyone


WRONG = [
    ["NoSuchFault"],
    ["--times", "0"],
    ["--from", "no/such/file"],
    ["--mutants", "x"],
    ["--oracle-mutants", "1", "--of", "no_such_judge"],
]


@pytest.mark.parametrize("given", WRONG)
def test_wrong_usage_is_exit_4_in_one_sentence(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(given) == USAGE_EXIT == 4
    said = capsys.readouterr()
    assert (said.err.count("\n"), said.out) == (1, "")
