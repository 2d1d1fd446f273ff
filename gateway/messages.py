"""What crosses the boundary between the core and the wire, in frozen shapes without any I/O."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from gateway.stream import Session

Json: TypeAlias = Any
"""A parsed JSON value; what it is gets checked where it is used."""

Headers: TypeAlias = tuple[tuple[str, str], ...]
"""Header lines in wire order, doubles included, bytes read as Latin-1 so that nothing is lost."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request exactly as it came: nothing decoded, merged or tidied."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""
    connection: int = 0

    def values(self, name: str) -> tuple[str, ...]:
        """Every value sent under a header name, whatever its letter case."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)

    def value(self, name: str) -> str:
        """The first value sent under a header name, or nothing."""
        return next(iter(self.values(name)), "")

    @property
    def path(self) -> str:
        """The target without its query, and without the origin of the absolute form (RFC 9112, 3.2.2)."""
        path = self.target.partition("?")[0]
        scheme, separator, rest = path.partition("://")
        if separator and scheme.lower() in ("http", "https"):
            return "/" + rest.partition("/")[2]
        return path

    @property
    def query(self) -> str:
        """What follows the first question mark, raw."""
        return self.target.partition("?")[2]


@dataclass(frozen=True, slots=True)
class Wire:
    """How a reply goes out where that is not the ordinary way."""

    delay_ms: int = 0
    close: bool = False
    chunked: bool = False
    dated: bool = True
    reset: bool = False
    hang: bool = False
    drip_ms: int = 0
    raw: bytes | None = None
    """Bytes put on the wire in place of the whole reply, before the connection is closed."""
    late: Callable[[], bytes] | None = None
    """A body made when the delay is over: what two requests at once can get wrong."""


PLAIN = Wire()


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP reply, or with a session the acceptance of a WebSocket upgrade."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    wire: Wire = PLAIN
    session: Session | None = None


class Refusal(Exception):
    """A request that is refused, with the status, the gRPC code and the sentence that say so."""

    def __init__(self, status: int, code: int, message: str, headers: Headers = ()) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers


def invalid(message: str) -> Refusal:
    """A refusal of the body: 400, INVALID_ARGUMENT."""
    return Refusal(400, 3, message)


def unauthenticated() -> Refusal:
    """A refusal of the credentials: one sentence for every reason, so that a caller can't probe which it was."""
    return Refusal(401, 16, "Invalid API key signature")


def encode(document: Json) -> bytes:
    """JSON in ASCII: every string survives it to the letter, lone surrogates as the escapes they came as."""
    return json.dumps(document, separators=(",", ":")).encode("ascii")


def json_reply(status: int, document: Json, headers: Headers = ()) -> Reply:
    """A reply that carries a JSON document."""
    return Reply(status, (("Content-Type", "application/json"), *headers), encode(document))
