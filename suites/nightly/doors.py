"""Doors as Hypothesis strategies: credentials right or wrong in one way, moments, methods, paths, media types, framing.

What is right and what is wrong is said by the corpus (`suites/corpus/credentials.toml`) and the catalogue; chance
chooses the way of writing, the moment and the batch that it comes with.
"""

from __future__ import annotations

import dataclasses
import urllib.parse
from typing import Any

from hypothesis import strategies as st

from contracts.messages import JSON_TYPE, PATH, WINDOW_MS, Account, Credentials, Framing, Label, Plan
from suites.credentials import SPOOFS, UNAUTHORIZED
from suites.guard import SPELT
from suites.nightly import corpora
from suites.routing import OVERRIDES, REDIRECTED_OR_REFUSED, REFUSED
from suites.strategies.batches import body_of, entry
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


def _turned(plan: Plan) -> Plan:
    """The plan by the other account."""
    return dataclasses.replace(
        plan, credentials=dataclasses.replace(plan.credentials, key=Account.OTHER, secret=Account.OTHER)
    )


@st.composite
def credentials(draw: st.DrawFn) -> Plan:
    """Credentials that are wrong in one way, or right in an unusual one."""
    what = draw(
        st.sampled_from(("written", "written", "bit", "moment", "method", "path", "text", "right", "spoofed", "none"))
    )
    if what == "written":
        plan = corpora.plan_of(draw(st.sampled_from(corpora.credentials())))
    elif what == "bit":
        at = draw(st.integers(0, 511))
        plan = _wrong(
            "credentials.signature-altered", "a signature with one bit changed", Credentials(signature=f"bit {at}")
        )
    elif what == "moment":
        off = draw(st.sampled_from((-1, 1, -1000, 1000)) | st.integers(2, 25_000))
        kind = "a signature for another moment in the window"
        plan = _wrong("credentials.covers-timestamp", kind, Credentials(signed_skew_ms=off))
    elif what == "method":
        method = draw(st.sampled_from(SIGNED_METHODS))
        plan = _wrong("credentials.covers-method", f"a signature for {method!a}", Credentials(signed_method=method))
    elif what == "path":
        path = draw(st.sampled_from(SIGNED_PATHS))
        plan = _wrong("credentials.covers-path", f"a signature for the path {path}", Credentials(signed_path=path))
    elif what == "text":
        plan = draw(_signed_texts())
    elif what == "spoofed":
        some = draw(st.lists(st.sampled_from(SPOOFS), min_size=1, max_size=3, unique=True))
        kind = "a wrong signature, but headers that say who one is"
        altered = Credentials(signature="first bit of S")
        plan = _wrong("credentials.nothing-else", kind, altered, headers=(JSON_TYPE, *some))
    elif what == "none":
        gone = draw(st.sampled_from(tuple(HEADERS)))
        empty = draw(st.sampled_from((None, "")))
        again = () if empty is None else ((gone, empty),)
        text = RIGHT_TEXT if gone != "X-PM-Timestamp" else "{method}{path}"
        kind = f"a request without {gone}" if empty is None else f"an empty {gone}"
        plan = _wrong(HEADERS[gone], kind, Credentials(drop=(gone,), repeat=again, signed_text=text))
    else:
        case = draw(st.sampled_from(("lower", "upper", "mixed", "canonical")))
        signature = draw(st.sampled_from(("base64", "another nonce")))
        clause = "credentials.header-case" if case != "canonical" else "credentials.any-valid"
        kind = f"header names in {case} case" if case != "canonical" else "a valid signature"
        plan = _plan(clause, kind, credentials=Credentials(names=case, signature=signature))
    may_turn = plan.credentials.key is plan.credentials.secret is Account.OWN and not plan.credentials.repeat
    return _turned(plan) if may_turn and draw(st.booleans()) else plan


HEADERS = {
    "X-PM-Access-Key": "credentials.key-present",
    "X-PM-Timestamp": "credentials.timestamp-present",
    "X-PM-Signature": "credentials.signature-present",
}


def _signed_texts() -> st.SearchStrategy[Plan]:
    """Every other order of the three parts, and every other text between them."""
    glue = st.sampled_from(("", "", "\n", " ", ".", ":", "|", ",", "\t", "/"))
    texts = st.tuples(
        st.permutations(PARTS), st.integers(1, 3), glue, st.sampled_from(("", "", "\n", " ", "{body}"))
    ).map(lambda four: four[2].join(four[0][: four[1]]) + four[3])
    more = st.sampled_from(("{body}", "\n", "\0", " ")).map(RIGHT_TEXT.__add__)
    return (more | texts.filter(lambda text: text != RIGHT_TEXT)).map(
        lambda text: _wrong(
            _covered(text), "a signature over other parts, or parts in another order", Credentials(signed_text=text)
        )
    )


def _covered(text: str) -> str:
    """The clause that a signature over this text breaks: the first of the three parts that it leaves out."""
    missing = [each for each in PARTS if each not in text]
    return f"credentials.covers-{missing[0].strip('{}')}" if len(missing) == 1 else "credentials.signed-text"


@st.composite
def moments(draw: st.DrawFn) -> Plan:
    """A timestamp well inside the 30 seconds, or well outside, by any distance; never near the edge."""
    sign = draw(st.sampled_from((-1, 1)))
    side, where = ("past", "behind") if sign < 0 else ("future", "ahead of")
    if draw(st.booleans()):
        skew = draw(st.integers(0, WINDOW_MS - MARGIN_MS))
        return _plan(
            f"window.{side}-inside",
            f"a timestamp within 28 s {where} the clock",
            credentials=Credentials(skew_ms=sign * skew),
        )
    near = st.integers(WINDOW_MS + MARGIN_MS, 120_000)
    round_ones = st.sampled_from((60, 120, 300, 3600, 7200, 86_400, 604_800, 2_592_000, 31_536_000)).map(
        lambda s: 1000 * s + 1000
    )
    wrapped = st.sampled_from((2**31, 2**32, 2**31 + 2000, 2**32 - 1500, 2**32 + 2000, 2**31 * 1000 // 1_000_000))
    skew = draw(near | round_ones | wrapped | st.integers(WINDOW_MS + MARGIN_MS, YEARS_MS))
    kind = f"a timestamp {'minutes' if skew < 600_000 else 'long'} {where} the clock"
    return _wrong(f"window.{side}-outside", kind, Credentials(skew_ms=sign * max(skew, WINDOW_MS + MARGIN_MS)))


@st.composite
def routes(draw: st.DrawFn) -> Plan:
    """Other methods, other paths with a wrong signature, the media type in other letters, other framing."""
    what = draw(st.sampled_from(("method", "path", "query", "media", "framing", "headers", "bounded")))
    if what == "method":
        method = draw(
            st.sampled_from(METHODS) | st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=9).map("X{}".format)
        )
        answers = (*range(200, 300), *REFUSED) if method == "OPTIONS" else REFUSED
        kind = f"the method {method}" if method in METHODS else "a method that nobody knows"
        says = draw(st.sampled_from((None, None, *SAYING_A_METHOD)))
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
        kind, path = draw(_paths().filter(lambda both: _leads_here(both[1])))
        kind = f"the path with {kind}, with a wrong signature"
        altered = Credentials(signature="a bit inside S")
        return _wrong(
            "routing.other-paths", kind, altered, path=path, framing=Framing.RAW, answers=REDIRECTED_OR_REFUSED
        )
    if what == "query":
        path = f"{PATH}?{draw(st.sampled_from(QUERIES))}"
        answers = (200, *REDIRECTED_OR_REFUSED)
        return _plan("routing.query", "a query, rightly signed", label=Label.OPEN, path=path, answers=answers)
    if what == "media":
        media_type = draw(_media_types())
        return _plan(
            "routing.media-type", "the media type of JSON in other letters", headers=(("Content-Type", media_type),)
        )
    if what == "bounded":
        clause, kind, answers, header = draw(st.sampled_from(BOUNDED))
        more = {"label": Label.OPEN, "answers": answers, "headers": (JSON_TYPE, header)}
        return _plan(clause, kind, body=lawful(draw(st.sampled_from((1, 3, 20)))), **more)
    if what == "framing":
        framing = draw(st.sampled_from((Framing.CHUNKED, Framing.EXPECT)))
        clause, other = ("routing.chunked", 411) if framing is Framing.CHUNKED else ("routing.expect", 417)
        count = draw(st.sampled_from((1, 2, 20)))
        kind = "a chunked body" if framing is Framing.CHUNKED else "a body that waits for 100 Continue"
        return _plan(clause, kind, label=Label.OPEN, answers=(200, other), framing=framing, body=lawful(count))
    some = draw(st.lists(st.sampled_from(HARMLESS), min_size=1, max_size=4, unique_by=lambda each: each[0]))
    return _plan("reply.taken", "headers that mean nothing here", headers=(JSON_TYPE, *some))


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
)  # fmt: skip


def _leads_here(path: str) -> bool:
    """Whether the guard lets a path leave: no server can take it for another route."""
    return SPELT.fullmatch(urllib.parse.unquote(path.partition("?")[0])) is not None


@st.composite
def _paths(draw: st.DrawFn) -> tuple[str, str]:
    at = draw(st.integers(0, len(STEPS) - 1))
    step, steps = STEPS[at], list(STEPS)
    kind, other = draw(
        st.sampled_from(
            (
                ("an empty step", "/" + step),
                ("a dot for a step", "./" + step),
                ("a way up and down", "x/../" + step),
                ("an encoded way up and down", "x/%2e%2e/" + step),
                ("a parameter", step + ";x=1"),
                ("an encoded letter", f"%{ord(step[0]):02x}" + step[1:]),
                ("a capital", step.title()),
                ("capitals", step.upper()),
                ("an encoded blank", step + "%20"),
                ("an encoded NUL", step + "%00"),
                ("a suffix", step + ".json"),
                ("an encoded slash", step + "%2f"),
                ("a backslash", "x\\..\\" + step),
                ("a plus", step + "+"),
                ("an encoded letter twice", f"%25{ord(step[0]):02x}" + step[1:]),
            )
        )
    )
    steps[at] = other
    path = "/" + "/".join(steps)
    end, what = draw(
        st.sampled_from(
            (("", ""), ("/", " and a slash behind"), ("?", " and an empty query"), ("?x=1", " and a query"))
        )
    )
    return kind + what, path + end


def _media_types() -> st.SearchStrategy[str]:
    def written(parts: tuple[list[bool], str, str]) -> str:
        flips, gap, more = parts
        name = "".join(c.upper() if f else c for c, f in zip("application/json", flips, strict=True))
        return name + gap + more

    flips = st.lists(st.booleans(), min_size=16, max_size=16)
    more = st.sampled_from(
        ("", ";charset=utf-8", "; charset=UTF-8", ';charset="utf-8"', "; Charset=utf-8", ";v=1", "; a=b; charset=utf-8")
    )
    return st.tuples(flips, st.sampled_from(("", "", " ")), more).filter(lambda p: bool(p[2]) or not p[1]).map(written)
