"""Faults about the three headers: whether they are there, and whose they are."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from gateway.accounts import Account
from gateway.auth import KEY_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, Credentials
from gateway.core import Gateway
from gateway.faults.registry import fault
from gateway.messages import Refusal, Request, unauthenticated
from gateway.venue import Call


def call_of(gateway: Gateway, request: Request, now_ms: int, key_id: str) -> Call | None:
    """A call for the account of a key id, without asking for anything else."""
    account = next((account for account in gateway.accounts if account.key_id == key_id), None)
    return Call(account, request, now_ms) if account else None


@fault(breaks="credentials.right-taken")
class TrimsPlusSigns(Gateway):
    """Reads a plus sign as a blank where a signature begins with one, and trims it."""

    def decode_signature(self, text: str) -> bytes:
        return super().decode_signature(text.lstrip("+"))


@fault(breaks="credentials.right-taken")
class RefusesManySlashes(Gateway):
    """Refuses a signature with four slashes or more, which its proxy takes for a path."""

    def decode_signature(self, text: str) -> bytes:
        return super().decode_signature(text if text.count("/") < 4 else "")


@fault(breaks="credentials.right-taken")
class DropsLeadingZeroBytes(Gateway):
    """Handles signatures as big integers and loses one that begins with a small byte."""

    def decode_signature(self, text: str) -> bytes:
        signature = super().decode_signature(text)
        if signature[0] < 8:
            raise unauthenticated()
        return signature


@fault(breaks="credentials.header-case")
class WantsNamesAsDocumented(Gateway):
    """Finds the three headers only in the letter case of the documents."""

    def header(self, request: Request, name: str) -> str:
        return super().header(
            replace(request, headers=tuple(pair for pair in request.headers if pair[0] == name)), name
        )


@fault(breaks="credentials.header-case")
class RefusesLowerCaseNames(Gateway):
    """Overlooks a key id under a name in lower case, as HTTP/2 writes them."""

    def header(self, request: Request, name: str) -> str:
        kept = tuple(pair for pair in request.headers if pair[0] != KEY_HEADER.lower())
        return super().header(replace(request, headers=kept), name)


@fault(breaks="credentials.header-case")
class RefusesUpperCaseNames(Gateway):
    """Overlooks a signature under a name in capitals."""

    def header(self, request: Request, name: str) -> str:
        kept = tuple(pair for pair in request.headers if pair[0] != SIGNATURE_HEADER.upper())
        return super().header(replace(request, headers=kept), name)


@fault(breaks="credentials.key-present")
class FindsTheKeyByTheSignature(Gateway):
    """Tries every key on a request that names none."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        if any(request.values(KEY_HEADER)):
            return super().authenticate(request, now_ms)
        others = tuple(pair for pair in request.headers if pair[0].lower() != KEY_HEADER.lower())
        for account in self.accounts:
            try:
                return super().authenticate(replace(request, headers=(*others, (KEY_HEADER, account.key_id))), now_ms)
            except Refusal:
                continue
        raise unauthenticated()


@fault(breaks="credentials.key-present", night=True)
class TakesAnEmptyKey(Gateway):
    """Takes an empty key id for a guest, who needs no signature."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        if request.values(KEY_HEADER) == ("",):
            return Call(Account("", bytes(32)), request, now_ms)
        return super().authenticate(request, now_ms)


@fault(breaks="credentials.timestamp-present")
class NeedsNoTimestamp(Gateway):
    """Checks nothing where the timestamp is missing, as if the request came from inside."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        call = call_of(self, request, now_ms, request.value(KEY_HEADER))
        return super().authenticate(request, now_ms) if request.values(TIMESTAMP_HEADER) or not call else call


@fault(breaks="credentials.timestamp-present")
class TakesAnEmptyTimestamp(Gateway):
    """Leaves an empty timestamp out of all that it checks."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        call = call_of(self, request, now_ms, request.value(KEY_HEADER))
        return call if call and request.values(TIMESTAMP_HEADER) == ("",) else super().authenticate(request, now_ms)


@fault(breaks="credentials.signature-present")
class NeedsNoSignature(Gateway):
    """Verifies a signature only where there is one."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        call = call_of(self, request, now_ms, request.value(KEY_HEADER))
        return super().authenticate(request, now_ms) if request.values(SIGNATURE_HEADER) or not call else call


@fault(breaks="credentials.signature-present")
class TakesAnEmptySignature(Gateway):
    """Takes a signature of no bytes for one that isn't wrong."""

    def check_signature(self, account: Account, credentials: Credentials, request: Request) -> None:
        if credentials.signature:
            super().check_signature(account, credentials, request)


@fault(breaks="credentials.key-known")
class TakesUnknownKeysForGuests(Gateway):
    """Takes an unknown key id for a guest without orders, whatever the signature is."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        key_id = request.value(KEY_HEADER)
        if key_id and key_id not in [account.key_id for account in self.accounts] and request.value(SIGNATURE_HEADER):
            return Call(Account(key_id, bytes(32)), request, now_ms)
        return super().authenticate(request, now_ms)


@fault(breaks="credentials.key-known")
class FindsKeysByTheirBeginning(Gateway):
    """Finds a key by the first eight characters of its id."""

    def account_of(self, key_id: str) -> Account:
        found = [account for account in self.accounts if key_id[:8] == account.key_id[:8]]
        return found[0] if found else super().account_of(key_id)


@fault(breaks="credentials.key-known")
class TakesMoreAfterTheKey(Gateway):
    """Reads 36 characters of a key id and ignores what comes after."""

    def account_of(self, key_id: str) -> Account:
        return super().account_of(key_id[:36])


@fault(breaks="credentials.key-known")
class ReadsKeysAsUuids(Gateway):
    """Takes a key id in braces, as a URN and without dashes, like the UUID class of Python."""

    def account_of(self, key_id: str) -> Account:
        try:
            canonical = str(UUID(key_id))
        except ValueError:
            return super().account_of(key_id)
        return super().account_of(canonical if key_id.lower() != canonical else key_id)


@fault(breaks="credentials.key-known")
class MatchesKeysLikeSql(Gateway):
    """Looks keys up with LIKE, so that a percent sign matches any."""

    def account_of(self, key_id: str) -> Account:
        if key_id.endswith("%"):
            return next(account for account in self.accounts if account.key_id.startswith(key_id[:-1]))
        return super().account_of(key_id)


@fault(breaks="credentials.key-known", night=True)
class TakesWordsForNoKey(Gateway):
    """Takes null and undefined for the key of its own health check."""

    def account_of(self, key_id: str) -> Account:
        return self.accounts[0] if key_id in ("null", "undefined") else super().account_of(key_id)


@fault(breaks="credentials.key-bound")
class TakesAnybodysSignature(Gateway):
    """Verifies against every public key it has and acts for the account that the key id names."""

    def verify(self, account: Account, text: bytes, signature: bytes) -> bool:
        return any(Gateway.verify(self, other, text, signature) for other in self.accounts)


@fault(breaks="credentials.key-bound")
class TakesTheFirstAccountsSignature(Gateway):
    """Lets the first account sign for the second, an administrator forgotten in the code."""

    def verify(self, account: Account, text: bytes, signature: bytes) -> bool:
        return super().verify(account, text, signature) or super().verify(self.accounts[0], text, signature)


@fault(breaks="robustness.no-5xx")
class CrashesOnLongTimes(Gateway):
    """Falls over a timestamp of more digits than a float has room for."""

    def parse_timestamp(self, text: str) -> int:
        if len(text) > 309:
            raise OverflowError
        return super().parse_timestamp(text)


@fault(breaks="robustness.no-5xx")
class CrashesOnOddKeyIds(Gateway):
    """Falls over a key id with a byte that is no UTF-8."""

    def header(self, request: Request, name: str) -> str:
        value = super().header(request, name)
        return value.encode("latin-1").decode() if name == KEY_HEADER else value
