"""Draws the next round in another process, while this one is sent: drawing takes as long as sending does.

What is drawn depends on the key and the shares alone. The process gets neither keys nor answers.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from types import TracebackType
from typing import Self

from contracts.messages import Plan

NAMES = (
    "batches",
    "sizes",
    "malformed",
    "names",
    "members",
    "odd-ids",
    "repeats",
    "texts",
    "credentials",
    "moments",
    "routes",
    "framings",
    "recombined",
    "behind",
    "remembered",
    "twice",
    "again",
    "crowds",
    "schema-positive",
    "schema-negative",
)
"""Of the streams, in the order in which they are tried first; named here, for to import them takes a second."""
SLOT_PLANS = 10
"""Plans of one slot."""

Drawn = list[tuple[str, Plan]]
"""Each plan with the name of its stream."""


def draw(key: str, picks: Mapping[str, int]) -> Drawn:
    """The plans of a round, streams mixed, so that a round that is cut short is of all kinds."""
    from suites.nightly import streams  # noqa: PLC0415  # see `night`

    found = [
        (name, plan)
        for name, slots in picks.items()
        for plan in streams.STREAMS[name](f"{key}/{name}", slots * SLOT_PLANS)
    ]
    random.Random(key).shuffle(found)  # noqa: S311  # to be repeated, not to be unguessable
    return found


def _make_ready() -> None:
    """Import what draws, which takes a second, while the gate's list is sent."""
    from suites.nightly import streams  # noqa: F401, PLC0415  # see `night`


def _serve() -> None:
    """Leave Ctrl-C, which reaches all processes of a terminal, to the one that sends; end where that is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


class Drawer:
    """The other process, and what it was asked for; where there may be none, a round is drawn when it is wanted."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        alone = bool(multiprocessing.current_process().daemon)  # as a worker of a fleet is
        self._pool = None if alone else ProcessPoolExecutor(1, mp_context=context, initializer=_serve)
        self._asked: dict[str, Future[Drawn]] = {}
        if self._pool is not None:
            self._pool.submit(_make_ready)

    def ask(self, key: str, picks: Mapping[str, int]) -> None:
        """Begin to draw a round."""
        if self._pool is not None:
            self._asked[key] = self._pool.submit(draw, key, dict(picks))

    def take(self, key: str, picks: Mapping[str, int]) -> Drawn:
        """The plans of a round, asked for before or now."""
        if key not in self._asked:
            self.ask(key, picks)
        asked = self._asked.pop(key, None)
        return asked.result() if asked is not None else draw(key, picks)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
