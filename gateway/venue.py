"""What every part of the gateway stands on: accounts, the book, the open sessions, and what they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gateway.accounts import Account
from gateway.book import Book, Execution, Order
from gateway.forms import execution_form, order_form
from gateway.messages import Json, Request
from gateway.settings import Settings
from gateway.stream import Session


@dataclass(frozen=True, slots=True)
class Call:
    """A request whose sender is known: who asks, what, and at what time by the true clock."""

    account: Account
    request: Request
    now_ms: int


def at_once(_delay_ms: int, action: Callable[[], None]) -> None:
    """How a core without a server puts things off: not at all."""
    action()


class Venue:
    """The exchange behind the gateway, and the seams of the order stream."""

    settings = Settings()

    def __init__(self, accounts: tuple[Account, Account] | None = None) -> None:
        self.accounts = accounts or (Account.fresh(), Account.fresh())
        self.book = Book(self.settings.markets)
        self.sessions: list[Session] = []
        self.later: Callable[[int, Callable[[], None]], None] = at_once
        self._by_key_id = {account.key_id: account for account in self.accounts}

    def open_session(self, account: Account) -> Session:
        """Begin a private stream for an account."""
        session = Session(account, self.snapshot, snapshot_on_order=self.settings.snapshot_on_order)
        self.sessions.append(session)
        return session

    def close_session(self, session: Session) -> None:
        """Forget a stream whose socket is gone."""
        if session in self.sessions:
            self.sessions.remove(session)

    def snapshot(self, session: Session) -> Iterable[Json]:
        """The open orders that a session is shown when it asks how things stand."""
        return [order_form(order) for order in self.book if order.is_open and self.may_see(session.account, order)]

    def may_see(self, account: Account, order: Order) -> bool:
        """Whether an account is told about an order."""
        return order.account == account.key_id

    def publish(self, execution: Execution) -> None:
        """Tell every session whose account it concerns what the exchange reports."""
        for session in tuple(self.sessions):
            if self.may_see(session.account, execution.order):
                session.deliver(execution.order.market_slug, self.describe(execution))

    def describe(self, execution: Execution) -> Json:
        """An execution as the stream tells it."""
        return execution_form(execution)
