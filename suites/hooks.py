"""Our judges and our signing under `schemathesis run`: a hook module for somebody who has Schemathesis already.

    # schemathesis.toml, in the suite's folder
    hooks = "suites.hooks"
    generation.with-security-parameters = false

    POLYMARKET_KEY_ID=... POLYMARKET_SECRET_KEY=... schemathesis run contracts/orders.openapi.yaml --url https://...

Every promise of the catalogue is a check, named as its clause with underscores (`echo_order`); one that a case could
not have broken says nothing. A case is labelled by our own reading of its body. Requests are signed when its own
pacing (`--rate-limit`) is over, the moment before they leave, and the signature is taken off again before Schemathesis
sees what was sent: none is in its reports, curl lines and caches.
"""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Callable
from typing import Any

import requests
import schemathesis

from contracts.catalogue import clauses
from contracts.document import read
from contracts.messages import METHOD, PATH, Account, Exchange, History, Label, Plan, Reply, Request, Status
from contracts.oracles import ORACLES
from contracts.oracles.disclosure import MASKS
from contracts.signing import HEADERS
from suites.sending import sealing
from suites.sending.clock import Clock
from suites.strategies.batches import asked, bad, plan
from suites.target import ENV_KEYS, Target, UsageError, key_of

REMEMBERED_MAX = 500
"""Exchanges that a judge may compare with: a run of Schemathesis can be endless."""
MASKED = "[masked]"
SIZES = {1: "size.one", 20: "size.full"}


def _target() -> Target:
    """The account of the environment; the URL is Schemathesis' own business.

    Raises:
        UsageError: the variables are not there, or are no key.
    """
    own = key_of(os.environ, Account.OWN)
    if own is None:
        raise UsageError(f"set {' and '.join(ENV_KEYS[Account.OWN])}: every request is signed with them")
    return Target("", {Account.OWN: own})


class Signed(requests.auth.AuthBase):
    """Signs a request when it is about to leave, and takes the credentials off when its answer is there."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._last = 0
        self.clock = Clock()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the three headers, made now."""
        path = request.path_url
        sealed = sealing.seal(
            Plan("", "", method=request.method or "", path=path), self._target, self._now(), path, b""
        )
        request.headers.update(sealed.headers)
        shown = sealing.signature_spellings(sealed.signature)
        request.hooks["response"].append(lambda reply, **_: self._seen(reply, shown))
        return request

    def _now(self) -> int:
        """The server's clock in ms, never the same twice."""
        with self._lock:
            self._last = max(self._last + 1, int(time.time() * 1000 + self.clock.offset))
            return self._last

    def _seen(self, reply: requests.Response, signatures: tuple[str, ...]) -> None:
        veil(reply.request)
        now = time.time() * 1000
        with self._lock:
            date = reply.headers.get("Date")
            self.clock = self.clock.told_by(date, now - reply.elapsed.total_seconds() * 1000, now)
        if "event-stream" in reply.headers.get("Content-Type", ""):
            return  # it may never end, and nothing of this API is one
        spelt = sealing.spellings(self._target.keys[Account.OWN])
        masks = dict.fromkeys(signatures, MASKS["signature"]) | dict.fromkeys(spelt["secret"], MASKS["secret"])
        masks |= dict.fromkeys(spelt["key"], MASKS["own-key"])
        content = reply.content
        for spelling, mask in masks.items():
            content = content.replace(spelling.encode(), mask.encode())
        reply._content = content  # noqa: SLF001  # an answer that shows a secret must not reach a report with it


def veil(request: requests.PreparedRequest) -> None:
    """Mask the credentials of a request that was sent, before anything reports it."""
    for name in HEADERS:
        request.headers[name] = MASKED


class Bench:
    """Makes exchanges of Schemathesis' cases and has them judged."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._seen: list[Exchange] = []
        self._last: tuple[object, Exchange, History] | None = None

    def verdict(self, clause: str, response: schemathesis.Response, case: schemathesis.Case[Any]) -> str:
        """What breaks a clause, in a sentence; empty where nothing does."""
        with self._lock:
            if self._last is None or self._last[0] is not response:
                plan = _plan(response, case)
                if plan is None:
                    return ""
                exchange = _exchange(next(self._numbers), plan, response)
                self._seen = [*self._seen[1 - REMEMBERED_MAX :], exchange]
                self._last = response, exchange, History.of(tuple(self._seen))
            _, exchange, history = self._last
        verdict = ORACLES[clause](exchange, history)
        return verdict.message if verdict is not None and verdict.status is Status.FAILED else ""


def _plan(response: schemathesis.Response, case: schemathesis.Case[Any]) -> Plan | None:
    """A case as a plan, by our own reading of its body; None where it is no batch of JSON on our path at all.

    What is wrong with a body is named once: where several things are, by the first of them.
    """
    sent = response.request
    media = (sent.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    if (
        sent.method != METHOD
        or sent.path_url.rpartition(PATH)[1:] != (PATH, "")
        or media not in ("", "application/json")
    ):
        return None
    body = _body(sent)
    reading = read(body)
    name = f"schemathesis-{case.id}"
    if reading.label is Label.UNLAWFUL:
        return bad(f"{reading.breaks[0]}/{name}", body, kind=f"a body that breaks {reading.breaks[0]}")
    if reading.label is Label.OPEN:
        return asked(f"{reading.asks[0]}/{name}", body, kind="a body drawn from the schema")
    count = len(reading.ids or ())
    return plan(f"{SIZES.get(count, 'size.between')}/{name}", body, kind=f"a batch of {count}")


def _body(sent: requests.PreparedRequest) -> bytes:
    return sent.body.encode() if isinstance(sent.body, str) else sent.body or b""


def _exchange(number: int, plan: Plan, response: schemathesis.Response) -> Exchange:
    sent = response.request
    reading = read(plan.body)
    headers = tuple((name, value) for name, values in response.headers.items() for value in values)
    elapsed_ms = response.elapsed * 1000
    return Exchange(
        number=number,
        plan=plan,
        request=Request(METHOD, sent.path_url, tuple(sent.headers.items()), plan.body or b"", Account.OWN, 0),
        reply=Reply(response.status_code, headers, response.content),
        sent_ms=int(time.time() * 1000 - elapsed_ms),
        elapsed_ms=elapsed_ms,
        ids=None if "shape.which-member" in reading.asks else reading.ids,
    )


def _check(clause: str, bench: Bench) -> Callable[..., None]:
    def check(_context: object, response: schemathesis.Response, case: schemathesis.Case[Any]) -> None:
        message = bench.verdict(clause, response, case)
        if message:
            raise AssertionError(f"{clauses()[clause].says}\n\n{message}\n\n{clauses()[clause].effect}")

    check.__name__ = check.__qualname__ = clause.replace(".", "_").replace("-", "_")
    check.__doc__ = clauses()[clause].says
    return check


def _register() -> None:
    """Register what this module is for; Schemathesis imports it once.

    Raises:
        UsageError: there is no key to sign with.
    """
    signed, bench = Signed(_target()), Bench()

    def before_call(_context: object, _case: object, kwargs: dict[str, Any]) -> None:
        kwargs["auth"] = signed  # of this call alone: an auth provider would sign the curl lines in the reports, too

    def after_network_error(_context: object, _case: object, request: requests.PreparedRequest) -> None:
        veil(request)

    def after_load_schema(_context: object, schema: Any) -> None:
        schema.config.checks.ignored_auth.enabled = False  # sends again past our signing, and would call it unsigned

    schemathesis.hook("after_load_schema")(after_load_schema)
    schemathesis.hook("before_call")(before_call)
    schemathesis.hook("after_network_error")(after_network_error)
    for clause in clauses().values():
        if clause.gates:
            schemathesis.check(_check(clause.id, bench))


_register()
