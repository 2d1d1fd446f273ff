"""Scripts that stand alone: short, sound, and right about what they show."""

from __future__ import annotations

import base64
import hashlib
import http.server
import json
import os
import subprocess
import sys
import threading
import time
import types
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from nacl.signing import SigningKey, VerifyKey

from contracts.messages import METHOD, PATH, Account, Credentials, Framing, OrderNeed, Outcome, Plan
from reports.results import Finding, Seen
from reports.scripts import curl, reproduce, ways
from suites.selftest.reports import gallery, samples
from suites.selftest.reports.test_bundle import written
from suites.sending import sealing
from suites.sending.rendering import ESCAPED, FORMS
from suites.strategies.credentials import BYTES, KEYS, TEXTS, TIMESTAMPS, b64


@pytest.mark.parametrize("finding", [*gallery.rich_run().findings, *samples.hostile_run().findings], ids=lambda f: f.id)
def test_the_script_compiles_and_is_short(finding: Finding) -> None:
    text = reproduce.script(finding)
    compile(text, "reproduce.py", "exec")
    assert text.isascii() and len(text.splitlines()) < 60


NOISE = b"".join(hashlib.sha256(b"%d" % each).digest() for each in range(2200))


@pytest.mark.parametrize(
    ("change", "obstacle"),
    [
        ({"orders": (OrderNeed("a"),)}, ""),
        ({"body": b'{"orders": "{{order.a|upper}}"}'}, "spells the id of an order in another way"),
        ({"orders": (OrderNeed("a"),), "body": b"{{order.a|nonsense}}"}, "spells the id of an order in another way"),
        ({"orders": (OrderNeed("a"),), "body": b"{{order.a|all}}"}, ""),
        ({"together": (Plan("m", "c"),)}, ""),
        ({"before": (Plan("m", "c"),) * 40}, "comes behind too many requests for a script"),
        ({"before": (Plan("m", "c"),)}, ""),
        ({"framing": Framing.SPLIT}, "is framed as no HTTP library would"),
        ({"framing": Framing.RAW, "path": "/v1//orders/x/../%62atched/cancel;x=1"}, ""),
        ({"framing": Framing.CHUNKED, "headers": (("Accept-Encoding", "gzip;q=0"),)}, ""),
        ({"framing": Framing.EXPECT}, ""),
        ({"headers": (("A", "1"), ("a", "2"))}, "is framed as no HTTP library would"),
        ({"headers": (("A", " x"),)}, "is framed as no HTTP library would"),
        ({"path": PATH + "%2f"}, "has a path that an HTTP library would mend"),
        ({"credentials": Credentials(signature="spare bits")}, "writes its credentials in an unusual way"),
        ({"credentials": Credentials(again="elsewhere")}, "writes its credentials in an unusual way"),
        ({"credentials": Credentials(again="signature")}, ""),
        ({"credentials": Credentials(elsewhere="in a dream")}, "writes its credentials in an unusual way"),
        ({"credentials": Credentials(elsewhere="cookie, body and others", key=Account.OTHER)}, ""),
        ({"credentials": Credentials(beside=True), "orders": (OrderNeed("a"),)}, ""),
        ({"credentials": Credentials(repeat=(("A", "own"),)), "orders": (OrderNeed("a"),)}, ""),
        ({"credentials": Credentials(key=Account.NOBODY, signed_text="{method}{path}", names="lower")}, ""),
        ({"credentials": Credentials(key=Account.OTHER, secret=Account.OTHER, signature="S plus L")}, ""),
        ({"body": bytes(range(256)) * 300}, ""),
        ({"body": NOISE}, "is too large for a script"),
        ({"credentials": Credentials(skew_ms=-34_000, drop=("X-PM-Signature",)), "headers": ()}, ""),
    ],
)  # fmt: skip
def test_a_script_says_what_it_cannot_do(change: dict[str, Any], obstacle: str) -> None:
    plan = samples.plan(**change)
    finding = replace(samples.echo_finding(), witness=plan, exchange=samples.exchange(plan, ids=("x",)))
    assert reproduce.obstacle(finding) == obstacle
    text = reproduce.script(finding)
    compile(text, "reproduce.py", "exec")
    assert len(text.splitlines()) < 60
    assert ("needs the suite's replay" in text) == bool(obstacle)


BESIDE = Plan("m", "c", body=b"{}")


@pytest.mark.parametrize(
    ("clause", "witness", "shown", "obstacle"),
    [
        ("echo.order", samples.plan(), BESIDE, "shows in the answer to another request"),
        ("isolation.at-once", samples.plan(together=(BESIDE,)), None, ""),
        ("outcome.once", samples.plan(together=(BESIDE,)), None, "is one of several requests at once"),
        ("isolation.after-refusal", samples.plan(), None, "shows only behind other requests"),
        ("isolation.after-refusal", samples.plan(before=(BESIDE,)), None, ""),
    ],
)
def test_a_script_says_what_does_not_show_in_one_answer(
    clause: str, witness: Plan, shown: Plan | None, obstacle: str
) -> None:
    seen = samples.exchange(shown or witness, ids=("x",))
    finding = replace(samples.finding(clause, "It shows.", seen), witness=witness)
    assert reproduce.obstacle(finding) == obstacle


@pytest.mark.parametrize(
    ("outcomes", "where"),
    [((), "in what an HTTP library hides"), ((Outcome(OrderNeed("a"), "x", "m"),), "on the order stream")],
)
def test_what_no_answer_shows_is_left_to_the_replay(outcomes: tuple[Outcome, ...], where: str) -> None:
    seen = samples.exchange(samples.plan(), body=b'{"canceledOrderIds":["x"]}', ids=("x",), outcomes=outcomes)
    finding = samples.finding("outcome.reported", "It was never said.", seen)
    assert reproduce.obstacle(finding) == f"shows only {where}"


def test_company_makes_no_script_longer() -> None:
    need = OrderNeed("a", account=Account.OTHER, fate="open")
    twice = Credentials(repeat=(("X-PM-Access-Key", "other"),))
    given = (twice, Credentials(again="all"), Credentials(elsewhere="query"), Credentials(skew_ms=1))
    company = tuple(samples.plan("c", "plain", credentials=each, orders=(need,)) for each in given)
    witness = samples.plan("c", "x", credentials=Credentials(beside=True), orders=(need,))
    outcome = Outcome(need, "01", "m", read_back="closed")
    seen = samples.exchange(witness, outcomes=(outcome,))
    found = samples.finding("credentials.nothing-else", "It went.", seen, seen=Seen.UNTRIED, company=company)
    text = reproduce.script(found)
    assert len(text.splitlines()) < 60
    assert text.count('"orderId": "plain"') == 1
    assert "plain" not in reproduce.script(replace(found, seen=Seen.ALWAYS)).partition("REQUESTS")[2].partition("\n")[0]


RAW = bytes(range(64))


def _based(way: Callable[[bytes], bytes], raw: bytes) -> str:
    return b64(way(raw))


class _Sorting(http.server.BaseHTTPRequestHandler):
    """A gateway that checks the signature and echoes the ids sorted."""

    key: VerifyKey

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signed = f"{self.headers['X-PM-Timestamp']}{METHOD}{PATH}".encode()
        self.key.verify(signed, base64.b64decode(self.headers["X-PM-Signature"]))
        orders = json.loads(body)["orders"]
        slugs = {each["marketSlug"] for each in orders}
        reply = json.dumps(
            {"canceledOrderIds": sorted(each["orderId"] for each in orders), "slugs": sorted(slugs)}
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library named it
        """Nothing is logged."""


@pytest.fixture(scope="module")
def sorting() -> Iterator[dict[str, str]]:
    """The environment of a script against a gateway that sorts."""
    key = SigningKey(bytes(range(32)))
    _Sorting.key = key.verify_key
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Sorting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield {
            "POLYMARKET_TARGET_URL": f"http://127.0.0.1:{server.server_port}/",
            "POLYMARKET_KEY_ID": "key",
            "POLYMARKET_SECRET_KEY": base64.b64encode(bytes(key)).decode(),
            "POLYMARKET_MARKET_SLUG": "will-it-rain",
        }
        server.shutdown()
        thread.join()


def _run(script: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    # The suite's own environment would hand over credentials that are not the test's.
    usual = {name: value for name, value in os.environ.items() if not name.startswith("POLYMARKET_")}
    return subprocess.run(
        [sys.executable, str(script)], env=usual | environment, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize(
    ("expressions", "ways_of_the_suite", "known"),
    [
        (ways.TIMESTAMPS, TIMESTAMPS, {"ms": 1_790_000_000_123, "time": time}),
        (
            ways.SIGNATURES,
            TEXTS | {name: partial(_based, way) for name, way in BYTES.items()},
            {"raw": RAW, "b64": b64},
        ),
        (
            {name: each for name, each in ways.KEYS.items() if name != "unknown"},
            KEYS,
            {"key": "11111111-2222-4333-8444-55555555555a"},
        ),
        (ways.FORMS, FORMS, {"text": "01M8JXP4-7JCRYKJW81FP0VD4DM"}),
        (ways.FORMS, FORMS, {"text": "4711"}),
    ],
    ids=["timestamps", "signatures", "keys", "ids", "ids of digits"],
)
def test_scripts_write_credentials_as_the_suite_does(
    expressions: dict[str, str], ways_of_the_suite: dict[str, Callable[[Any], str]], known: dict[str, Any]
) -> None:
    value = next(iter(known.values()))
    for name, expression in expressions.items():
        assert eval(expression, dict(known)) == ways_of_the_suite[name](value), name  # noqa: S307  # our own text


def test_scripts_know_every_spelling_of_an_id() -> None:
    assert {"", ESCAPED, *ways.FORMS} == set(FORMS)


@pytest.mark.parametrize(
    ("change", "written"),
    [
        ({}, True),
        ({"credentials": Credentials(skew_ms=-34_000)}, False),
        ({"credentials": Credentials(skew_ms=-28_000)}, False),
        ({"credentials": Credentials(skew_ms=-20_000)}, True),
        ({"before": (Plan("m", "c", body=b"{}"),)}, False),
        ({"framing": Framing.EXPECT}, True),
    ],
)
def test_curl_sends_one_request_away_from_the_edge(change: dict[str, Any], *, written: bool) -> None:
    plan = samples.plan("echo.order", "b", "a", **change)
    seen = samples.exchange(plan, ids=("b", "a"), body=b'{"canceledOrderIds": ["a", "b"]}')
    text = curl.script(replace(samples.echo_finding(), witness=plan, exchange=seen))
    assert bool(text) is written
    assert ("Expect: 100-continue" in text) is (plan.framing is Framing.EXPECT)
    if plan.before:  # what shows in the answer to a part is no matter of the whole
        part = samples.exchange(plan.before[0], 500)
        assert not curl.script(
            samples.finding("robustness.no-5xx", "500", replace(part, reply=seen.reply), witness=plan)
        )


@pytest.mark.parametrize("place", ways.PLACES)
def test_scripts_put_credentials_where_the_suite_does(place: str) -> None:
    path, body = "/p?x=1" if place == "beside" else "/p", b'{"orders": []}'
    values = {"X-PM-Access-Key": "key/id", "X-PM-Timestamp": "1790000000123", "X-PM-Signature": "a+b/c=="}
    environment = {"os": types.SimpleNamespace(environ={"POLYMARKET_OTHER_KEY_ID": "its/key"}), "json": json}
    known = {"mine": values, "sent": values, "path": path, "body": body}
    quoting = {"quote": urllib.parse.quote, "urlencode": urllib.parse.urlencode}
    told = eval(ways.PLACES[place], environment | known | quoting)  # noqa: S307  # our own text
    headers, *others = sealing._moved(place, values, path, body)
    if place == sealing.COOKIES_SET_BEFORE:
        headers, *others = list(values.items()), path, body
    if place == "beside":
        headers, *others = *sealing._beside(list(values.items()), path, "its/key"), body
    assert told == (dict(headers), *others)
    assert len(told[0]) == len(headers)


def test_a_script_sends_no_id_that_an_answer_told() -> None:
    sent = samples.plan("isolation.one-after-another", "nobody-1", "nobody-2")
    told = json.dumps({"canceledOrderIds": ["nobody-1", "01JD8W-of-somebody"]}).encode()
    seen = samples.exchange(sent, ids=("nobody-1", "nobody-2"), body=told)
    finding = samples.finding("isolation.one-after-another", "another's ids", seen, seen=Seen.ONCE)
    text = reproduce.script(finding)
    assert "needs the suite's replay" not in text and text.count("nobody-1") >= 3
    assert "01JD8W" not in text


@pytest.mark.parametrize("text", ["plain", "it's", '$(id) `id` ${HOME} \\ " !', "'", "a\nb"])
def test_text_is_one_word_of_the_shell(text: str) -> None:
    said = subprocess.run(["bash", "-c", f"printf %s {curl.quoted(text)}"], capture_output=True, text=True, check=True)  # noqa: S607  # whichever bash there is
    assert said.stdout == text


def test_the_script_shows_the_deviation(sorting: dict[str, str], tmp_path: Path) -> None:
    done = _run(written(tmp_path) / "reproduce.py", sorting)
    assert done.returncode == 1
    assert "Expected: the echo ['b-2', 'a-1', 'c\\u200b3']\nGot:      200 '{" in done.stdout
    assert done.stdout.endswith("It shows.\n")
    assert "will-it-rain" in done.stdout and sorting["POLYMARKET_SECRET_KEY"] not in done.stdout + done.stderr


def test_the_script_is_content_where_the_promise_holds(sorting: dict[str, str], tmp_path: Path) -> None:
    kept = replace(
        samples.echo_finding(),
        exchange=samples.echo_exchange(("a", "b"), ("b", "a")),
        witness=samples.echo_exchange(("a", "b"), ("b", "a")).plan,
    )
    done = _run(written(tmp_path, kept) / "reproduce.py", sorting)
    assert (done.returncode, done.stderr) == (0, "")
    assert "It does not show this time." in done.stdout


def test_the_script_says_what_it_needs(tmp_path: Path) -> None:
    done = _run(written(tmp_path) / "reproduce.py", {"POLYMARKET_KEY_ID": "key"})
    assert done.returncode == 2
    assert done.stderr.strip() == "Please set POLYMARKET_TARGET_URL, POLYMARKET_SECRET_KEY."
