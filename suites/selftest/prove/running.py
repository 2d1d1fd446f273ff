"""Many trials side by side, each in a process of its own that ends in time, whatever its gateway does."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from suites.selftest.prove.subjects import subjects
from suites.selftest.prove.trial import Said, Subject, Trial, plans, trial

FORK = multiprocessing.get_context("fork")
CORES = os.cpu_count() or 1
WORKERS = 2 * CORES
"""A trial waits for more than half of its time."""
SECONDS_MAX = 240.0
"""How long a trial may take; the slowest lawful variant takes 70 s."""

Work = Callable[[Subject], Trial]


@dataclass(frozen=True, slots=True)
class _Running:
    """A trial that has begun."""

    subject: Subject
    process: BaseProcess
    result: Connection
    until: float

    def end(self) -> None:
        """Leave nothing of it behind."""
        self.process.kill()
        self.process.join()
        self.result.close()


def trials(names: Sequence[str]) -> Iterator[Trial]:
    """The trials of the gateways of these names, as they end.

    Raises:
        UnknownError: a name is nobody's.
    """
    return run(subjects(names))


def run(
    wanted: Iterable[Subject], work: Work = trial, *, workers: int = WORKERS, seconds: float = SECONDS_MAX
) -> Generator[Trial]:
    """A trial of each gateway, as they end; one that takes longer than so many seconds is ended.

    Args:
        work: what is done with each, in a process forked for it.
    """
    plans()  # made here, they are there in every fork
    gc.freeze()  # and the collector of a fork does not copy them by looking at them
    waiting, running = deque(wanted), dict[Connection, _Running]()
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                begun = _begin(waiting.popleft(), work, seconds)
                running[begun.result] = begun
            patience = max(0.0, min(each.until for each in running.values()) - time.monotonic())
            ready = wait(list(running), patience)
            now = time.monotonic()
            for each in [each for result, each in running.items() if result in ready or each.until <= now]:
                del running[each.result]
                try:
                    yield _result(each, seconds)
                finally:
                    each.end()
    finally:
        for each in running.values():
            each.end()


def _begin(subject: Subject, work: Work, seconds: float) -> _Running:
    result, sender = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_tried, args=(subject, work, sender), daemon=True)
    process.start()
    sender.close()
    return _Running(subject, process, result, time.monotonic() + seconds)


def _tried(subject: Subject, work: Work, sender: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that ends this one
    sender.send(work(subject))


def _result(each: _Running, seconds: float) -> Trial:
    subject = each.subject
    if not each.result.poll():
        return Trial(subject.name, subject.breaks, Said.HUNG, f"the trial did not end within {seconds:.0f} s")
    try:
        trial_of_it: Trial = each.result.recv()
    except EOFError:
        each.process.join()
        status = each.process.exitcode
        return Trial(subject.name, subject.breaks, Said.BROKEN, f"the process of the trial ended with {status}")
    return trial_of_it


@contextlib.contextmanager
def load() -> Iterator[None]:
    """Keep every core busy with something else, as a shared machine of a CI does."""
    spinning = [FORK.Process(target=_spin, daemon=True) for _ in range(max(2, CORES))]
    for each in spinning:
        each.start()
    try:
        yield
    finally:
        for each in spinning:
            each.kill()
            each.join()


def _spin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        pass
