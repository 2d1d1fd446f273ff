"""The server's clock as its answers tell it, and the pace at which requests leave."""

from __future__ import annotations

import email.utils
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suites.sending.clock import UNKNOWN_MS, Clock
from suites.sending.pacing import Pace

START = 1_790_000_000_000


def date_of(ms: float) -> str:
    """The header of a server whose clock says so: whole seconds, cut."""
    return email.utils.formatdate(ms // 1000, usegmt=True)


ANSWERS = st.lists(st.tuples(st.integers(0, 600_000), st.integers(0, 2_000), st.floats(0, 1)), min_size=1, max_size=30)


@given(st.integers(-40_000, 40_000), ANSWERS)
def test_the_true_offset_is_within_the_bounds_of_an_honest_date(
    offset: int, answers: list[tuple[int, int, float]]
) -> None:
    clock = Clock()
    for told, (at, elapsed, moment) in enumerate(sorted(answers), start=1):
        sent, read = START + at, START + at + elapsed
        clock = clock.told_by(date_of(sent + elapsed * moment + offset), sent, read)
        assert clock.low <= offset <= clock.high
        assert clock.high - clock.low <= 1000 + min(each[1] for each in sorted(answers)[:told])
        assert clock.told == told


@given(st.text())
def test_any_date_is_read_or_ignored(date: str) -> None:
    assert Clock().told_by(date, START, START).told in (0, 1)


@pytest.mark.parametrize("date", [None, "", "now", "1790000000", "Mon, 99 Foo 2026 99:99:99 GMT"])
def test_a_date_that_can_not_be_read_tells_nothing(date: str | None) -> None:
    assert Clock().told_by(date, START, START) == Clock()


def test_nothing_is_known_at_first() -> None:
    assert (Clock().low, Clock().high, Clock().offset) == (-UNKNOWN_MS, UNKNOWN_MS, 0)


def test_a_clock_that_was_set_replaces_what_was_known() -> None:
    clock = Clock().told_by(date_of(START), START, START)
    moved = clock.told_by(date_of(START + 30_000), START, START)
    assert 29_000 <= moved.offset <= 31_000
    assert moved.told == 2


def test_a_clock_that_was_measured_by_the_window_hears_no_date() -> None:
    measured = Clock(4_500, 5_500, told=1, fixed=True)
    assert measured.told_by(date_of(START), START, START) is measured


def counted(pace: Pace, seconds: float, lanes: int) -> int:
    """How many requests leave in so many seconds."""
    sent: list[float] = []
    end = time.monotonic() + seconds

    def lane() -> None:
        while time.monotonic() < end:
            pace.wait()
            sent.append(time.monotonic())

    threads = [threading.Thread(target=lane) for _ in range(lanes)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sum(moment <= end for moment in sent)


@pytest.mark.parametrize("lanes", [1, 3])
def test_eighteen_a_second_leave_however_many_ask(lanes: int) -> None:
    assert 16 <= counted(Pace(18), 1.0, lanes) <= 20


def test_without_a_limit_nothing_waits() -> None:
    pace, start = Pace(0), time.monotonic()
    for _ in range(10_000):
        pace.wait()
    assert time.monotonic() - start < 0.5


def test_a_pause_holds_everybody_up() -> None:
    pace = Pace(1000)
    pace.wait()
    pace.pause(0.3)
    start = time.monotonic()
    pace.wait()
    assert 0.25 <= time.monotonic() - start < 1


def test_several_at_once_are_waited_for_together() -> None:
    pace, start = Pace(100), time.monotonic()
    pace.wait()
    pace.wait(10)
    pace.wait()
    assert 0.1 <= time.monotonic() - start < 0.5
