"""The form of an answer: what several judges read in it."""

from __future__ import annotations

import gzip
import re
import zlib
from typing import Any

from contracts import jsontext
from contracts.messages import Exchange, Reply

MEMBER = "canceledOrderIds"
JSON_TYPE = re.compile(r"\s*(application/json|text/json|[a-z]+/[a-z0-9.+-]+\+json)\s*(;|$)", re.IGNORECASE)
INFLATED_MAX = 1 << 20
GZIP_WBITS = 31
"""Gzip and nothing else: what calls itself gzip must be gzip."""


def media_type_is_json(reply: Reply) -> bool:
    """Whether the answer calls itself JSON."""
    return JSON_TYPE.match(reply.header("Content-Type") or "") is not None


def content(reply: Reply) -> bytes | None:
    """The body without its content coding; None where it can't be decoded.

    Sizes are bounded: what inflates to more than a mebibyte is not decoded.
    """
    coding = (reply.header("Content-Encoding") or "identity").strip().lower()
    if coding == "identity":
        return reply.body
    if coding not in ("gzip", "x-gzip", "deflate"):
        return None
    try:
        inflater = zlib.decompressobj(wbits=GZIP_WBITS if "gzip" in coding else zlib.MAX_WBITS)
        return inflater.decompress(reply.body, INFLATED_MAX)
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
    return jsontext.parse(body).value


def echoed(exchange: Exchange) -> tuple[str, ...] | None:
    """The ids that a 200 echoes; None where there is no 200 or it has not the promised form."""
    if exchange.reply is None or exchange.failure or exchange.status != 200:  # HTTP status
        return None
    try:
        value = value_of(exchange.reply)
    except jsontext.NotJson:
        return None
    ids = value.get(MEMBER) if isinstance(value, dict) else None
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        return None
    return tuple(ids)
