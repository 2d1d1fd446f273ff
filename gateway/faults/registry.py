"""How a fault is declared and found by its name, and what many of them ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from gateway.core import BATCHED_CANCEL, Gateway
from gateway.messages import Json, Refusal, Request

Fault = TypeVar("Fault", bound=type[Gateway])

FAULTS: dict[str, type[Gateway]] = {}
"""Every fault by its name: one class, one sentence, one overridden method, one clause."""


def fault(*, breaks: str, night: bool = False) -> Callable[[Fault], Fault]:
    """Enter a class into the cabinet under the clause that it breaks.

    Args:
        breaks: the id of the clause.
        night: whether the gate has no request for it: each would cost one of its own, and hardly anybody builds it.
    """

    def enter(cls: Fault) -> Fault:
        if cls.__name__ in FAULTS:
            raise ValueError(f"there are two faults named {cls.__name__}")
        cls.breaks, cls.night = breaks, night
        FAULTS[cls.__name__] = cls
        return cls

    return enter


def is_batched_cancel(request: Request) -> bool:
    """Whether a request is for the route under test; a fault leaves the others alone."""
    return request.path == BATCHED_CANCEL


def refuses(check: Callable[[], object]) -> bool:
    """Whether an honest check says no."""
    try:
        check()
    except Refusal:
        return True
    return False


def raw_entries(document: Json) -> list[Json]:
    """What stands under `orders`, if anything does."""
    orders = document.get("orders") if isinstance(document, dict) else None
    return orders if isinstance(orders, list) else []
