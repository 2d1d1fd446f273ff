"""Doors as Hypothesis strategies: credentials right or wrong in one way, moments, methods, paths, media types, framing.

What is right and what is wrong is said by the corpus (`suites/corpus/credentials.toml`) and the catalogue; chance
chooses the way of writing, the moment and the batch that it comes with.
"""

from __future__ import annotations

import string
import urllib.parse
from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import strategies as st

from contracts.messages import JSON_TYPE, PATH, WINDOW_MS, Account, Credentials, Framing, Label, Plan
from suites.credentials import SPOOFS, UNAUTHORIZED
from suites.harmless.guard import SPELT
from suites.nightly import corpora
from suites.nightly.bodies import CHANCE
from suites.reply import BY_THE_WAY
from suites.routing import OVERRIDES, REDIRECTED_OR_REFUSED, REFUSED
from suites.strategies.batches import body_of, by, entry, for_any_account
from suites.window import MARGIN_MS

YEARS_MS = 40 * 365 * 86_400_000
METHODS = (
    "GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "post", "Post", "pOST", "POSTS", "POS", "POST2", "CANCEL",
    "PURGE", "LINK", "SEARCH", "QUERY", "PROPFIND", "REPORT", "LOCK", "MKCOL", "BREW", "X", "POST_", "POST-", "DEBUG",
    "TRACK",
)  # fmt: skip
SAYING_A_METHOD = (*OVERRIDES, "X-Original-Method", "X-Forwarded-Method")
QUERIES = (
    "x=1", "callback=f", "jsonp=f", "debug=1", "pretty", "fields=", "format=xml", "alt=text", "async=true", "dry_run=1",
    "limit=1", "orders=[]", "_method=GET", "lang=de",
)  # fmt: skip
"""What servers and frameworks read in a query without being told to by the document."""
STEPS = PATH.strip("/").split("/")
PARTS = ("{timestamp}", "{method}", "{path}")
RIGHT_TEXT = "".join(PARTS)
SIGNED_METHODS = ("GET", "PUT", "DELETE", "PATCH", "post", "Post", "HEAD", "OPTIONS", "POST ", " POST", "P")
SIGNED_PATHS = (
    "/v1/orders/batched", "/v1/orders", "/v1/orders/open/cancel", "/v1/ws/private", PATH + "/", PATH.upper(),
    "/" + PATH, PATH[1:], PATH + "?", PATH + "#", "/api" + PATH, PATH.replace("/v1", ""), PATH.replace("/v1", "/v2"),
    "", "/", "*", PATH.replace("/batched", "//batched"), PATH.replace("batched", "%62atched"), PATH + " ", PATH[:-1],
    PATH + "s", PATH.replace("/cancel", ""), "/v1/orders/batched/modify", "/v1/order/nobody/cancel", PATH + "?x=1",
)  # fmt: skip


def lawful(count: int = 1) -> bytes:
    """A plain batch of so many."""
    return body_of([entry(f"nobody-{n}") for n in range(count)])


def _plan(clause: str, kind: str, **more: Any) -> Plan:
    return Plan(name=f"{clause}/", clause=clause, kind=kind, body=more.pop("body", lawful()), **more)


def _wrong(clause: str, kind: str, credentials: Credentials, **more: Any) -> Plan:
    fixed = {"label": Label.UNLAWFUL, "answers": UNAUTHORIZED, **more}
    return _plan(clause, kind, credentials=credentials, **fixed)


@st.composite
def credentials(draw: st.DrawFn) -> Plan:
    """Credentials that are wrong in one way, or right in an unusual one."""
    chance = draw(CHANCE)
    what = chance.choice(("written", "written", "bit", "moment", "method", "path", "text", "right", "spoofed", "none"))
    if what == "written":
        plan = corpora.plan_of(chance.choice(corpora.credentials()))
    elif what == "bit":
        at = chance.randrange(512)
        plan = _wrong(
            "credentials.signature-altered", "a signature with one bit changed", Credentials(signature=f"bit {at}")
        )
    elif what == "moment":
        off = chance.choice((chance.choice((-1, 1, -1000, 1000)), chance.randint(2, 25_000)))
        kind = "a signature for another moment in the window"
        plan = _wrong("credentials.covers-timestamp", kind, Credentials(signed_skew_ms=off))
    elif what == "method":
        method = chance.choice(SIGNED_METHODS)
        plan = _wrong("credentials.covers-method", f"a signature for {method!a}", Credentials(signed_method=method))
    elif what == "path":
        path = chance.choice(SIGNED_PATHS)
        plan = _wrong("credentials.covers-path", f"a signature for the path {path}", Credentials(signed_path=path))
    elif what == "text":
        plan = _signed_over(chance)
    elif what == "spoofed":
        some = chance.sample(SPOOFS, chance.randint(1, 3))
        kind = "a wrong signature, but headers that say who one is"
        altered = Credentials(signature="first bit of S")
        plan = _wrong("credentials.nothing-else", kind, altered, headers=(JSON_TYPE, *some))
    elif what == "none":
        gone = chance.choice(tuple(HEADERS))
        empty = chance.choice((None, ""))
        again = () if empty is None else ((gone, empty),)
        text = RIGHT_TEXT if gone != "X-PM-Timestamp" else "{method}{path}"
        kind = f"a request without {gone}" if empty is None else f"an empty {gone}"
        plan = _wrong(HEADERS[gone], kind, Credentials(drop=(gone,), repeat=again, signed_text=text))
    else:
        case = chance.choice(("lower", "upper", "mixed", "canonical"))
        signature = chance.choice(("base64", "another nonce"))
        clause = "credentials.header-case" if case != "canonical" else "credentials.any-valid"
        kind = f"header names in {case} case" if case != "canonical" else "a valid signature"
        plan = _plan(clause, kind, credentials=Credentials(names=case, signature=signature))
    return by(plan, Account.OTHER) if for_any_account(plan) and chance.randrange(2) else plan


def wrong_alone(found: Plan) -> bool:
    """Whether credentials are wrong, whoever's they are: another account's are a matter of ownership."""
    wanted = found.credentials
    return found.label is Label.UNLAWFUL and wanted.key is wanted.secret is not Account.NOBODY and not wanted.repeat


HEADERS = {
    "X-PM-Access-Key": "credentials.key-present",
    "X-PM-Timestamp": "credentials.timestamp-present",
    "X-PM-Signature": "credentials.signature-present",
}


def _signed_over(chance: Random) -> Plan:
    """Any other order of the three parts, some of them left out, and any other text between them or behind."""
    text = RIGHT_TEXT + chance.choice(("", "", "{body}", "\n", "\0", " "))
    while text == RIGHT_TEXT:
        some = chance.sample(PARTS, chance.randint(1, len(PARTS)))
        text = chance.choice(("", "", "\n", " ", ".", ":", "|", ",", "\t", "/")).join(some)
        text += chance.choice(("", "", "\n", " ", "{body}"))
    kind = "a signature over other parts, or parts in another order"
    return _wrong(_covered(text), kind, Credentials(signed_text=text))


def _covered(text: str) -> str:
    """The clause that a signature over this text breaks: the first of the three parts that it leaves out."""
    missing = [each for each in PARTS if each not in text]
    return f"credentials.covers-{missing[0].strip('{}')}" if len(missing) == 1 else "credentials.signed-text"


@st.composite
def moments(draw: st.DrawFn) -> Plan:
    """A timestamp well inside the 30 seconds, or well outside, by any distance; never near the edge."""
    chance = draw(CHANCE)
    sign = chance.choice((-1, 1))
    side, where = ("past", "behind") if sign < 0 else ("future", "ahead of")
    if chance.randrange(2):
        return _plan(
            f"window.{side}-inside",
            f"a timestamp within 28 s {where} the clock",
            credentials=Credentials(skew_ms=sign * draw(INSIDE)),
        )
    skew = draw(OUTSIDE)
    kind = f"a timestamp {'minutes' if skew < 600_000 else 'long'} {where} the clock"
    return _wrong(f"window.{side}-outside", kind, Credentials(skew_ms=sign * max(skew, WINDOW_MS + MARGIN_MS)))


INSIDE = st.integers(0, WINDOW_MS - MARGIN_MS)
OUTSIDE = (
    st.integers(WINDOW_MS + MARGIN_MS, 120_000)
    | st.sampled_from((60, 120, 300, 3600, 7200, 86_400, 604_800, 2_592_000, 31_536_000)).map(lambda s: 1000 * s + 1000)
    | st.sampled_from((2**31, 2**32, 2**31 + 2000, 2**32 - 1500, 2**32 + 2000, 2**31 * 1000 // 1_000_000))
    | st.integers(WINDOW_MS + MARGIN_MS, YEARS_MS)
)


@st.composite
def routes(draw: st.DrawFn) -> Plan:
    """Other methods, other paths with a wrong signature, the media type in other letters, other framing."""
    chance = draw(CHANCE)
    what = chance.choice(("method", "path", "query", "media", "framing", "headers", "bounded"))
    if what == "method":
        unknown = "X" + "".join(chance.choices(string.ascii_uppercase, k=chance.randint(3, 9)))
        method = chance.choice((chance.choice(METHODS), unknown))
        answers = (*range(200, 300), *REFUSED) if method == "OPTIONS" else REFUSED
        kind = f"the method {method}" if method in METHODS else "a method that nobody knows"
        says = chance.choice((None, None, *SAYING_A_METHOD))
        kind += "" if says is None else f", and {says} says POST"
        headers = (JSON_TYPE, ("Connection", "close"), *(() if says is None else ((says, "POST"),)))
        return _plan(
            "routing.other-methods",
            kind,
            label=Label.UNLAWFUL,
            answers=answers,
            method=method,
            headers=headers,
            framing=Framing.RAW,
        )
    if what == "path":
        kind, path = _path(chance)
        kind = f"the path with {kind}, with a wrong signature"
        altered = Credentials(signature="a bit inside S")
        return _wrong(
            "routing.other-paths", kind, altered, path=path, framing=Framing.RAW, answers=REDIRECTED_OR_REFUSED
        )
    if what == "query":
        path = f"{PATH}?{chance.choice(QUERIES)}"
        answers = (200, *REDIRECTED_OR_REFUSED)
        return _plan("routing.query", "a query, rightly signed", label=Label.OPEN, path=path, answers=answers)
    if what == "media":
        headers = (("Content-Type", _media_type(chance)),)
        return _plan("routing.media-type", "the media type of JSON in other letters", headers=headers)
    if what == "bounded":
        clause, kind, answers, header = chance.choice(BOUNDED)
        more = {"label": Label.OPEN, "answers": answers, "headers": (JSON_TYPE, header)}
        return _plan(clause, kind, body=lawful(chance.choice((1, 3, 20))), **more)
    if what == "framing":
        framing = chance.choice((Framing.CHUNKED, Framing.EXPECT))
        clause, other = ("routing.chunked", 411) if framing is Framing.CHUNKED else ("routing.expect", 417)
        count = chance.choice((1, 2, 20))
        kind = "a chunked body" if framing is Framing.CHUNKED else "a body that waits for 100 Continue"
        return _plan(clause, kind, label=Label.OPEN, answers=(200, other), framing=framing, body=lawful(count))
    some = dict(chance.sample(HARMLESS, chance.randint(1, 4)))  # each name once
    return _plan("reply.taken", "headers that mean nothing here", headers=(JSON_TYPE, *some.items()))


BOUNDED = (
    *(
        ("routing.accept", "an Accept without JSON", (200, 406), ("Accept", accept))
        for accept in ("text/html", "image/*", "application/xml, text/plain;q=0.5", "application/json;q=0, text/html")
    ),
    *(
        ("routing.long-header", "a long header", (200, 400, 431), ("X-Trace", "x" * length))
        for length in (1_000, 4_100, 8_200, 16_384)
    ),
)
HARMLESS = (
    ("Accept", "application/json"), ("Accept", "application/*;q=0.9, */*;q=0.1"),
    ("Accept-Language", "de-CH, *;q=0.1"), ("Cache-Control", "no-cache"), ("Pragma", "no-cache"),
    ("X-Request-Id", "nobody"), ("DNT", "1"), ("Priority", "u=1"),
    ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("Idempotency-Key", "nobody"),
    *BY_THE_WAY,
)  # fmt: skip


def _leads_here(path: str) -> bool:
    """Whether the guard lets a path leave: no server can take it for another route."""
    return SPELT.fullmatch(urllib.parse.unquote(path.partition("?")[0])) is not None


STEP_FORMS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("an empty step", "/{}".format),
    ("a dot for a step", "./{}".format),
    ("a way up and down", "x/../{}".format),
    ("an encoded way up and down", "x/%2e%2e/{}".format),
    ("a parameter", "{};x=1".format),
    ("an encoded letter", lambda step: f"%{ord(step[0]):02x}" + step[1:]),
    ("a capital", str.title),
    ("capitals", str.upper),
    ("an encoded blank", "{}%20".format),
    ("an encoded NUL", "{}%00".format),
    ("a suffix", "{}.json".format),
    ("an encoded slash", "{}%2f".format),
    ("a backslash", "x\\..\\{}".format),
    ("a plus", "{}+".format),
    ("an encoded letter twice", lambda step: f"%25{ord(step[0]):02x}" + step[1:]),
)
ENDS = (("", ""), ("/", " and a slash behind"), ("?", " and an empty query"), ("?x=1", " and a query"))
TYPE_ENDS = (
    "", ";charset=utf-8", "; charset=UTF-8", ';charset="utf-8"', "; Charset=utf-8", ";v=1", "; a=b; charset=utf-8",
)  # fmt: skip


def _path(chance: Random) -> tuple[str, str]:
    """Another spelling of the path that leads here and nowhere else: what is odd about it, and itself."""
    path = ""
    while not _leads_here(path):
        at = chance.randrange(len(STEPS))
        kind, form = chance.choice(STEP_FORMS)
        end, what = chance.choice(ENDS)
        path = "/" + "/".join((*STEPS[:at], form(STEPS[at]), *STEPS[at + 1 :])) + end
    return kind + what, path


def _media_type(chance: Random) -> str:
    name = "".join(char.upper() if chance.randrange(2) else char for char in JSON_TYPE[1])
    more = chance.choice(TYPE_ENDS)
    return name + (chance.choice(("", "", " ")) if more else "") + more
