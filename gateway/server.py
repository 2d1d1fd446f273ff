"""The embedded gateway: a real server on loopback, in a thread of its own, up and gone in milliseconds."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Self

from aiohttp import web

from gateway.accounts import Account
from gateway.core import Gateway
from gateway.wire import Handler, Listener

HOST = "127.0.0.1"


class EmbeddedGateway:
    """A context manager that serves a gateway, the honest one unless another is handed over."""

    def __init__(
        self,
        core: Gateway | None = None,
        *,
        port: int = 0,
        latency_ms: int = 0,
        stream_delay_ms: int = 0,
        rate_limit: int = 0,
    ) -> None:
        self.core = core or Gateway()
        own = self.core.settings
        # What is not asked for stays as the gateway has it: a slow variant is slow without being told.
        self.core.settings = replace(
            own,
            latency_ms=latency_ms or own.latency_ms,
            stream_delay_ms=stream_delay_ms or own.stream_delay_ms,
            rate_limit=rate_limit or own.rate_limit,
        )
        self._port = port
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._started = threading.Event()
        self._failure: BaseException | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self._port}"

    @property
    def accounts(self) -> tuple[Account, Account]:
        """Its two customers."""
        return self.core.accounts

    @property
    def markets(self) -> tuple[str, ...]:
        """The slugs of its markets."""
        return self.core.settings.markets

    @property
    def variables(self) -> dict[str, str]:
        """What a shell exports to aim the suite at it."""
        own, other = self.accounts
        return {
            "POLYMARKET_TARGET_URL": self.url,
            "POLYMARKET_KEY_ID": own.key_id,
            "POLYMARKET_SECRET_KEY": own.secret_key,
            "POLYMARKET_OTHER_KEY_ID": other.key_id,
            "POLYMARKET_OTHER_SECRET_KEY": other.secret_key,
            "POLYMARKET_MARKET_SLUG": ",".join(self.markets),
        }

    def start(self) -> Self:
        """Come up, or raise what kept it from coming up (a port in use)."""
        self._started.clear()
        self._thread = threading.Thread(target=self._run, name="embedded-gateway", daemon=True)
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            self.stop()
            raise self._failure
        return self

    def stop(self) -> None:
        """Close every connection and wait until the thread is gone; stopping twice does no harm."""
        if self._loop is not None and self._stopping is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
        if self._thread is not None:
            self._thread.join()
        self._thread = self._loop = self._stopping = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits for it
            self._failure = error
        finally:
            self._started.set()

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()

        def later(delay_ms: int, action: Callable[[], None]) -> None:
            loop.call_later(delay_ms / 1000, action)

        self.core.later = later
        handler = Handler(self.core)
        listener = Listener(
            handler,
            access_log=None,
            auto_decompress=False,
            keepalive_timeout=self.core.settings.idle_ms / 1000,
            max_field_size=1 << 16,
            max_line_size=1 << 16,
        )
        runner = web.ServerRunner(listener, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, self._port).start()
            self._port = runner.addresses[0][1]
            self._loop, self._stopping = loop, asyncio.Event()
            self._started.set()
            await self._stopping.wait()
        finally:
            await handler.close()
            await runner.cleanup()
