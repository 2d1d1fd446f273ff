"""`python -m gateway`: the embedded gateway for people who want it standing."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from typing import NoReturn

from gateway.book import Intent, Ticket
from gateway.core import Gateway
from gateway.faults import FAULTS
from gateway.server import EmbeddedGateway
from gateway.variants import VARIANTS

WRONG_USAGE = 4


class Parser(argparse.ArgumentParser):
    """A parser that complains in one sentence."""

    def error(self, message: str) -> NoReturn:
        """End with the exit status of wrong usage."""
        self.exit(WRONG_USAGE, f"gateway: {message}\n")


def number(least: int, most: int) -> Callable[[str], int]:
    """A whole number within limits, as a type of argument."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal()) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} to {most}")
        return int(text)

    return read


def parser() -> Parser:
    """What can be asked for on the command line."""
    parsed = Parser(prog="python -m gateway", description=__doc__)
    parsed.add_argument("--port", type=number(0, 65535), default=0, help="where to listen (default: a free port)")
    parsed.add_argument(
        "--rate-limit", type=number(0, 10**6), default=0, metavar="N", help="requests a second of a key"
    )
    parsed.add_argument("--latency", type=number(0, 10**6), default=0, metavar="MS", help="how long an answer takes")
    parsed.add_argument("--stream-delay", type=number(0, 10**6), default=0, metavar="MS", help="how late the stream is")
    parsed.add_argument(
        "--orders", type=number(0, 1000), default=0, metavar="N", help="open orders that each account has already"
    )
    kind = parsed.add_mutually_exclusive_group()
    kind.add_argument("--fault", metavar="NAME", help="serve a gateway that breaks one promise")
    kind.add_argument("--variant", metavar="NAME", help="serve a lawful gateway that differs from the reference")
    kind.add_argument("--list-faults", action="store_true", help="name every fault and what it breaks, and end")
    kind.add_argument("--list-variants", action="store_true", help="name every lawful variant, and end")
    return parsed


def sentence(kind: type[Gateway]) -> str:
    """What a fault or a variant says of itself."""
    return (kind.__doc__ or "").partition("\n")[0]


def listing(kinds: dict[str, type[Gateway]]) -> str:
    """Names, clauses and sentences."""
    return "".join("  ".join(filter(None, (name, kind.breaks, sentence(kind)))) + "\n" for name, kind in kinds.items())


def core_for(options: argparse.Namespace, parsed: Parser) -> Gateway:
    """The gateway asked for."""
    for kind, cabinet in (("fault", FAULTS), ("variant", VARIANTS)):
        name = getattr(options, kind)
        if name is not None and name not in cabinet:
            parsed.error(f"there is no {kind} named {name!r}; --list-{kind}s names them all")
        if name is not None:
            return cabinet[name]()
    return Gateway()


def rest(core: Gateway, count: int) -> None:
    """Let each account have orders in the book already, in every market, much like those that the suite places."""
    now_ms = time.time_ns() // 1_000_000
    for account in core.accounts:
        for index in range(count):
            market = core.settings.markets[index % len(core.settings.markets)]
            until = "2030-01-01T00:00:00Z" if index % 2 else ""
            ticket = Ticket(market, Intent.BUY_LONG, Decimal(1), Decimal("0.01"), post_only=True, good_till=until)
            core.book.place(account.key_id, ticket, now_ms)


def exports(gateway: EmbeddedGateway) -> str:
    """What a shell has to know to aim the suite at a gateway."""
    return "export " + " ".join(f"{name}={value}" for name, value in gateway.variables.items())


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted."""
    parsed = parser()
    options = parsed.parse_args(arguments)
    if options.list_faults or options.list_variants:
        sys.stdout.write(listing(FAULTS if options.list_faults else VARIANTS))
        return 0
    gateway = EmbeddedGateway(
        core_for(options, parsed),
        port=options.port,
        latency_ms=options.latency,
        stream_delay_ms=options.stream_delay,
        rate_limit=options.rate_limit,
    )
    rest(gateway.core, options.orders)
    done = threading.Event()
    for end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(end, lambda *_: done.set())
    try:
        gateway.start()
    except OSError as error:
        parsed.error(f"can't listen on port {options.port}: {os.strerror(error.errno or 0)}")
    try:
        sys.stdout.write(exports(gateway) + "\n")
        sys.stdout.flush()
        done.wait()
    finally:
        gateway.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
