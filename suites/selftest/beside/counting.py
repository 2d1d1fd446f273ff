"""Requests counted where they arrive, and which of them a number is: the same for whoever sends them."""

from __future__ import annotations

import threading
from bisect import bisect_right

from gateway.core import Gateway
from gateway.faults import FAULTS
from gateway.messages import Reply, Request

CASE_HEADER = "X-Schemathesis-TestCaseId"


class Counting(Gateway):
    """A gateway that remembers when each request came, and of which case of Schemathesis' it is."""

    def __init__(self) -> None:
        super().__init__()
        self.limit = 0
        """After so many requests it is `full`; 0 for never."""
        self.full = threading.Event()
        self._came_ms: list[int] = []
        self._cases: dict[str, int] = {}

    def handle(self, request: Request, now_ms: int) -> Reply:
        """Answer a request as the gateway does that is counted."""
        self._came_ms.append(now_ms)
        for case in request.values(CASE_HEADER):
            self._cases.setdefault(case, len(self._came_ms))
        if len(self._came_ms) == self.limit:
            self.full.set()
        return super().handle(request, now_ms)

    @property
    def requests(self) -> int:
        """How many came."""
        return len(self._came_ms)

    def number_of(self, case: str) -> int:
        """Which request was the first of a case, from 1.

        Raises:
            KeyError: none came.
        """
        return self._cases[case]

    def number_at(self, moment_ms: float) -> int:
        """How many had come by a moment, in Unix milliseconds."""
        return bisect_right(self._came_ms, moment_ms)


def counted(fault: str) -> Counting:
    """The gateway with a fault, counted; the honest one where the name is empty."""
    bases = (Counting, FAULTS[fault]) if fault else (Counting,)
    core: type[Counting] = type("Counted", bases, {"breaks": ""})
    return core()
