"""What a shell asks of a night while it goes on, by signals."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from suites.nightly.night import Night


@contextmanager
def asked(night: Night) -> Iterator[None]:
    """Ctrl-C or TERM once: finish what is under way and report. Twice: as without this. HUP: what the care makes of it.

    Only the main thread of a process hears signals; elsewhere nothing is done.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    stops = (signal.SIGINT, signal.SIGTERM)
    before: dict[signal.Signals, Any] = {each: signal.getsignal(each) for each in (*stops, signal.SIGHUP)}

    def stop(_signum: int, _frame: FrameType | None) -> None:
        night.stopping = True
        for each in stops:
            signal.signal(each, before[each])

    for each in stops:
        signal.signal(each, stop)
    care = night.options.care
    if care is not None and care.rereads:
        signal.signal(signal.SIGHUP, lambda _signum, _frame: care.ask())
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
