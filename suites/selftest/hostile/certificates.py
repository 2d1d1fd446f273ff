"""A certificate for loopback that signed itself, made anew each time: no key of ours lies in the repository."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta

from nacl.signing import SigningKey

ED25519 = bytes.fromhex("300506032b6570")
KEY_HEAD = bytes.fromhex("302e020100300506032b657004220420")
"""RFC 8410: a private key of 32 bytes follows."""
LOOPBACK = bytes((127, 0, 0, 1))


def _der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body)
    length = bytes([size]) if size < 128 else bytes([0x82]) + size.to_bytes(2)
    return bytes([tag]) + length + body


def _extension(oid: str, critical: bytes, value: bytes) -> bytes:
    return _der(0x30, bytes.fromhex(oid), critical, _der(0x04, value))


def self_signed(days: int = 1) -> str:
    """Key and certificate of 127.0.0.1, its own authority, in PEM; with negative days it ran out that long ago."""
    key = SigningKey.generate()
    public = bytes(key.verify_key)
    now = datetime.now(UTC)
    first, last = sorted((now - timedelta(days=3), now + timedelta(days=days)))
    name = _der(0x30, _der(0x31, _der(0x30, bytes.fromhex("0603550403"), _der(0x0C, b"a hostile target"))))
    dates = _der(0x30, *(_der(0x17, f"{each:%y%m%d%H%M%SZ}".encode()) for each in (first, last)))
    always = bytes.fromhex("0101ff")
    mark = hashlib.sha256(public).digest()[:20]
    extensions = _der(
        0x30,
        _extension("0603551d13", always, _der(0x30, always)),  # an authority
        _extension("0603551d0f", always, bytes.fromhex("03020284")),  # for signatures and for certificates
        _extension("0603551d0e", b"", _der(0x04, mark)),
        _extension("0603551d23", b"", _der(0x30, _der(0x80, mark))),
        _extension("0603551d11", b"", _der(0x30, _der(0x87, LOOPBACK))),
    )
    public_key = _der(0x30, ED25519, _der(0x03, b"\0", public))
    version, serial = _der(0xA0, _der(0x02, b"\2")), _der(0x02, b"\1")
    told = _der(0x30, version, serial, ED25519, name, dates, name, public_key, _der(0xA3, extensions))
    signed = _der(0x30, told, ED25519, _der(0x03, b"\0", key.sign(told).signature))
    return _pem("PRIVATE KEY", KEY_HEAD + bytes(key)) + _pem("CERTIFICATE", signed)


def _pem(what: str, data: bytes) -> str:
    return f"-----BEGIN {what}-----\n{base64.encodebytes(data).decode()}-----END {what}-----\n"
