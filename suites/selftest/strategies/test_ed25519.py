"""The signatures at Ed25519's edges are what they are called: verified here by arithmetic of the book, in plain Python.

Source of the arithmetic: RFC 8032, 5.1, affine coordinates, every step by its formula.
"""

from __future__ import annotations

import hashlib

import pytest

from contracts.signing import GROUP_ORDER
from suites.nightly import corpora
from suites.sending.sealing import stranger_seed
from suites.strategies import ed25519
from suites.strategies.credentials import BYTES, TEXTS

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int]
IDENTITY: Point = (0, 1)
SEED, TEXT = stranger_seed(b"for this test alone"), b"1764000000000POST/v1/orders/batched/cancel"


def added(one: Point, other: Point) -> Point:
    (x1, y1), (x2, y2) = one, other
    both = D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + both, -1, P)
    return x % P, (y1 * y2 + x1 * x2) * pow(1 - both, -1, P) % P


def times(scalar: int, point: Point) -> Point:
    found = IDENTITY
    while scalar:
        found = added(found, point) if scalar & 1 else found
        point, scalar = added(point, point), scalar >> 1
    return found


def decoded(raw: bytes) -> Point | None:
    """The point, leniently: None only where no x belongs to the y."""
    value = int.from_bytes(raw, "little")
    y, sign = (value & (2**255 - 1)) % P, value >> 255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square:
        return None
    return (P - x if x % 2 != sign and x else x), y


def some(raw: bytes) -> Point:
    point = decoded(raw)
    assert point is not None
    return point


BASE: Point = some((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def verifies(raw: bytes, key: Point, *hashed: bytes, cofactor: int = 1) -> bool:
    """The equation of RFC 8032, 5.1.7, as it is or times 8, the challenge over these texts."""
    challenge = int.from_bytes(hashlib.sha512(b"".join(hashed)).digest(), "little") % GROUP_ORDER
    left = times(int.from_bytes(raw[32:], "little"), BASE)
    right = added(some(raw[:32]), times(challenge, key))
    return times(cofactor, left) == times(cofactor, right)


def test_points_of_small_order_have_that_order() -> None:
    for order, raw in ed25519.SMALL.items():
        point = some(raw)
        assert times(order, point) == IDENTITY
        assert order == 1 or times(order // 2, point) != IDENTITY
    assert decoded(ed25519.OFF_THE_CURVE) is None
    for raw in (ed25519.IDENTITY_PLUS_P, ed25519.IDENTITY_SIGNED):
        assert some(raw) == IDENTITY
        assert raw != ed25519.IDENTITY


@pytest.mark.parametrize("name", ed25519.CONSTRUCTED)
def test_what_is_made_verifies_just_where_it_is_said_to(name: str) -> None:
    made = ed25519.CONSTRUCTED[name](SEED, TEXT)
    public = ed25519.secret_of(SEED)[1]
    key = some(public)
    usual = (made[:32], public, TEXT)
    plain, times_8 = (verifies(made, key, *usual, cofactor=each) for each in (1, 8))
    assert plain == (name == "another nonce")
    assert times_8 == (name == "another nonce" or name.startswith("R plus"))
    others = {
        "by the negated key": verifies(made, (P - key[0], key[1]), *usual),
        "the challenge without the key": verifies(made, key, made[:32], TEXT),
        "Ed25519ph": verifies(
            made, key, ed25519.PREFIX + b"\x01\x00", made[:32], public, hashlib.sha512(TEXT).digest()
        ),
        "Ed25519ctx": verifies(made, key, ed25519.PREFIX + b"\x00\x0apolymarket", *usual),
        "over a digest": verifies(made, key, made[:32], public, hashlib.sha512(TEXT).digest()),
    }
    assert [each for each, right in others.items() if right] == ([name] if name in others else [])


def test_no_two_share_a_nonce() -> None:
    points = [make(SEED, TEXT)[:32] for make in ed25519.CONSTRUCTED.values() for _ in range(3)]
    assert len(set(points)) == len(points)


def test_every_one_is_a_case_of_the_corpus_but_the_gates_own() -> None:
    sent = {case.get("signature") for case in corpora.credentials()}
    assert set(ed25519.CONSTRUCTED) | set(ed25519.FORGED) <= sent | {"another nonce"}
    assert set(ed25519.CONSTRUCTED) <= TEXTS.keys()
    assert set(ed25519.FORGED) <= BYTES.keys()
