"""Faults that let in by another door than the three headers, or by two headers where one is meant."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qs

from gateway.accounts import Account
from gateway.auth import KEY_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, Credentials
from gateway.core import Gateway
from gateway.faults.credentials import call_of
from gateway.faults.registry import fault
from gateway.messages import Request
from gateway.venue import Call

NAMES = (KEY_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER)


@fault(breaks="credentials.nothing-else")
class ReadsCredentialsFromTheQuery(Gateway):
    """Takes the three headers from the query, where every log keeps them."""

    def credentials(self, request: Request) -> Credentials:
        query = {name.lower(): values for name, values in parse_qs(request.query).items()}
        found = [query[name.lower()][0] for name in NAMES if name.lower() in query]
        return Credentials(*found) if len(found) == len(NAMES) else super().credentials(request)


@fault(breaks="credentials.nothing-else")
class ReadsCredentialsFromCookies(Gateway):
    """Takes a cookie with a key id for a session."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        cookies = " ".join(request.values("Cookie"))
        named = next((account for account in self.accounts if account.key_id in cookies), None)
        return Call(named, request, now_ms) if named else super().authenticate(request, now_ms)


@fault(breaks="credentials.nothing-else")
class ActsForTheAccountInTheQuery(Gateway):
    """Verifies the three headers, and then acts for the account that the query names."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        call = super().authenticate(request, now_ms)
        return call_of(self, request, now_ms, parse_qs(request.query).get("account", [""])[0]) or call


@fault(breaks="credentials.nothing-else")
class ActsForTheAccountInAHeader(Gateway):
    """Verifies the three headers, and then acts for the account that another header names."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        call = super().authenticate(request, now_ms)
        return call_of(self, request, now_ms, request.value("X-Account-Id")) or call


@fault(breaks="credentials.nothing-else")
class TakesABearer(Gateway):
    """Takes a key id in Authorization for proof enough."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        call = call_of(self, request, now_ms, request.value("Authorization").removeprefix("Bearer "))
        return call or super().authenticate(request, now_ms)


@fault(breaks="credentials.nothing-else")
class TrustsForwardedLoopback(Gateway):
    """Trusts a request that says it was forwarded for the machine itself."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        local = request.value("X-Forwarded-For").startswith(("127.", "10.", "::1"))
        call = call_of(self, request, now_ms, request.value(KEY_HEADER)) if local else None
        return call or super().authenticate(request, now_ms)


@fault(breaks="credentials.nothing-else")
class ReadsCredentialsFromTheBody(Gateway):
    """Takes the key id from the body where the header is missing, and then needs no signature."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        try:
            document = json.loads(request.body)
        except (ValueError, RecursionError):
            document = None
        named = [value for value in document.values() if isinstance(value, str)] if isinstance(document, dict) else []
        call = next(filter(None, (call_of(self, request, now_ms, value) for value in named)), None)
        return call if call and not request.values(SIGNATURE_HEADER) else super().authenticate(request, now_ms)


@fault(breaks="credentials.nothing-else")
class VerifiesTheOriginalUrl(Gateway):
    """Verifies against X-Original-URL where a request brings one, so that any signature of the key opens any route."""

    def check_signature(self, account: Account, credentials: Credentials, request: Request) -> None:
        target = request.value("X-Original-URL") or request.value("X-Rewrite-URL") or request.target
        super().check_signature(account, credentials, replace(request, target=target))


@fault(breaks="credentials.nothing-else", night=True)
class TakesUnderscoresInHeaderNames(Gateway):
    """Takes X_PM_Signature for X-PM-Signature, which filters in front of it don't know."""

    def header(self, request: Request, name: str) -> str:
        headers = tuple((key.replace("_", "-"), value) for key, value in request.headers)
        return super().header(replace(request, headers=headers), name)


@fault(breaks="credentials.differing-headers")
class VerifiesTheFirstActsForTheLast(Gateway):
    """Verifies the first of two keys and acts for the last."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        keys = request.values(KEY_HEADER)
        if len(keys) < 2:
            return super().authenticate(request, now_ms)
        others = tuple(pair for pair in request.headers if pair[0].lower() != KEY_HEADER.lower())
        call = super().authenticate(replace(request, headers=(*others, (KEY_HEADER, keys[0]))), now_ms)
        return replace(call, account=self.account_of(keys[-1]))


@fault(breaks="credentials.differing-headers")
class TimesTheFirstVerifiesTheLast(Gateway):
    """Looks at the first of two timestamps for its age, and at the last for its signature."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        stamps = request.values(TIMESTAMP_HEADER)
        if len(set(stamps)) < 2:
            return super().authenticate(request, now_ms)
        others = tuple(pair for pair in request.headers if pair[0].lower() != TIMESTAMP_HEADER.lower())
        self.check_time(Credentials("", stamps[0], ""), now_ms)
        credentials = self.credentials(replace(request, headers=(*others, (TIMESTAMP_HEADER, stamps[-1]))))
        account = self.account_of(credentials.key_id)
        self.check_signature(account, credentials, request)
        return Call(account, request, now_ms)


@fault(breaks="credentials.differing-headers", night=True)
class TakesAListOfSignatures(Gateway):
    """Takes two signatures that differ for a list, and a list is never false."""

    def authenticate(self, request: Request, now_ms: int) -> Call:
        several = len(set(request.values(SIGNATURE_HEADER))) > 1
        call = call_of(self, request, now_ms, request.value(KEY_HEADER)) if several else None
        return call or super().authenticate(request, now_ms)


@fault(breaks="credentials.nothing-else")
class TrustsAVerifiedClient(Gateway):
    """Takes the word of a header that TLS has verified the client."""

    def check_signature(self, account: Account, credentials: Credentials, request: Request) -> None:
        if request.value("X-SSL-Client-Verify") != "SUCCESS":
            super().check_signature(account, credentials, request)
