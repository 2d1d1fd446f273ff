"""What is signed and how: Ed25519 over timestamp, method and path; time and key are arguments.

Source: the document's security schemes, and RFC 8032 for the signature.
"""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache

from nacl.signing import SigningKey

HEADER_KEY = "X-PM-Access-Key"
HEADER_TIMESTAMP = "X-PM-Timestamp"
HEADER_SIGNATURE = "X-PM-Signature"
HEADERS = (HEADER_KEY, HEADER_TIMESTAMP, HEADER_SIGNATURE)
SEED_BYTES = 32
SECRET_BYTES = 64
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
"""L of RFC 8032, 5.1: the order of the base point."""


def seed_of(secret: str) -> bytes:
    """The 32-byte seed of a base64 secret of 64 bytes (seed and public key) or of 32 (the seed alone).

    Raises:
        ValueError: not base64, another length, or a public key that does not belong to the seed. The message never
            shows the secret.
    """
    try:
        raw = base64.b64decode(secret.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("the secret is not base64") from None
    if len(raw) not in (SEED_BYTES, SECRET_BYTES):
        raise ValueError(f"the secret has {len(raw)} bytes, not {SECRET_BYTES} or {SEED_BYTES}")
    seed = raw[:SEED_BYTES]
    if len(raw) == SECRET_BYTES and bytes(SigningKey(seed).verify_key) != raw[SEED_BYTES:]:
        raise ValueError("the second half of the secret is not the public key of the first")
    return seed


def signed_text(timestamp: str, method: str, path: str) -> bytes:
    """The bytes that are signed: timestamp as sent, method, path without its query, nothing between."""
    return f"{timestamp}{method}{path.partition('?')[0]}".encode("utf-8", "surrogateescape")


def sign(seed: bytes, text: bytes) -> bytes:
    """The 64-byte Ed25519 signature of a text by a 32-byte seed."""
    return _key(seed).sign(text).signature


@lru_cache(maxsize=8)
def _key(seed: bytes) -> SigningKey:
    """The key of a seed: deriving it takes longer than signing does."""
    return SigningKey(seed)
