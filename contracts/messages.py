"""The frozen shapes that travel from a plan to a verdict.

A `Plan` is intent and never goes stale: no absolute time, no signature, no order id, no market. What only the moment
of sending knows is named by a placeholder (`{{...}}`) and filled in by the sender. An `Exchange` is evidence: what was
sent, what came back, and what the order stream said.

One file because the shapes are one vocabulary: each is made of the ones above it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Self

METHOD = "POST"
PATH = "/v1/orders/batched/cancel"
WINDOW_MS = 30_000
JSON_TYPE = ("Content-Type", "application/json")


class Strength(enum.StrEnum):
    """How binding a clause is; `must` and `should` gate, `open` never does."""

    MUST = "must"
    SHOULD = "should"
    OPEN = "open"


class Label(enum.StrEnum):
    """What the document says of sending a plan, known at its birth and never read off the reply."""

    LAWFUL = "lawful"
    UNLAWFUL = "unlawful"
    OPEN = "open"


class Status(enum.StrEnum):
    """The words for a verdict; they are Allure's."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"
    BROKEN = "broken"


class Account(enum.StrEnum):
    """Whose key or order: the account under test, the second one, or nobody's."""

    OWN = "own"
    OTHER = "other"
    NOBODY = "nobody"


class Connection(enum.StrEnum):
    """Which connection carries a plan: the one in use, or one of its own."""

    KEPT = "kept"
    FRESH = "fresh"


class Framing(enum.StrEnum):
    """How the body is framed on the wire."""

    LENGTH = "length"
    CHUNKED = "chunked"
    EXPECT = "expect"
    GZIP = "gzip"
    """Compressed after the placeholders are filled in, with the content coding named."""
    RAW = "raw"
    """Sent over a plain socket, header by header: for what an HTTP library would refuse or mend."""
    SPLIT = "split"
    """Likewise, in pieces that a reader meets one after the other."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """The three headers as intended; the default is right in every way.

    `timestamp`, `signature` and `key_text` name a way of writing (see `suites.strategies.credentials`); `signed_*` say
    what is signed where it differs from what is sent.
    """

    key: Account = Account.OWN
    """Whose key id is sent."""
    secret: Account = Account.OWN
    """Whose secret signs."""
    skew_ms: int = 0
    """Milliseconds added to the server's clock."""
    timestamp: str = "milliseconds"
    signature: str = "base64"
    key_text: str = "as-issued"
    signed_method: str | None = None
    signed_path: str | None = None
    signed_skew_ms: int | None = None
    signed_text: str = "{timestamp}{method}{path}"
    """A template of what is signed."""
    drop: tuple[str, ...] = ()
    """Header names left out."""
    repeat: tuple[tuple[str, str], ...] = ()
    """Headers sent a second time: (name, value), or one of the words `same`, `fresh` (now) and `signed` for a value."""
    again: str = ""
    """What is sent once more of the plan before it on its connection: `all` three headers, the `signature` under a new
    timestamp; or timestamp and signature, `altered` as `signature` says or the `same` under another key id. Or
    `elsewhere`: both as in the account's last request beside the plans, such as one that placed orders. Or `stale`:
    all three of a batch whose timestamp was about to run out, once it has; else a new signature of `skew_ms`."""
    elsewhere: str = ""
    """Where right credentials stand instead of the headers: `query`, `cookie, body and others`, `underscores`."""
    beside: bool = False
    """Whether the other account's key id stands beside them, in further headers and in the query."""
    names: str = "canonical"
    """Letter case of the header names: canonical, lower, upper or mixed."""

    @property
    def usual(self) -> bool:
        """Whether one and the same signs for itself, and in the usual way."""
        return self == USUAL[self.key]


USUAL = {each: Credentials(key=each, secret=each) for each in Account}
"""What signs for itself in the usual way, by whose it is."""


@dataclass(frozen=True, slots=True)
class OrderNeed:
    """One resting order that must exist before a plan is sent; the plan's body names it `{{order.NAME}}`.

    Its market is `{{market.NAME}}`. Bystanders are needs that the body does not name.
    """

    name: str
    account: Account = Account.OWN
    market: int = 0
    """Index into the target's markets, taken modulo their number."""
    fate: str = "cancelled"
    """What must become of it: `cancelled`, `open` (untouched), `either` (cancelled where the batch is taken, untouched
    where it is refused), or `any` where the document is silent."""
    state: str = "open"
    """What it is when the plan is sent: `open`, or `cancelled` before."""
    optional: bool = False
    """Whether the plan is worth sending without it: a made-up id stands in its place then."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One intended request and all that it needs; the only input of replay."""

    name: str
    """Unique in a run: `<clause>/<what varies>`."""
    clause: str
    """The clause it aims at; the one thing that is wrong with it, where it is unlawful."""
    label: Label = Label.LAWFUL
    answers: tuple[int, ...] = (200,)
    """The statuses that are right answers."""
    kind: str = ""
    """What is wrong or special, in words; the same at every position and size."""
    position: str = ""
    """Where the special entry stands: first, inside, last or alone."""
    body: bytes | None = None
    method: str = METHOD
    path: str = PATH
    """Path and query as they go on the wire."""
    headers: tuple[tuple[str, str], ...] = (JSON_TYPE,)
    credentials: Credentials = Credentials()
    connection: Connection = Connection.KEPT
    framing: Framing = Framing.LENGTH
    orders: tuple[OrderNeed, ...] = ()
    before: tuple[Plan, ...] = ()
    """Plans sent first, in order, on the same connection: the state this one needs."""
    together: tuple[Plan, ...] = ()
    """Plans sent at the same time as this one, each on a connection of its own."""
    probes: tuple[str, ...] = ()
    """Further clauses that this plan was made to exercise."""

    def __repr__(self) -> str:
        size = "no body" if self.body is None else f"{len(self.body)} bytes"
        return f"<Plan {self.name}: {self.label}, {self.method} {self.path}, {size}>"


@dataclass(frozen=True, slots=True)
class Request:
    """What left for the target, credentials masked."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    account: Account
    """Whose key id it carried, `nobody` where none that exists."""
    skew_ms: int
    """Timestamp sent minus the server's clock as estimated when it was sent."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, our own secrets masked."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    """After removing the transfer coding, before removing a content coding."""
    surplus: int = 0
    """Bytes on the connection behind the announced end of the answer."""

    def header(self, name: str) -> str | None:
        """The first value of a header, letter case of the name ignored; None where it is absent."""
        wanted = name.lower()
        for key, value in self.headers:
            if key.lower() == wanted:
                return value
        return None


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One execution as an account's order stream reported it."""

    account: Account
    """On whose stream it came."""
    order_id: str
    market: str
    state: str
    execution: str
    """The kind of execution, such as EXECUTION_TYPE_CANCELED."""
    execution_id: str
    leaves: float | None
    at_ms: int
    """When it came, on the suite's clock."""
    unsolicited: bool = False
    """Whether the exchange gives a reason of its own for a cancellation that nobody asked for."""
    filled: bool = False
    """Whether the order is said to have been traded, all of it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one order that a plan needed, as far as it could be seen."""

    need: OrderNeed
    order_id: str
    market: str
    events: tuple[StreamEvent, ...] = ()
    """Executions reported after the plan was sent, from either stream."""
    read_back: str | None = None
    """State by GET after settling: `open`, `closed`, or None where it could not be read."""
    stream_seen: bool = False
    """Whether the account's stream was alive through the settling, so that silence means something."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One plan sent and what followed; the unit of evidence."""

    number: int
    plan: Plan
    request: Request
    reply: Reply | None
    failure: str = ""
    """Why there is no whole reply: `timeout`, `torn`, `garbage`, `too-large`, `short`, or one of `UNREACHED`; empty
    where there is one."""
    sent_ms: int = 0
    """When it was sent, of several times the first: on the suite's clock, Unix milliseconds."""
    elapsed_ms: float = 0.0
    clock_ms: tuple[float, float] = (0.0, 0.0)
    """Bounds of the server's clock minus the suite's."""
    tries: int = 1
    lane: int = 0
    """Which of several requests at once; 0 where it was alone."""
    ids: tuple[str, ...] | None = None
    """The ids of the batch in request order by an independent reading of the body; None where it is no batch."""
    outcomes: tuple[Outcome, ...] = ()
    part_of: str = ""
    """Name of the plan that this one preceded or accompanied, or what it was sent once more for: `control of 57`, or a
    trial (see `trial`); empty for a plan of its own."""
    alone: str = ""
    """What a second sending on a connection of its own showed: `same`, `differs`, or empty where there was none."""
    stray: tuple[StreamEvent, ...] = ()
    """Events of orders that nobody of ours explains, seen while this plan's orders settled."""

    @property
    def void(self) -> bool:
        """Whether it says nothing about the plan: the edge answered in the gateway's place."""
        return self.reply is not None and self.reply.status in VOID

    @property
    def trial(self) -> bool:
        """Whether it was sent for a finding that stood already: it may show that one again, and is no evidence."""
        return self.part_of.startswith(TRIAL)

    @property
    def status(self) -> int:
        """The status of the reply, 0 where there is none."""
        return self.reply.status if self.reply is not None else 0


VOID = frozenset({429, 502, 503, 504})
UNREACHED = frozenset({"refused", "unreachable", "unknown-host", "certificate", "tls"})
"""Failures before anything was sent: they say nothing of a plan."""
PROBE = "is the target there?"
"""What a lawful batch is a part of that is sent where several plans in a row got no answer."""
AWAY = "waiting for the target"
"""What is sent to see whether the target is there is a part of, where nobody judges it."""
TRIAL = "trial "


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one judge says of one exchange."""

    clause: str
    status: Status
    message: str = ""
    """One sentence: what was expected and what happened; or the answer, where the clause is a question."""
    shape: str = ""
    """The shape of the difference, without values: what findings are told apart by."""

    @classmethod
    @cache  # most verdicts are these, and a clause has one
    def passed(cls, clause: str) -> Self:
        """The exchange could have broken the clause and did not."""
        return cls(clause, Status.PASSED)

    @classmethod
    def failed(cls, clause: str, message: str, shape: str = "") -> Self:
        """The exchange breaks the clause."""
        return cls(clause, Status.FAILED, message, shape or message)


@dataclass(frozen=True)
class History:
    """All exchanges of a run, in the order in which they were sent, for the judges that compare."""

    exchanges: tuple[Exchange, ...] = ()
    by_clause: dict[str, tuple[Exchange, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, exchanges: tuple[Exchange, ...]) -> Self:
        """The history with its index by the clause that a plan aims at."""
        index: dict[str, list[Exchange]] = {}
        for exchange in exchanges:
            index.setdefault(exchange.plan.clause, []).append(exchange)
        return cls(exchanges, {clause: tuple(found) for clause, found in index.items()})

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What became of every order of the run."""
        return tuple(outcome for exchange in self.exchanges for outcome in exchange.outcomes)

    def aimed_at(self, clause: str) -> tuple[Exchange, ...]:
        """The exchanges of plans that aim at a clause; empty where there are none."""
        return self.by_clause.get(clause, ())
