"""The guard between plan and wire: no request leaves that could act on an order of somebody else.

Whoever made a plan, by hand, by chance or from a stranger's bundle: it goes to the one operation and to no other, and
it names no order that exists unless the suite placed it. What is refused here is a fault of the suite, exit 3.

* **Where to.** A path must be a spelling of the batched cancel that no server, proxy or framework can take for another
  route: there is no cancelling of everything, no modifying, no closing, no trading at the market. A header or a query
  that points elsewhere may point only to what does nothing; then a signature for another path opens no door either. The
  method does not matter, for it may be overridden.
* **What it names.** Every id that the target has shown, in a list of open orders, a snapshot or as a new order on the
  stream, is somebody's, unless the journal has it. None of those may be named anywhere in a request, however it is
  escaped, packed or spelt: see `suites.harmless.readings`. Before the first plan both accounts' open orders are read.
* **The desk**, which places and cancels own orders, may send its few requests and no other: it cancels what the journal
  has, and places what is in the journal already, to the letter far from the market, and never more than `ORDERS_MAX`.

How it is known that no id which a plan makes up is a real order: most begin with `nobody-`, which no exchange assigns.
The others are literals (`suites.strategies.identifiers`) and other spellings of own ids. Where ids are long and drawn
by chance, as UUIDs or ULIDs are, none of those was ever drawn, and the comparison above would see it. Where the target
numbers its orders, a number could be one: `doubt` leaves out plans that make up the number of an order that was shown
or placed, or one that an order could be given during the run, and `in` tells a spelling that must be made longer. An
older number is of an order that is open no longer, or of another account, on which ours cannot act.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
import threading
import urllib.parse
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from contracts.document import read
from contracts.messages import METHOD, PATH, Plan
from reports.printable import visible
from suites.harmless import readings
from suites.harmless.journal import Journal
from suites.sending.rendering import PLACEHOLDER
from suites.target import Target

YET_TO_COME = 500
"""How many numbers behind the newest order could be given to others while a run lasts."""
ORDERS_MAX = 60
"""How many orders one run places at most."""
ENTRY, BATCHED_ENTRY, OPEN, ONE = "/v1/orders", "/v1/orders/batched", "/v1/orders/open", "/v1/order/"
SPELT = re.compile(
    r"[/\\]+(?:x[/\\]+\.\.[/\\]+)?v1[/\\]+orders[/\\]+(?:x[/\\]+\.\.[/\\]+)?batched[/\\]+cancel[/\\]*"
    r"(?:;[a-z0-9=]*)?[%\ufffd]?",
    re.IGNORECASE,
)
"""The operation's path once percent-encoding is undone: slashes and letter case aside, ways up and down, and what may
stand behind it. Whatever of this a server drops or resolves, it is the operation or nothing."""
IDLE = ("/health", "/v1/ws/private")
"""Other paths that a header or a query may point to: they change nothing."""
SENT_MAX = 50_000
"""How many made-up ids are remembered, so that their reflections are known: the newest."""
WORD = re.compile(r"(?!inf|nan)[a-z]", re.IGNORECASE | re.ASCII)
"""How a text begins that is no number to anybody."""
FLAG_DIGITS = 2
"""A number of so few digits in a header or a query is a version or a flag."""
NAMED_ID = re.compile(rb'"orderId"\s*:\s*"?(?!(?i:%b))([^",}\s]+)' % WORD.pattern.encode())
"""An id that could be a number, as few are."""
MEMBERS = frozenset({
    "marketSlug", "type", "price", "quantity", "tif", "goodTillTime", "participateDontInitiate", "intent",
    "manualOrderIndicator",
})  # fmt: skip


class Refused(Exception):
    """A request that must not leave; the message names its plan and says why."""


class Guard:
    """Knows which orders are ours and which are not, and looks at every request of one run.

    Args:
        target: what an own order looks like, and where it may rest.
        journal: which orders are ours.
    """

    def __init__(self, target: Target, journal: Journal | None = None) -> None:
        self.journal = journal if journal is not None else Journal()
        self._target = target
        self._shown: set[str] = set()
        self._sent: OrderedDict[str, None] = OrderedDict()
        self._newest = -math.inf
        """The greatest number of an order that is forgotten."""
        self._lock = threading.Lock()

    # --- what is known ---

    def saw(self, ids: Iterable[str]) -> None:
        """Take note of orders that the target has shown; what a plan had named before is only its reflection."""
        with self._lock:
            known = (each for each in ids if each)
            self._shown |= {each for each in known if each in self.journal or readings.bare(each) not in self._sent}

    def turn_to(self, journal: Journal) -> None:
        """Go on with another journal; own orders of the one before that have ended are forgotten, which bounds both."""
        before, self.journal = self.journal, journal
        resting = {own.placed.order_id for account in before.accounts for own in before.resting(account)}
        over = {own.placed.order_id for own in before.orders} - resting
        with self._lock:
            self._shown = (self._shown - over) | resting
            self._newest = max((self._newest, *self._numbers(over)))

    def has_seen(self, order_id: str) -> bool:
        """Whether the target has shown an order, ours or not."""
        return order_id in self._shown

    @property
    def known(self) -> frozenset[str]:
        """Every order that was shown or placed."""
        with self._lock:
            return frozenset(self._shown) | {own.placed.order_id for own in self.journal.orders}

    @property
    def strangers(self) -> frozenset[str]:
        """Orders that were shown and that the suite did not place."""
        return frozenset(each for each in self.known if each not in self.journal)

    def __contains__(self, order_id: object) -> bool:
        """Whether an id is an order's, or could be: what a plan makes up must not be it."""
        if not isinstance(order_id, str):
            return False
        if order_id in self.journal or order_id in self._shown:
            return True
        others = self.strangers
        return self._could_be(order_id, others) or readings.named(others, readings.unescaped((order_id,))) is not None

    def _could_be(self, text: str, others: Iterable[str]) -> bool:
        """Whether a careless reader takes a text for the number of one of these orders, or of one yet to come."""
        value = _number(text)
        if value is None:  # as most are: what is known need not be looked through
            return False
        newest = max((self._newest, *self._numbers(self.known)))
        return value in self._numbers(others) or newest < value <= newest + YET_TO_COME

    @staticmethod
    def _numbers(ids: Iterable[str]) -> set[float]:
        return {value for value in map(_number, ids) if value is not None}

    def doubt(self, plan: Plan) -> str:
        """Why an id that a plan makes up could be a real order at this target; empty where it can't."""
        named = (match.decode("utf-8", "replace") for match in NAMED_ID.findall(plan.body or b""))
        made_up = [each for each in named if _number(each) is not None]
        known = self.known if made_up else ()
        if any(self._could_be(each, known) for each in made_up) or self._names_a_number(plan.body or b""):
            return "the target numbers its orders, and a number that the plan makes up could be one of them"
        return ""

    def _names_a_number(self, body: bytes) -> bool:
        """Whether the number of somebody else's order stands alone in a body, if only between other characters."""
        numbers = [each for each in self.strangers if _number(each) is not None]
        with contextlib.suppress(readings.Unreadable):  # it will not leave
            return bool(numbers) and readings.named(numbers, readings.texts(PLACEHOLDER.sub(b"", body))) is not None
        return False

    # --- what may leave ---

    def check(self, plan: Plan, path: str, body: bytes, *, desk: bool = False) -> None:
        """Return where a request may leave.

        Args:
            plan: what is sent.
            path: path and query as they go on the wire.
            body: the body as it goes on the wire.
            desk: whether the desk sends it.

        Raises:
            Refused: it must not.
        """
        try:
            reasons = self._of_the_desk(plan.method, path, body) if desk else self._of_a_plan(plan, path, body)
            reason = next(reasons, "")
        except readings.Unreadable as error:
            reason = str(error)
        if reason:
            raise Refused(f"{visible(plan.name)} was not sent: {reason}")
        if not desk:
            with self._lock:
                self._sent |= dict.fromkeys(map(readings.bare, read(body).ids or ()))
                while len(self._sent) > SENT_MAX:
                    self._sent.popitem(last=False)

    def _of_a_plan(self, plan: Plan, path: str, body: bytes) -> Iterator[str]:
        headers = [value for _, value in (*plan.headers, *plan.credentials.repeat)]
        if not _is_operation(path):
            yield f"its path {visible(path[:80])} is not plainly the one of the batched cancel"
        for each in (*headers, path.partition("?")[2]):
            if _mentions_a_path(each) and not (_is_operation(each) or each in IDLE):
                yield f"it points to {visible(each[:80])}, which is not plainly the batched cancel"
        strangers = self.strangers
        if strangers:
            numbers = frozenset(filter(str.isdecimal, strangers))
            flags = frozenset(each for each in numbers if len(each) <= FLAG_DIGITS)
            found = (
                readings.named(strangers - numbers, readings.texts(body))
                or readings.named(numbers, readings.texts(self._without_markets(body)))
                or readings.named(strangers - flags, readings.unescaped((path, *headers)))
            )
            if found is not None:
                yield f"it names {visible(found)}, an order that the suite did not place"

    def _without_markets(self, body: bytes) -> bytes:
        """The body without the target's markets: the number of an order may stand in the name of one."""
        for slug in self._target.slugs:
            body = body.replace(slug.encode(), b"")
        return body

    def _of_the_desk(self, method: str, path: str, body: bytes) -> Iterator[str]:
        value: Any = json.loads(body) if body else None
        if method == "GET" and (path == OPEN or path.startswith(ONE)):
            return
        if method == METHOD and path == PATH:
            named = [row["orderId"] for row in value["orders"]]
        elif method == METHOD and path.startswith(ONE) and path.endswith("/cancel"):
            named = [urllib.parse.unquote(path.removeprefix(ONE).removesuffix("/cancel"))]
        elif method == METHOD and path in (ENTRY, BATCHED_ENTRY):
            yield from self._of_entry([value] if path == ENTRY else value["orders"])
            return
        else:
            named = []
            yield f"{method} {visible(path[:80])} is nothing that own orders need"
        for each in named:
            if each not in self.journal:
                yield f"it names {visible(each)}, which is not in the journal of own orders"

    def _of_entry(self, orders: list[dict[str, Any]]) -> Iterator[str]:
        if sum(len(intent.markets) for intent in self.journal.unanswered()) < len(orders):
            yield "its orders are not in the journal yet"
        if self.journal.count > ORDERS_MAX:
            yield f"it would make more than {ORDERS_MAX} own orders"
        for order in orders:
            rests = order["type"] == "ORDER_TYPE_LIMIT" and order["participateDontInitiate"] is True
            price = {"value": self._target.price, "currency": "USD"}
            far = (order["intent"], order["price"], order["quantity"]) == (
                "ORDER_INTENT_BUY_LONG",
                price,
                self._target.quantity,
            )
            if not (rests and far and order["marketSlug"] in self._target.markets and order.keys() <= MEMBERS):
                yield "it places an order that is not a small resting buy in a market that was named"


@lru_cache(maxsize=64)  # most are the same
def _is_operation(path: str) -> bool:
    return SPELT.fullmatch(urllib.parse.unquote(path.partition("?")[0])) is not None


@lru_cache(maxsize=64)  # likewise
def _mentions_a_path(value: str) -> bool:
    plain = urllib.parse.unquote(value)
    return plain.startswith("/") or re.search(r"v1[/\\]|orders?[/\\]", plain, re.IGNORECASE) is not None


def _number(text: str) -> float | None:
    """What a careless reader would take a text for; None where it is no number to anybody."""
    plain = text.strip("\"' \t\n")
    if WORD.match(plain):  # most ids, and an exception costs
        return None
    try:
        value = float(plain)
    except ValueError:
        if re.fullmatch(r"[-+]?0[box][0-9a-f_]+", plain, re.IGNORECASE) is None:
            return None
        with contextlib.suppress(ValueError):
            return float(int(plain, 0))
        return None
    return value if math.isfinite(value) else None
