"""The lanes to a target: one connection each, so that what comes before what on a connection is known.

Most plans go by `requests`; what it would refuse or mend goes byte by byte over a socket of its own. An answer that
could not be read whole comes back as one word: see `Exchange.failure`.
"""

from __future__ import annotations

import gzip
import http.client
import urllib.parse
from typing import Any

import requests
import urllib3
from urllib3.util import SKIP_HEADER

from contracts.messages import Framing, Plan, Reply
from suites import raw
from suites.sealing import Sealed
from suites.wire import Deadline, TornHeaders, WatchedAdapter

BODY_MAX = 1 << 20
READ_SECONDS = 10.0
"""How long one read may take; the deadline of the whole exchange is the caller's."""
USER_AGENT = "batched-cancel-contract/0.1"


class Lanes:
    """Connections to one URL, by number.

    Args:
        url: scheme, host, port and an optional prefix of the path.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._prefix = urllib.parse.urlsplit(url).path
        self._sessions: dict[int, requests.Session] = {}

    def close(self) -> None:
        """Close every connection."""
        for lane in tuple(self._sessions):
            self.drop(lane)

    def send(self, plan: Plan, lane: int, sealed: Sealed, deadline: Deadline) -> tuple[Reply | None, str]:
        """One request on the wire: the reply and an empty string, or what went wrong in one word."""
        try:
            by_library = plan.framing in (Framing.LENGTH, Framing.GZIP)
            found = self._by_library(plan, lane, sealed) if by_library else self._by_hand(plan, sealed, deadline)
        except Short as error:
            return (None, "timeout") if deadline.passed else (error.reply, "short")
        except (OSError, http.client.HTTPException, urllib3.exceptions.HTTPError) as error:
            return None, "timeout" if deadline.passed else failure_of(error)
        return (None, "timeout") if deadline.passed else found

    def _by_library(self, plan: Plan, lane: int, sealed: Sealed) -> tuple[Reply | None, str]:
        url = self._url + sealed.path
        body, extra = sealed.body, []
        if plan.framing is Framing.GZIP:
            body, extra = gzip.compress(body, mtime=0), [("Content-Encoding", "gzip")]
        headers: dict[str, Any] = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}
        for name, value in [*plan.headers, *extra, *sealed.headers]:
            headers[name] = value.encode("utf-8", "surrogateescape")
        prepared = requests.Request(plan.method, url, data=body or None).prepare()
        prepared.method = plan.method
        prepared.url = url
        prepared.headers.update(headers)
        if plan.body is None and plan.method in ("GET", "HEAD", "OPTIONS", "TRACE"):
            prepared.headers.pop("Content-Length", None)
        for name in ("User-Agent", "Accept-Encoding"):
            if not any(name.lower() == given.lower() for given in headers):
                prepared.headers[name] = SKIP_HEADER
        response = self._session(lane).send(
            prepared, stream=True, allow_redirects=False, timeout=(READ_SECONDS, READ_SECONDS)
        )
        return self._reply(response)

    def _reply(self, response: requests.Response) -> tuple[Reply | None, str]:
        pieces, size = [], 0
        headers = tuple((name, value) for name, value in response.raw.headers.iteritems())
        original = response.raw._original_response  # noqa: SLF001  # the only way to the surplus counted in wire.py
        try:
            for piece in response.raw.stream(65536, decode_content=False):
                pieces.append(piece)
                size += len(piece)
                if size > BODY_MAX:
                    response.close()
                    return Reply(response.status_code, headers, b"".join(pieces)[:BODY_MAX]), "too-large"
        except (OSError, http.client.HTTPException, urllib3.exceptions.HTTPError) as error:
            reply = Reply(response.status_code, headers, b"".join(pieces))
            if reply.header("Content-Length") is None and reply.header("Transfer-Encoding") is None:
                return reply, ""  # it ends where the connection does, however rudely that is closed
            raise Short(reply) from error
        reply = Reply(response.status_code, headers, b"".join(pieces), getattr(original, "surplus", 0))
        response.close()
        return reply, ""

    def _by_hand(self, plan: Plan, sealed: Sealed, deadline: Deadline) -> tuple[Reply | None, str]:
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
        response, content = raw.exchange(self._url, plan.method, head, body, plan.framing, deadline)
        reply = Reply(response.status, tuple(response.getheaders()), content, response.surplus)
        if response.length and plan.method != "HEAD":
            raise Short(reply)
        return reply, "too-large" if len(content) >= BODY_MAX else ""

    def _session(self, lane: int) -> requests.Session:
        session = self._sessions.get(lane)
        if session is None:
            session = requests.Session()
            session.trust_env = False
            session.mount("http://", WatchedAdapter())
            session.mount("https://", WatchedAdapter())
            self._sessions[lane] = session
        return session

    def drop(self, lane: int) -> None:
        """Close a lane's connection: the next plan on it has a fresh one."""
        session = self._sessions.pop(lane, None)
        if session is not None:
            session.close()


class Short(Exception):  # it is an event on the wire, not an error of ours
    """An answer that ended too soon, with what there was of it."""

    def __init__(self, reply: Reply) -> None:
        super().__init__("the answer ended too soon")
        self.reply = reply


def failure_of(error: BaseException) -> str:
    """One word for why there is no answer: `refused`, `torn`, `garbage`, `timeout` or `unreachable`."""
    chain = list(_causes(error))
    if any(isinstance(each, ConnectionRefusedError) for each in chain):
        return "refused"
    if any(isinstance(each, raw.NoContinue) for each in chain):
        return "timeout"
    if any(isinstance(each, (TornHeaders, http.client.RemoteDisconnected)) for each in chain):
        return "torn"
    if any(isinstance(each, (http.client.BadStatusLine, http.client.UnknownProtocol)) for each in chain):
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
