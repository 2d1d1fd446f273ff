"""A relay between the gate and an honest gateway, which looks at each request's head and may interfere."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from gateway.server import EmbeddedGateway
from suites.selftest.hostile.listening import HOST, Converse, listening
from suites.selftest.replay.bundles import variables_of

HEAD_END = b" HTTP/1.1\r\n"


class HungUp(Exception):
    """The relay wants this connection ended."""


@dataclass(slots=True)
class Passing:
    """A connection through the relay."""

    client: socket.socket
    server: socket.socket
    relay: Relay
    connection: int
    """Which of all connections of the relay it is, from 1."""
    order: bytes = b""
    """Method and path of the request under way."""
    number: int = 0
    """Which of all requests of the relay it is, from 1."""
    reset: bool = False
    """Whether the client sees a reset where this connection is ended, and not its end."""


@dataclass(slots=True)
class Relay:
    """What all connections of a relay share.

    Args:
        request: called with every piece on its way to the gateway; what it returns goes there instead.
        reply: likewise, on the way back.
    """

    request: Callable[[Passing, bytes], bytes] = lambda _, piece: piece
    reply: Callable[[Passing, bytes], bytes] = lambda _, piece: piece
    connections: int = 0
    requests: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    gone: bool = False
    """Whether the target is dead: every connection is ended at once."""

    def through(self, port: int) -> Converse:
        """A server that relays to a port on loopback."""

        def converse(client: socket.socket) -> None:
            if self.gone:
                return
            with self.lock:
                self.connections += 1
                connection = self.connections
            with socket.create_connection((HOST, port)) as server:
                passing = Passing(client, server, self, connection)
                back = threading.Thread(target=_pump, args=(server, client, passing, self.reply), daemon=True)
                back.start()
                _pump(client, server, passing, self._counted)
                back.join(5)

        return converse

    def _counted(self, passing: Passing, piece: bytes) -> bytes:
        if HEAD_END in piece:
            with self.lock:
                self.requests += 1
                passing.number = self.requests
            passing.order = piece.partition(HEAD_END)[0].rpartition(b"\r\n")[2]
        return self.request(passing, piece)


def _pump(
    source: socket.socket, sink: socket.socket, passing: Passing, change: Callable[[Passing, bytes], bytes]
) -> None:
    with contextlib.suppress(OSError, HungUp):  # either side hung up, or the relay did: both ends are shut below
        while piece := source.recv(65536):
            try:
                sink.sendall(change(passing, piece))
            except OSError:
                if sink is passing.server:  # it has answered already, perhaps, and that is on its way
                    return
                raise
    with contextlib.suppress(OSError):  # shut already
        passing.server.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):  # likewise
        if passing.reset:
            passing.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # nothing is said of a half that only we shut: the reset goes out when the connection is closed
        passing.client.shutdown(socket.SHUT_RD if passing.reset else socket.SHUT_RDWR)


@contextlib.contextmanager
def relayed(relay: Relay) -> Iterator[dict[str, str]]:
    """What a shell exports to aim at an honest gateway through a relay."""
    with EmbeddedGateway() as server, listening(relay.through(int(server.url.rpartition(":")[2]))) as port:
        yield variables_of(server) | {"POLYMARKET_TARGET_URL": f"http://{HOST}:{port}"}
