"""The form of an answer: what several judges read in it."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

from contracts import jsontext
from contracts.messages import Exchange, Reply

T = TypeVar("T")
MEMBER = "canceledOrderIds"
JSON_TYPE = re.compile(r"\s*(application/json|text/json|[a-z]+/[a-z0-9.+-]+\+json)\s*(;|$)", re.IGNORECASE)
INFLATED_MAX = 1 << 19
GZIP_WBITS = 31
"""Gzip and nothing else: what calls itself gzip must be gzip."""


def of_the_last(function: Callable[[Exchange], T]) -> Callable[[Exchange], T]:
    """Remember what was read in the exchange before: a dozen judges ask for the same, one after the other."""
    last: list[tuple[Exchange, T]] = []

    @wraps(function)
    def asked(exchange: Exchange) -> T:
        for before, found in last:
            if before is exchange:
                return found
        found = function(exchange)
        last[:] = [(exchange, found)]
        return found

    return asked


def media_type_is_json(reply: Reply) -> bool:
    """Whether the answer calls itself JSON."""
    return JSON_TYPE.match(reply.header("Content-Type") or "") is not None


def content(reply: Reply) -> bytes | None:
    """The body without its content coding; None where it can't be decoded.

    Sizes are bounded: of what inflates to more than half a mebibyte only so much is decoded.
    """
    coding = (reply.header("Content-Encoding") or "identity").strip().lower()
    if coding == "identity":
        return reply.body
    if coding not in ("gzip", "x-gzip", "deflate"):
        return None
    return _inflated(reply.body, GZIP_WBITS if "gzip" in coding else zlib.MAX_WBITS)


@lru_cache(maxsize=8)  # every judge asks for the same few
def _inflated(body: bytes, wbits: int) -> bytes | None:
    try:
        return zlib.decompressobj(wbits=wbits).decompress(body, INFLATED_MAX)
    except (zlib.error, gzip.BadGzipFile):
        return None


def value_of(reply: Reply) -> Any:
    """The JSON value of an answer.

    Raises:
        NotJson: the body is no JSON text, or can't be decoded.
    """
    body = content(reply)
    if body is None:
        raise jsontext.NotJson("its content coding can't be undone")
    return parsed(body).value


@lru_cache(maxsize=8)  # likewise; none of them changes what it was given
def parsed(body: bytes) -> jsontext.Text:
    """A JSON text.

    Raises:
        NotJson: it is none.
    """
    return jsontext.parse(body)


@of_the_last
def listed(exchange: Exchange) -> list[Any] | None:
    """The array that a 200 has where the echoed ids belong, whatever is in it; None where there is none."""
    if exchange.reply is None or exchange.failure or exchange.status != 200:  # HTTP status
        return None
    try:
        value = value_of(exchange.reply)
    except jsontext.NotJson:
        return None
    ids = value.get(MEMBER) if isinstance(value, dict) else None
    return ids if isinstance(ids, list) else None


@of_the_last
def echoed(exchange: Exchange) -> tuple[str, ...] | None:
    """The ids that a 200 echoes; None where there is no 200 or it has not the promised form."""
    ids = listed(exchange)
    return tuple(ids) if ids is not None and all(isinstance(each, str) for each in ids) else None
