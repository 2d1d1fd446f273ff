"""The sweep: what a killed run left is cancelled, what may be somebody else's is named, and nothing else is touched."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.messages import Account
from gateway.core import Gateway
from gateway.server import EmbeddedGateway
from gateway.variants import VARIANTS
from suites.harmless import marks
from suites.harmless.guard import Guard
from suites.harmless.journal import Journal, unfinished
from suites.orders import clearing, reading_back
from suites.orders.clearing import Cleared
from suites.orders.desk import Desk, EntryRefused, Wanted
from suites.orders.sweeping import Swept, first
from suites.orders.sweeping import sweep as swept
from suites.selftest.harmless.places import (
    AnswersWithOrdersOfOthers,
    KeepsEverything,
    OneByOne,
    Place,
    Relisted,
    placed_in,
    unanswered,
)
from suites.sending.pacing import Pace
from suites.sending.transport import Transport

OWN, OTHER = Account.OWN, Account.OTHER


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_back, "YOUNG_SECONDS", 0.3)
    monkeypatch.setattr(clearing, "YOUNG_SECONDS", 0.3)
    monkeypatch.setattr(clearing, "CLEAR_SECONDS", 2.0)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with placed_in(tmp_path) as here:
        yield here


def test_what_was_left_is_cancelled_and_the_journal_gone(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.leave()
    assert len(place.open - place.foreign) == 25
    assert place.main() == 0
    assert place.open == place.foreign
    assert list(place.folder.iterdir()) == []
    url = place.target.url
    said = f"25 orders of earlier runs cancelled and seen closed; nothing of the suite's is left at {url}.\n"
    assert capsys.readouterr().out == said
    assert place.main() == 0
    assert capsys.readouterr().out == f"Nothing of the suite's is left at {url}.\n"


def test_the_next_run_sweeps_first_and_says_so(place: Place) -> None:
    place.leave(3)
    assert list(first(place.target, 0)) == ["3 orders that an earlier run had left in the market were cancelled first."]
    assert list(first(place.target, 0)) == []
    assert place.open == place.foreign


def test_a_living_run_keeps_its_orders(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.leave(5)
    ((path, _),) = unfinished(place.folder)
    held = Journal.claim(path, {account: key.id for account, key in place.target.keys.items()})
    assert held is not None
    assert place.sweep() == Swept(living=1)
    assert len(place.open - place.foreign) == 5
    assert place.main() == 0
    assert "1 run that goes on" in capsys.readouterr().out
    held.close()


def test_the_journals_of_other_targets_are_left_alone_and_named(place: Place) -> None:
    place.leave(4)
    elsewhere = replace(place.target, url="http://127.0.0.1:9")
    assert swept(elsewhere, 0) == Swept(others=(place.target.url,))
    assert len(place.open - place.foreign) == 4


@pytest.mark.parametrize(
    "name", ["NoStream", "PendingCancelFirst", "NumbersItsOrders", "PlacesOneByOne", "RefusesOrdersThatExpire"]
)
def test_lawful_gateways_of_other_kinds_are_swept_as_well(name: str, tmp_path: Path) -> None:
    with placed_in(tmp_path, VARIANTS[name]()) as place:
        place.leave()
        assert place.sweep() == Swept(25)
        assert place.open == place.foreign
    assert list(tmp_path.iterdir()) == []


# --- requests without an answer ---------------------------------------------------------------------------------------


def test_orders_of_a_request_without_an_answer_are_found_by_their_mark(tmp_path: Path) -> None:
    """The others' orders differ from them in nothing else."""
    with unanswered(tmp_path) as (place, core):
        place.leave(3)
        core.dies = True
        place.leave(20)
        core.dies = False
        assert len(place.open - place.foreign) == 19  # the request of the other account was not made any more
        assert place.sweep() == Swept(19)
        assert place.open == place.foreign
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "hides", [("goodTillTime",), ("goodTillTime", "price"), ("price",), ("quantity",), ("marketSlug",)]
)
def test_orders_that_do_not_show_their_mark_are_named_and_not_touched(
    hides: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with unanswered(tmp_path, hides=hides) as (place, core):
        core.dies = True
        place.leave(4)
        core.dies = False
        before = place.open
        assert place.main() == 6
        assert place.open == before
        said = capsys.readouterr().out
        assert "A request for 4 orders in " in said
        assert "was never answered, and what it may have placed can't be told from other orders" in said
        assert f"tox run -e sweep -- --target-url {place.target.url}" in said
        ((path, _),) = unfinished(tmp_path)
        assert str(path) in said


def test_a_request_that_never_arrived_leaves_nothing_to_do(place: Place) -> None:
    """And nothing is known too early: what is on its way may still arrive."""
    keys = {account: key.id for account, key in place.target.keys.items()}
    journal = Journal(place.folder, place.target.url, keys)
    journal.intend(OWN, [place.target.markets[0]] * 3, "0.01", 1, marks.drawn())
    journal.close()
    start = time.monotonic()
    assert place.sweep() == Swept()
    assert time.monotonic() - start >= 0.2
    assert list(place.folder.iterdir()) == []
    assert place.open == place.foreign


def test_what_a_request_without_an_answer_placed_is_cleared_by_its_own_run_too(tmp_path: Path) -> None:
    with unanswered(tmp_path) as (place, core):
        core.dies = True
        target = replace(place.target, journal=None)
        guard = Guard(target)
        transport = Transport(target, Pace(0), lambda _: None, guard)
        desk = Desk(transport.call, target, guard)
        with pytest.raises(EntryRefused, match="order entry answered nothing"):
            desk.place([Wanted(OWN, target.markets[0])] * 5)
        core.dies = False
        assert len(place.open - place.foreign) == 5  # and not ten: it was not sent again
        assert desk.clear() == Cleared(5)
        assert place.open == place.foreign
        transport.close()


# --- what can't be done -----------------------------------------------------------------------------------------------


def test_other_keys_prove_nothing_by_what_they_do_not_show(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.leave(5)
    key, secret = place.variables["POLYMARKET_OTHER_KEY_ID"], place.variables["POLYMARKET_OTHER_SECRET_KEY"]
    strange = {"POLYMARKET_KEY_ID": key, "POLYMARKET_SECRET_KEY": secret}
    nobody = {"POLYMARKET_OTHER_KEY_ID": "", "POLYMARKET_OTHER_SECRET_KEY": ""}
    assert place.main(**(strange | nobody)) == 6
    said = capsys.readouterr().out
    assert "4 own orders could not be seen to be closed" in said
    assert "They were placed with other keys than those that are set" in said
    assert len(place.open - place.foreign) == 4  # the fifth was the other account's, whose keys these are
    assert place.main() == 0
    assert place.open == place.foreign


def test_without_the_second_account_its_orders_are_named(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.leave(10)
    assert place.main(POLYMARKET_OTHER_KEY_ID="", POLYMARKET_OTHER_SECRET_KEY="") == 6
    said = capsys.readouterr().out
    assert "2 own orders could not be seen to be closed" in said
    assert "set POLYMARKET_OTHER_KEY_ID and POLYMARKET_OTHER_SECRET_KEY" in said
    assert place.main() == 0


def test_what_the_target_does_not_cancel_is_named_with_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with placed_in(tmp_path, KeepsEverything()) as place:
        place.leave(2)
        assert place.main() == 6
        said = capsys.readouterr().out
        assert all(each in said for each in place.open - place.foreign)
        assert f"try again with: tox run -e sweep -- --target-url {place.target.url}" in said
        assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("core", [OneByOne, Relisted])
def test_faulty_gateways_are_swept_as_far_as_they_can_be(core: type[Gateway], tmp_path: Path) -> None:
    with placed_in(tmp_path, core()) as place:
        place.leave(6)
        assert place.sweep() == Swept(6)
        assert place.open == place.foreign


def test_an_answer_that_names_somebody_elses_order_makes_it_not_ours(tmp_path: Path) -> None:
    with placed_in(tmp_path, AnswersWithOrdersOfOthers()) as place:
        target = place.target
        journal = Journal(place.folder, target.url, {account: key.id for account, key in target.keys.items()})
        guard = Guard(target, journal)
        transport = Transport(target, Pace(0), lambda _: None, guard)
        desk = Desk(transport.call, target, guard)
        desk.open_ids(OWN)  # as a run does before anything else
        with pytest.raises(EntryRefused, match="without 3 new ids"):
            desk.place([Wanted(OWN, target.markets[0])] * 3)
        assert desk.clear() == Cleared(3)
        assert place.open == place.foreign
        transport.close()
        journal.close()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_journal_is_named(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    (place.folder / "mine.ndjson").write_text("my notes\n")
    place.leave(2)
    assert place.main() == 6
    assert f"{place.folder / 'mine.ndjson'} can't be read as a journal" in capsys.readouterr().out
    assert place.open == place.foreign
    assert (place.folder / "mine.ndjson").read_text() == "my notes\n"


# --- usage ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "variables", "says"),
    [
        ([], {"POLYMARKET_TARGET_URL": ""}, "no target is given"),
        (["--target-url", "ftp://x"], {}, "http:// or https://"),
        (["--rate", "-1"], {}, "--rate"),
        (["--everything"], {}, "unrecognized arguments"),
        ([], {"POLYMARKET_SECRET_KEY": ""}, "POLYMARKET_SECRET_KEY is not set"),
    ],
)
def test_wrong_usage_is_exit_4_in_a_sentence(
    arguments: list[str], variables: dict[str, str], says: str, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.leave(1)
    assert place.main(*arguments, **variables) == 4
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert says in printed.err
    assert len(place.open - place.foreign) == 1


def test_without_a_target_the_unfinished_ones_are_named(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.leave(1)
    assert place.main(POLYMARKET_TARGET_URL="") == 4
    assert f"unfinished are journals of {place.target.url}" in capsys.readouterr().err


def test_a_target_that_is_gone_is_exit_6_and_the_journal_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    core = Gateway()
    with EmbeddedGateway(core, port=port) as server:
        place = Place(server, tmp_path)
        place.leave(2)
    assert place.main() == 6
    assert "gave no answer (refused: nobody listens there); check the URL" in capsys.readouterr().err
    with EmbeddedGateway(core, port=port):
        assert place.main() == 0
    assert place.open == frozenset()


def test_no_key_is_printed(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.leave(3)
    place.main()
    place.main(POLYMARKET_OTHER_KEY_ID="x")
    printed = capsys.readouterr()
    secrets: list[Any] = [value for name, value in place.variables.items() if "KEY" in name]
    assert not [each[:8] for each in secrets if each in printed.out + printed.err]
