"""A signature that an answer shows is found, whichever of the last minutes' it is and however it is written."""

from __future__ import annotations

import hashlib

import pytest

from suites.sending import masking, sealing
from suites.sending.masking import Shown
from suites.strategies.credentials import b64


def signature(number: int) -> str:
    """Sixty-four bytes in base64, another for each number."""
    return b64(hashlib.sha512(str(number).encode()).digest())


def test_a_signature_of_long_ago_is_found_in_every_spelling() -> None:
    known = Shown()
    for number in range(500):
        known.remember(signature(number))
    for spelling in sealing.signature_spellings(signature(7)):
        for text in (spelling, f'{{"by":"{spelling}"}}', f"sig={spelling}&x=1", "x" * 99 + spelling + "x" * 99):
            assert spelling in known.found_in(text), text


def test_what_was_not_signed_is_not_found() -> None:
    known = Shown()
    known.remember(signature(1))
    assert known.found_in(f"{signature(2)} {'x' * 5_000} {signature(1)[:40]}") == ()


def test_only_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masking, "REMEMBERED", 3)
    known = Shown()
    for number in range(5):
        known.remember(signature(number))
    assert [bool(known.found_in(signature(number))) for number in range(5)] == [False, False, True, True, True]
