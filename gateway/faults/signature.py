"""Faults about the signature itself: its bytes and their spelling."""

from __future__ import annotations

import base64
import binascii
import re

from nacl.signing import SigningKey

from gateway.accounts import Account
from gateway.auth import Credentials
from gateway.core import Gateway
from gateway.faults.registry import fault, refuses
from gateway.memory import Memory
from gateway.messages import Request, unauthenticated

GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493


def made_here(account: Account, text: bytes) -> bytes:
    """The one signature that the account's key makes by itself, as a careless gateway recomputes it."""
    return bytes(SigningKey(account.seed).sign(text).signature)


def plain_bytes(text: str) -> bytes:
    """Base64 of any length, strictly."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise unauthenticated() from None


@fault(breaks="credentials.signature-altered")
class IgnoresTheSecondHalfOfS(Gateway):
    """Compares 48 bytes of the signature with one of its own, the size of a field that is too short."""

    def verify(self, account: Account, text: bytes, signature: bytes) -> bool:
        return super().verify(account, text, signature) or made_here(account, text)[:48] == signature[:48]


@fault(breaks="credentials.signature-altered", night=True)
class IgnoresTheSignOfR(Gateway):
    """Takes R with its highest bit either way."""

    def verify(self, account: Account, text: bytes, signature: bytes) -> bool:
        flipped = signature[:31] + bytes([signature[31] ^ 0x80]) + signature[32:]
        return super().verify(account, text, signature) or super().verify(account, text, flipped)


@fault(breaks="credentials.signature-altered")
class TakesZeros(Gateway):
    """Takes a signature of 64 zero bytes, the psychic paper of careless verifiers."""

    def verify(self, account: Account, text: bytes, signature: bytes) -> bool:
        return not any(signature) or super().verify(account, text, signature)


@fault(breaks="credentials.signature-altered", night=True)
class TakesHalvesInEitherOrder(Gateway):
    """Takes S before R as well as R before S."""

    def verify(self, account: Account, text: bytes, signature: bytes) -> bool:
        swapped = signature[32:] + signature[:32]
        return super().verify(account, text, signature) or super().verify(account, text, swapped)


@fault(breaks="credentials.signature-altered")
class RemembersTheBeginningOfSignatures(Gateway):
    """Keeps good signatures in a cache under their first 16 bytes, and asks no further where it finds them."""

    good = Memory(set[tuple[str, bytes]])

    def verify(self, account: Account, text: bytes, signature: bytes) -> bool:
        if (account.key_id, signature[:16]) in self.good:
            return True
        verified = super().verify(account, text, signature)
        if verified:
            self.good.add((account.key_id, signature[:16]))
        return verified


@fault(breaks="credentials.signature-length")
class CutsLongSignatures(Gateway):
    """Reads 64 bytes of a longer signature."""

    def decode_signature(self, text: str) -> bytes:
        return super().decode_signature(base64.b64encode(plain_bytes(text)[:64]).decode())


@fault(breaks="credentials.signature-length")
class DropsZerosAtTheEnd(Gateway):
    """Takes a signature with zero bytes after it."""

    def decode_signature(self, text: str) -> bytes:
        signature = plain_bytes(text)
        padded = len(signature) > 64 and not any(signature[64:])
        return signature[:64] if padded else super().decode_signature(text)


@fault(breaks="credentials.signature-length")
class ComparesThePartThatIsThere(Gateway):
    """Compares a shorter signature with as much of its own, 16 bytes at least."""

    def check_signature(self, account: Account, credentials: Credentials, request: Request) -> None:
        text = self.signed_text(credentials.timestamp, request.method, request.path)
        beginning = b"" if refuses(lambda: plain_bytes(credentials.signature)) else plain_bytes(credentials.signature)
        if not (16 <= len(beginning) < 64 and made_here(account, text).startswith(beginning)):
            super().check_signature(account, credentials, request)


@fault(breaks="credentials.signature-encoding")
class IgnoresOtherCharacters(Gateway):
    """Drops characters that are not base64, as Python does unless told not to."""

    def decode_signature(self, text: str) -> bytes:
        return super().decode_signature(re.sub(r"[^A-Za-z0-9+/=\s_-]", "", text))


@fault(breaks="credentials.signature-encoding")
class IgnoresTextAfterThePadding(Gateway):
    """Reads base64 up to its padding and ignores the rest."""

    def decode_signature(self, text: str) -> bytes:
        return super().decode_signature(text[:88])


@fault(breaks="credentials.signature-encoding", night=True)
class UndoesPercentEncoding(Gateway):
    """Takes %2B, %2F and %3D for the characters that they stand for in an address."""

    def decode_signature(self, text: str) -> bytes:
        return super().decode_signature(text.replace("%2B", "+").replace("%2F", "/").replace("%3D", "="))


@fault(breaks="credentials.signature-encoding", night=True)
class TakesQuotes(Gateway):
    """Takes a signature in double quotes."""

    def decode_signature(self, text: str) -> bytes:
        return super().decode_signature(text.strip('"'))


@fault(breaks="credentials.signature-encoding", night=True)
class TakesAScheme(Gateway):
    """Takes a word and a colon or an equals sign in front of the signature."""

    def decode_signature(self, text: str) -> bytes:
        return super().decode_signature(re.sub(r"^[A-Za-z0-9-]{1,10}[:=]", "", text) if len(text) > 88 else text)


@fault(breaks="credentials.signature-range")
class ReducesS(Gateway):
    """Reduces S by the group order before it verifies, so that each signature has twins."""

    def verify(self, account: Account, text: bytes, signature: bytes) -> bool:
        s = int.from_bytes(signature[32:], "little") % GROUP_ORDER
        return super().verify(account, text, signature[:32] + s.to_bytes(32, "little"))


@fault(breaks="credentials.any-valid")
class WantsItsOwnSignature(Gateway):
    """Signs the request itself and compares, so that no other valid signature is taken."""

    def verify(self, account: Account, text: bytes, signature: bytes) -> bool:
        return made_here(account, text) == signature
