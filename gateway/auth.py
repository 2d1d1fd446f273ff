"""Who is asking: three headers, one Ed25519 signature, nothing remembered from one request to the next."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from nacl.exceptions import BadSignatureError

from gateway.accounts import Account
from gateway.messages import Request, unauthenticated
from gateway.venue import Call, Venue

KEY_HEADER = "X-PM-Access-Key"
TIMESTAMP_HEADER = "X-PM-Timestamp"
SIGNATURE_HEADER = "X-PM-Signature"
DIGITS = frozenset("0123456789")
LONGEST_TIMESTAMP = 20


@dataclass(frozen=True, slots=True)
class Credentials:
    """The three headers as sent."""

    key_id: str
    timestamp: str
    signature: str


class Authentication(Venue):
    """The seams between a request and the account that signed it."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        """Find out who signed a request, or refuse it."""
        credentials = self.credentials(request)
        account = self.account_of(credentials.key_id)
        self.check_time(credentials, now_ms)
        self.check_signature(account, credentials, request)
        return Call(account, request, now_ms)

    def credentials(self, request: Request) -> Credentials:
        """The three headers, each of them there."""
        return Credentials(
            self.header(request, KEY_HEADER),
            self.header(request, TIMESTAMP_HEADER),
            self.header(request, SIGNATURE_HEADER),
        )

    def header(self, request: Request, name: str) -> str:
        """The one value of a header: with two that differ nobody can say which was meant."""
        match set(request.values(name)):
            case values if len(values) == 1:
                return values.pop()
            case _:
                raise unauthenticated()

    def account_of(self, key_id: str) -> Account:
        """The account that a key id was issued to, letter for letter."""
        account = self._by_key_id.get(key_id)
        if account is None:
            raise unauthenticated()
        return account

    def check_time(self, credentials: Credentials, now_ms: int) -> None:
        """Refuse a timestamp that is no time, or not now."""
        if not self.in_window(self.parse_timestamp(credentials.timestamp), self.clock(now_ms)):
            raise unauthenticated()

    def parse_timestamp(self, text: str) -> int:
        """Unix milliseconds in decimal digits; `int` alone would take signs, spaces, underscores, other scripts."""
        if not DIGITS.issuperset(text) or not 0 < len(text) <= LONGEST_TIMESTAMP or text[0] == "0":
            raise unauthenticated()
        return int(text)

    def clock(self, now_ms: int) -> int:
        """What this gateway takes the time to be."""
        return now_ms + self.settings.clock_offset_ms

    def in_window(self, sent_ms: int, now_ms: int) -> bool:
        """Whether a timestamp is near enough, either side, edges included."""
        return abs(now_ms - sent_ms) <= self.settings.window_ms

    def check_signature(self, account: Account, credentials: Credentials, request: Request) -> None:
        """Refuse a signature that this account's key did not make over this request."""
        signature = self.decode_signature(credentials.signature)
        for path in self.signed_paths(request):
            if self.verify(account, self.signed_text(credentials.timestamp, request.method, path), signature):
                return
        raise unauthenticated()

    def signed_paths(self, request: Request) -> Iterator[str]:
        """The path as sent; and decoded, which is what the official client signs for an id it had to escape."""
        path = request.path
        yield path
        if "%" in path:
            yield unquote_to_bytes(path).decode("utf-8", "surrogateescape")

    def signed_text(self, timestamp: str, method: str, path: str) -> bytes:
        """What has to be signed: timestamp as sent, method, path, nothing between them."""
        return timestamp.encode("latin-1") + (method + path).encode("utf-8", "surrogateescape")

    def decode_signature(self, text: str) -> bytes:
        """Strict base64 of 64 bytes: one spelling for each signature, so encoding again must give the same."""
        try:
            signature = base64.b64decode(text.encode("latin-1"), validate=True)
        except binascii.Error:
            raise unauthenticated() from None
        if len(signature) != 64 or base64.b64encode(signature).decode("ascii") != text:
            raise unauthenticated()
        return signature

    def verify(self, account: Account, text: bytes, signature: bytes) -> bool:
        """RFC 8032, strictly. PyNaCl answers a wrong length with ValueError, anything else with BadSignatureError."""
        try:
            account.verify_key.verify(text, signature)
        except (BadSignatureError, ValueError):
            return False
        return True
