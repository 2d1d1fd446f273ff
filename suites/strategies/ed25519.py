"""Ed25519 at its edges, by construction: signatures that some verifiers take and others don't, and none should mistake.

Each is made with the own secret, for nobody else could: from the seed and the text, with a nonce drawn anew. A nonce
that others know would give the secret away to whoever sees the signature (S = r + k a), so whatever asks for one, such
as an R of small order with its S, is not made here: see the table in `suites/corpus/README.md`.
"""

from __future__ import annotations

import hashlib
import secrets as randomness
from collections.abc import Callable
from functools import partial

import nacl.bindings as sodium

from contracts.signing import GROUP_ORDER

IDENTITY = bytes([1]) + bytes(31)
ORDER_2 = bytes([0xEC]) + b"\xff" * 30 + bytes([0x7F])
ORDER_4 = bytes(32)
ORDER_8 = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
SMALL = {1: IDENTITY, 2: ORDER_2, 4: ORDER_4, 8: ORDER_8}
"""A point of each small order, as RFC 8032 writes points."""
IDENTITY_PLUS_P = bytes([0xEE]) + b"\xff" * 30 + bytes([0x7F])
"""The identity with p + 1 for its y, which RFC 8032, 5.1.3, forbids."""
IDENTITY_SIGNED = bytes([1]) + bytes(30) + bytes([0x80])
"""The identity with the sign of an x that is 0, which it forbids as well."""
OFF_THE_CURVE = bytes([2]) + bytes(31)
"""No x belongs to this y."""
PREFIX = b"SigEd25519 no Ed25519 collisions"
"""The beginning of dom2, RFC 8032, section 2."""

Made = Callable[[bytes, bytes], bytes]
"""Of seed and text, 64 bytes."""


def secret_of(seed: bytes) -> tuple[int, bytes]:
    """The secret scalar and the public point of a seed (RFC 8032, 5.1.5)."""
    clamped = bytearray(hashlib.sha512(seed).digest()[:32])
    clamped[0] &= 248
    clamped[31] = (clamped[31] & 127) | 64
    return int.from_bytes(clamped, "little"), sodium.crypto_sign_seed_keypair(seed)[0]


def times_base(scalar: int) -> bytes:
    """A multiple of the base point."""
    return sodium.crypto_scalarmult_ed25519_base_noclamp((scalar % GROUP_ORDER).to_bytes(32, "little"))


def _hashed(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % GROUP_ORDER


def _joined(point: bytes, response: int) -> bytes:
    return point + (response % GROUP_ORDER).to_bytes(32, "little")


def _nonce() -> int:
    return randomness.randbelow(GROUP_ORDER - 1) + 1


def another_nonce(seed: bytes, text: bytes, torsion: bytes = IDENTITY) -> bytes:
    """A signature that no deterministic library makes: its nonce is random (RFC 8032, 5.1.6, r drawn, not derived).

    Args:
        torsion: a point of small order that is added to R. Then the equation holds only times 8, as RFC 8032 lets
            verifiers ask, and not as it is, as it lets them ask as well.
    """
    scalar, public = secret_of(seed)
    nonce = _nonce()
    point = sodium.crypto_core_ed25519_add(times_base(nonce), torsion)
    return _joined(point, nonce + _hashed(point, public, text) * scalar)


def negated_key(seed: bytes, text: bytes) -> bytes:
    """Right for the key with the other sign: for who drops the sign of a point."""
    scalar, public = secret_of(seed)
    nonce = _nonce()
    point = times_base(nonce)
    return _joined(point, nonce - _hashed(point, public, text) * scalar)


def without_key(seed: bytes, text: bytes) -> bytes:
    """Schnorr's own challenge, without the public key: for who forgets it."""
    scalar, _ = secret_of(seed)
    nonce = _nonce()
    point = times_base(nonce)
    return _joined(point, nonce + _hashed(point, text) * scalar)


def in_a_domain(flag: int, context: bytes) -> Made:
    """The two other schemes of RFC 8032: prehashed (flag 1, over SHA-512 of the text), and with a context (flag 0)."""
    domain = PREFIX + bytes([flag, len(context)]) + context

    def made(seed: bytes, text: bytes) -> bytes:
        scalar, public = secret_of(seed)
        text = hashlib.sha512(text).digest() if flag else text
        nonce = _nonce()
        point = times_base(nonce)
        return _joined(point, nonce + _hashed(domain, point, public, text) * scalar)

    return made


def of_the_digest(seed: bytes, text: bytes) -> bytes:
    """A plain signature over SHA-512 of the text: prehashed by hand."""
    return another_nonce(seed, hashlib.sha512(text).digest())


CONSTRUCTED: dict[str, Made] = {
    "another nonce": another_nonce,
    "R plus a point of order 2": partial(another_nonce, torsion=ORDER_2),
    "R plus a point of order 4": partial(another_nonce, torsion=ORDER_4),
    "R plus a point of order 8": partial(another_nonce, torsion=ORDER_8),
    "by the negated key": negated_key,
    "the challenge without the key": without_key,
    "Ed25519ph": in_a_domain(1, b""),
    "Ed25519ctx": in_a_domain(0, b"polymarket"),
    "over a digest": of_the_digest,
}
"""By the names that plans use."""
FORGED: dict[str, bytes] = {
    **{f"a point of order {order} and S zero": point + bytes(32) for order, point in SMALL.items() if order > 1},
    "the identity as p + 1 and S zero": IDENTITY_PLUS_P + bytes(32),
    "the identity with a sign and S zero": IDENTITY_SIGNED + bytes(32),
    "R off the curve": OFF_THE_CURVE + bytes(32),
}
"""What needs no secret, by the names that plans use."""
