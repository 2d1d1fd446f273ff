"""What a shell asks of a night while it goes on, by signals."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def asked(stop: Callable[[], None], hang_up: Callable[[], None] | None = None) -> Iterator[None]:
    """Ctrl-C or TERM once: finish what is under way and report. Twice: as without this.

    Only the main thread of a process hears signals; elsewhere nothing is done.

    Args:
        stop: what the first of these does.
        hang_up: what HUP does; without it, as without this.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    stops = (signal.SIGINT, signal.SIGTERM)
    before: dict[signal.Signals, Any] = {each: signal.getsignal(each) for each in (*stops, signal.SIGHUP)}

    def once(_signum: int, _frame: FrameType | None) -> None:
        stop()
        for each in stops:
            signal.signal(each, before[each])

    for each in stops:
        signal.signal(each, once)
    if hang_up is not None:
        signal.signal(signal.SIGHUP, lambda _signum, _frame: hang_up())
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
