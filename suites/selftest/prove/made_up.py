"""Trials made up for the tests of what is counted from them."""

from __future__ import annotations

from suites.selftest.prove.trial import Exposure, Said, Trial


def killed(name: str, clause: str, first: int, *plans: str, beside: tuple[str, ...] = ()) -> Trial:
    """A fault that was found by its own clause, by these plans."""
    exposed = (Exposure(clause, first, plans),)
    return Trial(name, clause, Said.VIOLATED, found=(clause, *beside), requests=9, first=first, exposed=exposed)


def missed(name: str, clause: str, *found: str) -> Trial:
    """A fault that was not."""
    return Trial(name, clause, Said.VIOLATED if found else Said.HOLDS, found=found, requests=9)


def lawful(name: str, said: Said = Said.HOLDS, *messages: str) -> Trial:
    """A lawful gateway."""
    return Trial(name, "", said, requests=9, messages=messages)
