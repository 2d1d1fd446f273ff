"""The frameworks: how a gateway on each is served, which of its habits break which promise, and what the gate says.

A habit is what the framework or its language does unasked, or what its guide shows: nothing here was broken on purpose.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from gateway.accounts import Account
from reports.results import RunResult
from suites import gate
from suites.conclusion import Circumstances, conclude
from suites.conduct import conduct
from suites.run import Options, Run
from suites.selftest.house.tree import ROOT
from suites.target import in_this_process

HOST = "127.0.0.1"
MARKETS = "market-one,market-two,market-three"
GOODBYE_SECONDS = 10
PYTHON = (sys.executable, "-m")
ROOM = "suites.selftest.second"


@dataclass(frozen=True, slots=True)
class Framework:
    """One framework with a careless and a careful gateway on it."""

    command: tuple[str, ...]
    """What starts it; `{fd}` stands for the number of the socket that it is to serve."""
    habits: Mapping[str, str]
    """Clauses that the careless gateway breaks, and the habit that does it."""
    beside: Mapping[str, str]
    """Clauses that may be named as well, and why."""
    node: bool = False
    streams: bool = False
    """Whether it has an order stream; what became of orders can be read back from all of them."""
    variables: Mapping[str, str] = field(default_factory=dict)


LENIENT = "base64 is decoded without what is no base64"
FRAMEWORKS = {
    "FastAPI": Framework(
        (*PYTHON, f"{ROOM}.fastapi_gateway"),
        habits={
            "reply.refused": "422 for a body that does not fit its model",
            "reply.unauthorized": "422 for a header that is missing, or is no integer",
            "credentials.signature-encoding": LENIENT,
            "window.future-outside": "a difference without abs()",
            "window.unit": "likewise",
            "window.form": "likewise",
            "shape.not-json": "Python's JSON has NaN and Infinity",
            "robustness.no-5xx": "Python's JSON has lone surrogates, and UTF-8 can't answer with them",
        },
        beside={"credentials.covers-timestamp": "what is verified is the integer and not the text; not seen yet"},
        streams=True,
    ),
    "Django": Framework(
        (*PYTHON, "gunicorn", f"{ROOM}.django_gateway:application", "--bind", "fd://{fd}", "--no-control-socket"),
        habits={
            "shape.id-string": "a CharField makes a string of a number",
            "shape.slug-string": "likewise",
            "reply.media-type": "a page for whoever accepts text/html",
            "reply.json": "likewise",
            "reply.unauthorized": "403 where an authentication names no scheme",
            "credentials.signature-encoding": LENIENT,
            "robustness.no-5xx": "int() and fromtimestamp() of whatever comes; JSON too deep for Python",
            "disclosure.internals": "DEBUG = True",
            "disclosure.secrets": "likewise: the page of an error shows local variables",
            "routing.chunked": "a body is read as far as a Content-Length says",
            "echo.odd-strings": "a CharField trims",
            "outcome.exact-id": "likewise",
            "echo.any-state": "likewise: the id of an order comes back without its blank",
        },
        beside={"shape.repeated-member": "of two members the one that counts may be a number"},
        variables={"DJANGO_SETTINGS_MODULE": f"{ROOM}.django_settings"},
    ),
    "Express": Framework(
        ("node", "express_gateway.mjs"),
        habits={
            "shape.id-string": "whatever is no falsehood is taken",
            "shape.slug-string": "likewise",
            "shape.not-utf-8": "bytes that are not UTF-8 are replaced",
            "wholeness.shape-without-effect": "one loop checks and cancels",
            "wholeness.size-without-effect": "the limit is checked behind it",
            "credentials.timestamp-present": "parseInt makes NaN, and no comparison with NaN is true",
            "credentials.covers-path": "originalUrl has the query",
            "credentials.signature-encoding": LENIENT,
            "window.future-outside": "a difference without abs()",
            "window.unit": "likewise",
            "window.form": "likewise",
            "window.not-a-number": "parseInt makes NaN, and reads digits as far as there are any",
            "robustness.no-5xx": "members of undefined; an object has a constructor",
            "disclosure.internals": "NODE_ENV is not production: an error shows its stack",
        },
        beside={
            "wholeness.position": "a bad entry is taken wherever it stands",
            "wholeness.credentials-without-effect": "an order went with a bad batch; no stream tells when",
            "reply.form": "what was taken for an id is echoed",
        },
        node=True,
    ),
    "Fastify": Framework(
        ("node", "fastify_gateway.mjs"),
        habits={
            "shape.id-string": "Ajv makes strings of numbers, booleans, null, and arrays of one",
            "shape.slug-string": "likewise",
            "shape.not-utf-8": "bytes that are not UTF-8 are replaced",
            "reply.unauthorized": "400 for a header that does not fit its schema",
            "credentials.signature-encoding": LENIENT,
            "robustness.no-5xx": "an object has a constructor",
        },
        beside={
            "wholeness.position": "a bad entry is taken wherever it stands",
            "shape.repeated-member": "of two members the one that counts may be a number",
            "wholeness.shape-without-effect": "it has none: without a stream, plans that share an order are all blamed",
            "credentials.covers-timestamp": "what is verified is the integer and not the text; not seen yet",
        },
        node=True,
    ),
}


@contextmanager
def served(framework: Framework, form: str, folder: Path, accounts: tuple[Account, Account]) -> Iterator[str]:
    """The URL of a gateway while it is served.

    Args:
        framework: what it is written on.
        form: `careless` or `careful`.
        folder: where Node's gateways lie with what they import.
        accounts: its customers.
    """
    keys = {each.key_id: base64.b64encode(bytes(each.verify_key)).decode() for each in accounts}
    with socket.create_server((HOST, 0)) as listener:  # before the gateway is there: who asks too early waits
        fd = listener.fileno()
        own = {
            "KEYS": json.dumps(keys),
            "MARKETS": MARKETS,
            "FORM": form,
            "LISTEN_FD": str(fd),
            "PYTHONPATH": str(ROOT),
        }
        inherited = {name: value for name, value in os.environ.items() if name != "NODE_ENV"}
        process = subprocess.Popen(
            [word.format(fd=fd) for word in framework.command],
            cwd=folder if framework.node else ROOT,
            env={**inherited, **framework.variables, **own},
            pass_fds=[fd],
            stdin=subprocess.DEVNULL,
        )
        url = f"http://{HOST}:{listener.getsockname()[1]}"
    try:
        yield url
    finally:
        process.terminate()
        try:
            process.wait(GOODBYE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


def opinion(framework: Framework, form: str, folder: Path) -> RunResult:
    """What the gate says of a gateway.

    Raises:
        UnusableError: it was not served.
    """
    own, other = accounts = Account.fresh(), Account.fresh()
    described = {
        "POLYMARKET_KEY_ID": own.key_id,
        "POLYMARKET_SECRET_KEY": own.secret_key,
        "POLYMARKET_OTHER_KEY_ID": other.key_id,
        "POLYMARKET_OTHER_SECRET_KEY": other.secret_key,
        "POLYMARKET_MARKET_SLUG": MARKETS,
    }
    started = datetime.now(UTC)
    with served(framework, form, folder, accounts) as url:
        run = Run(in_this_process(url, described), Options(rate=0))
        conduct(run, gate.plans(1))
    return conclude(run, Circumstances(), started)
