"""The wire between aiohttp and the core: requests in as they came, replies out as they are, nothing added by either."""

from __future__ import annotations

import asyncio
import itertools
import logging
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

from aiohttp import hdrs, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_exceptions import HTTPException, HTTPRequestEntityTooLarge
from aiohttp.web_protocol import RequestHandler
from multidict import CIMultiDict

from gateway.core import Gateway
from gateway.messages import Reply, Request
from gateway.private_socket import PrivateSocket
from gateway.stream import Session

log = logging.getLogger(__name__)
RESET = struct.pack("ii", 1, 0)
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Outgoing(web.Response):
    """A response with the headers of the reply and no others but those that frame it."""

    def __init__(self, reply: Reply) -> None:
        body = reply.wire.late() if reply.wire.late else reply.body
        super().__init__(status=reply.status, body=body, headers=CIMultiDict(reply.headers))
        self._reply = reply
        if reply.wire.close:
            self.force_close()

    async def _prepare_headers(self) -> None:
        # The one place where aiohttp's own additions can be taken out again before they are written.
        if self._reply.wire.chunked and self._req is not None and self._req.version >= (1, 1):
            self.headers.popall(hdrs.CONTENT_LENGTH, None)
            self.enable_chunked_encoding()
        await super()._prepare_headers()
        named = {name.lower() for name, _ in self._reply.headers}
        unwanted = {hdrs.SERVER, hdrs.CONTENT_TYPE} | (set() if self._reply.wire.dated else {hdrs.DATE})
        for name in unwanted:
            if name.lower() not in named:
                self.headers.popall(name, None)


class Connection(RequestHandler):
    """One client connection; what aiohttp would answer by itself, quoting the input, is answered by the core."""

    def __init__(self, server: Listener, number: int, **options: Any) -> None:
        super().__init__(server, **options)
        self.number = number
        self._unreadable = server.unreadable

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is not HTTP."""
        response = Outgoing(self._unreadable(status))
        response.force_close()
        return response


class Listener(web.Server):
    """aiohttp's low-level server, without a router: every request goes to the one handler."""

    def __init__(self, handler: Handler, **options: Any) -> None:
        super().__init__(handler, handler_cancellation=True, **options)
        self.unreadable: Callable[[int], Reply] = handler.core.unreadable
        self._numbers = itertools.count(1)

    def __call__(self) -> RequestHandler:
        """Make the protocol of a new connection."""
        return Connection(self, next(self._numbers), loop=self._loop, **self._kwargs)


class Handler:
    """The one handler of all requests."""

    def __init__(self, core: Gateway) -> None:
        self.core = core
        self.closing = asyncio.Event()
        self.sockets: set[PrivateSocket] = set()

    async def __call__(self, incoming: web.BaseRequest) -> web.StreamResponse:
        """Answer a request."""
        head = as_request(incoming, b"")
        if incoming.headers.get(hdrs.EXPECT, "").lower() == "100-continue" and incoming.version >= (1, 1):
            refusal = self.core.expect(head)
            if refusal is not None:
                return await self.send(incoming, refusal)
            if self.core.settings.continues and incoming.transport is not None:
                incoming.transport.write(CONTINUE)
        try:
            body = await incoming.clone(client_max_size=self.core.settings.body_limit).read()
        except HTTPRequestEntityTooLarge:
            return await self.send(incoming, self.core.unreadable(413))
        except (web.RequestPayloadError, HttpProcessingError):
            return await self.send(incoming, self.core.unreadable(400))
        return await self.send(incoming, self.answer(as_request(incoming, body)))

    def answer(self, request: Request) -> Reply:
        """Ask the core; a core that falls over says so without a word about how."""
        try:
            return self.core.handle(request, time.time_ns() // 1_000_000)
        except Exception:
            log.debug("the core fell over", exc_info=True)
            return self.core.crashed()

    async def send(self, incoming: web.BaseRequest, reply: Reply) -> web.StreamResponse:
        """Put a reply on the wire."""
        delay_ms = self.core.settings.latency_ms + reply.wire.delay_ms
        if delay_ms:
            await asyncio.sleep(delay_ms / 1000)
        if reply.session is not None:
            return await self.upgrade(incoming, reply.session)
        if reply.wire.hang:
            await self.closing.wait()
        transport = incoming.transport
        if transport is not None and (reply.wire.hang or reply.wire.reset):
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            transport.abort()
        elif transport is not None and reply.wire.raw is not None:
            transport.write(reply.wire.raw)
            transport.close()
        elif reply.wire.drip_ms:
            return await drip(incoming, reply)
        return Outgoing(reply)

    async def upgrade(self, incoming: web.BaseRequest, session: Session) -> web.StreamResponse:
        """Turn the connection into a private socket and serve it to its end."""
        private = PrivateSocket(session, self.core.settings)
        self.sockets.add(private)
        try:
            return await private.serve(incoming)
        except HTTPException:
            return Outgoing(self.core.unreadable(400))
        finally:
            self.sockets.discard(private)
            self.core.close_session(session)

    async def close(self) -> None:
        """Let go of everything that waits."""
        self.closing.set()
        await asyncio.gather(*(private.close() for private in self.sockets))


def as_request(incoming: web.BaseRequest, body: bytes) -> Request:
    """The request as the core sees it."""
    protocol = incoming.protocol
    return Request(
        method=incoming.method,
        target=incoming.raw_path,
        headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in incoming.raw_headers),
        body=body,
        connection=protocol.number if isinstance(protocol, Connection) else 0,
    )


async def drip(incoming: web.BaseRequest, reply: Reply) -> web.StreamResponse:
    """Send a body byte by byte."""
    response = web.StreamResponse(status=reply.status, headers=CIMultiDict(reply.headers))
    response.content_length = len(reply.body)
    await response.prepare(incoming)
    for byte in reply.body:
        await response.write(bytes([byte]))
        await asyncio.sleep(reply.wire.drip_ms / 1000)
    return response
