"""The private socket's I/O: frames between a WebSocket and a sans-I/O session."""

from __future__ import annotations

import asyncio
import contextlib

from aiohttp import WSCloseCode, WSMsgType, web

from gateway.settings import Settings
from gateway.stream import Session

GOODBYE_S = 0.5


class PrivateSocket:
    """One WebSocket and the session behind it."""

    def __init__(self, session: Session, settings: Settings) -> None:
        self._session = session
        self._delay_s = settings.stream_delay_ms / 1000
        self._heartbeat_s = settings.heartbeat_ms / 1000
        self._frames: asyncio.Queue[tuple[float, str]] = asyncio.Queue()
        self._socket = web.WebSocketResponse(timeout=GOODBYE_S)

    async def serve(self, incoming: web.BaseRequest) -> web.StreamResponse:
        """Shake hands, then talk until either side has enough."""
        await self._socket.prepare(incoming)
        self._session.wake = self._collect
        sender = asyncio.create_task(self._send())
        try:
            async for message in self._socket:
                if message.type is WSMsgType.TEXT:
                    self._session.receive(message.data)
                elif message.type is WSMsgType.BINARY:
                    self._session.receive(message.data.decode("utf-8", "replace"))
        finally:
            sender.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await sender
        return self._socket

    async def close(self) -> None:
        """Say goodbye."""
        with contextlib.suppress(ConnectionError):
            await self._socket.close(code=WSCloseCode.GOING_AWAY)

    def _collect(self) -> None:
        due = asyncio.get_running_loop().time() + self._delay_s
        while self._session.outbox:
            self._frames.put_nowait((due, self._session.outbox.popleft()))

    async def _send(self) -> None:
        """Send what is due, in order, and a heartbeat whenever there was nothing for a while."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                due, frame = await asyncio.wait_for(self._frames.get(), self._heartbeat_s)
            except TimeoutError:
                self._session.heartbeat()
                continue
            await asyncio.sleep(max(0.0, due - loop.time()))
            await self._socket.send_str(frame)
