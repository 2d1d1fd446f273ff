"""The lanes to a target: one connection each, so that what comes before what on a connection is known.

Most plans go by `requests`; what it would refuse or mend goes byte by byte over a socket of its own. An answer that
could not be read whole comes back as one word: see `Exchange.failure`.
"""

from __future__ import annotations

import gzip
import http.client
import socket
import ssl
import urllib.parse
from pathlib import Path
from typing import Any

import requests
import urllib3
from requests.structures import CaseInsensitiveDict

from contracts.messages import Framing, Plan, Reply
from suites.sending import raw
from suites.sending.sealing import Sealed
from suites.sending.wire import Deadline, TornHeaders, WatchedAdapter
from suites.settings import trust

BODY_MAX = 1 << 20
"""Bytes of an answer, as they come; what is packed is unpacked by the judges, and bounded there."""
NO_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNSUPPORTED_PROTOCOL", "SSLV3_ALERT_HANDSHAKE_FAILURE")
"""What is said of a port that speaks no TLS, or none of ours; any other fault of TLS tears a connection."""
HTTP_1_1 = 11
"""As the standard library numbers versions."""
USER_AGENT = "batched-cancel-contract/0.1"
USUAL = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}


class Lanes:
    """Connections to one URL, by number.

    Args:
        url: scheme, host, port and an optional prefix of the path.
        bundle: the authorities that TLS trusts in place of the machine's.
    """

    def __init__(self, url: str, bundle: Path | None = None) -> None:
        self._url = url
        self._bundle = bundle
        self._trust = trust.context(bundle)
        self._prefix = urllib.parse.urlsplit(url).path
        self._adapters: dict[int, WatchedAdapter] = {}
        self._old = False
        """Whether the last answer was HTTP/1.0, which has no 100: who waits for it waits in vain (RFC 9110, 10.1.1)."""

    def close(self) -> None:
        """Close every connection."""
        for lane in tuple(self._adapters):
            self.drop(lane)

    def send(
        self, plan: Plan, lane: int, sealed: Sealed, deadline: Deadline, most: int = BODY_MAX
    ) -> tuple[Reply | None, str]:
        """One request on the wire: the reply and an empty string, or what went wrong in one word.

        Args:
            plan: how it is framed.
            lane: on which connection.
            sealed: what is sent.
            deadline: when it ends, whatever has come.
            most: how many bytes of a body are read.
        """
        try:
            by_library = plan.framing in (Framing.LENGTH, Framing.GZIP)
            by = self._by_library if by_library else self._by_hand
            found = by(plan, lane, sealed, deadline, most)
        except Short as error:
            return (None, "timeout") if deadline.passed else (error.reply, "short")
        except (OSError, http.client.HTTPException, urllib3.exceptions.HTTPError) as error:
            word = "timeout" if deadline.passed else failure_of(error)
            return None, "unreachable" if word == "timeout" and not deadline.connected else word
        return (None, "timeout") if deadline.passed else found

    def _by_library(
        self, plan: Plan, lane: int, sealed: Sealed, deadline: Deadline, most: int
    ) -> tuple[Reply | None, str]:
        url = self._url + sealed.path
        body, extra = sealed.body, []
        if plan.framing is Framing.GZIP:
            body, extra = gzip.compress(body, mtime=0), [("Content-Encoding", "gzip")]
        headers: CaseInsensitiveDict[Any] = CaseInsensitiveDict(USUAL)
        if plan.body is not None or plan.method not in ("GET", "HEAD", "OPTIONS", "TRACE"):
            headers["Content-Length"] = str(len(body))
        for name, value in (*plan.headers, *extra, *sealed.headers):
            headers[name] = value.encode("utf-8", "surrogateescape")
        prepared = requests.PreparedRequest()  # put together here: what the library prepares, it mends
        prepared.method, prepared.url, prepared.headers, prepared.body = plan.method, url, headers, body or None
        response = self._adapter(lane).send(
            prepared,
            stream=True,
            timeout=(deadline.seconds, deadline.seconds),
            verify=str(self._bundle) if self._bundle else True,
        )
        return self._reply(response, most)

    def _reply(self, response: requests.Response, most: int) -> tuple[Reply | None, str]:
        pieces, size = [], 0
        self._old = response.raw.version < HTTP_1_1
        headers = tuple((name, value) for name, value in response.raw.headers.iteritems())
        original = response.raw._original_response  # noqa: SLF001  # the only way to the surplus counted in wire.py
        try:
            for piece in response.raw.stream(65536, decode_content=False):
                pieces.append(piece)
                size += len(piece)
                if size > most:
                    response.close()
                    return Reply(response.status_code, headers, b"".join(pieces)[:most]), "too-large"
        except (OSError, ValueError, http.client.HTTPException, urllib3.exceptions.HTTPError) as error:
            reply = Reply(response.status_code, headers, b"".join(pieces))
            if reply.header("Content-Length") is None and reply.header("Transfer-Encoding") is None:
                return reply, ""  # it ends where the connection does, however rudely that is closed
            raise Short(reply) from error
        reply = Reply(response.status_code, headers, b"".join(pieces), getattr(original, "surplus", 0))
        response.close()
        return reply, ""

    def _by_hand(
        self, plan: Plan, _lane: int, sealed: Sealed, deadline: Deadline, most: int
    ) -> tuple[Reply | None, str]:
        body = sealed.body
        length = {
            Framing.CHUNKED: [("Transfer-Encoding", "chunked")],
            Framing.EXPECT: [("Content-Length", str(len(body))), ("Expect", "100-continue")],
        }.get(plan.framing, [("Content-Length", str(len(body)))])
        length = [] if any(name == "Content-Length" for name, _ in plan.headers) else length
        host = urllib.parse.urlsplit(self._url).netloc
        fixed = [("Host", host), ("User-Agent", USER_AGENT), ("Accept", "*/*"), ("Connection", "close")]
        headers = [*fixed, *length, *plan.headers, *sealed.headers]
        head = raw.head_of(plan.method, self._prefix + sealed.path, headers)
        connection = raw.connect(self._url, self._trust, deadline)
        framing = Framing.LENGTH if self._old and plan.framing is Framing.EXPECT else plan.framing
        response, content = raw.exchange(connection, plan.method, head, body, framing, most)
        reply = Reply(response.status, tuple(response.getheaders()), content, response.surplus)
        if response.length and plan.method != "HEAD":
            raise Short(reply)
        return reply, "too-large" if len(content) >= most else ""

    def _adapter(self, lane: int) -> WatchedAdapter:
        if lane not in self._adapters:
            self._adapters[lane] = WatchedAdapter(self._trust)
        return self._adapters[lane]

    def drop(self, lane: int) -> None:
        """Close a lane's connection: the next plan on it has a fresh one."""
        adapter = self._adapters.pop(lane, None)
        if adapter is not None:
            adapter.close()


class Short(Exception):  # it is an event on the wire, not an error of ours
    """An answer that ended too soon, with what there was of it."""

    def __init__(self, reply: Reply) -> None:
        super().__init__("the answer ended too soon")
        self.reply = reply


def failure_of(error: BaseException) -> str:
    """One word for why there is no answer: `torn`, `garbage`, `timeout`, or one of `UNREACHED`."""
    chain = list(_causes(error))
    if any(isinstance(each, ConnectionRefusedError) for each in chain):
        return "refused"
    if any(isinstance(each, (socket.gaierror, UnicodeError)) for each in chain):
        return "unknown-host"
    broken = next((each for each in chain if isinstance(each, ssl.SSLError)), None)
    if broken is not None:
        verified = not isinstance(broken, ssl.SSLCertVerificationError)
        return "certificate" if not verified else "tls" if broken.reason in NO_TLS else "torn"
    if any(isinstance(each, raw.NoContinue) for each in chain):
        return "timeout"
    if any(isinstance(each, (TornHeaders, http.client.RemoteDisconnected)) for each in chain):
        return "torn"
    unreadable = (http.client.BadStatusLine, http.client.UnknownProtocol, urllib3.exceptions.InvalidHeader)
    if any(isinstance(each, unreadable) for each in chain):
        return "garbage"
    if any(isinstance(each, (ConnectionError, BrokenPipeError, http.client.IncompleteRead)) for each in chain):
        return "torn"
    if any(isinstance(each, TimeoutError) for each in chain):
        return "timeout"
    if any(isinstance(each, http.client.HTTPException) for each in chain):
        return "garbage"
    return "unreachable"


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        inner = next((arg for arg in error.args if isinstance(arg, BaseException)), None)
        reason = getattr(error, "reason", None)
        error = error.__cause__ or (reason if isinstance(reason, BaseException) else None) or inner or error.__context__
    return found
