"""What a gateway keeps from request to request: the honest one nothing, lawful ones a little, faulty ones too much."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Memory(Generic[T]):
    """State that a gateway keeps between requests, made anew for each."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: object, owner: type) -> T:
        # Not a data descriptor: from the first look on, the instance's own attribute is found instead.
        value: T = instance.__dict__.setdefault(self._name, self._make())
        return value
