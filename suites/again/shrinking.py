"""Makes the witness of a finding small: fewer requests, headers and entries, then plainer ids and markets.

Pure: whether a smaller plan still shows the finding is asked of the caller, and each question is a request. What is
asked about keeps its clause, label and answers: the independent reading of the body must say the same of it.

A shrinker of our own, because requests are scarce. Hypothesis has no public way to begin with an example that is there:
`hypothesis.find`, drawing subsets of 20 entries of which three matter, took 30 questions and at times found nothing;
halves, then quarters, then single entries take 17.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from contracts import jsontext
from contracts.document import Reading, read
from contracts.messages import JSON_TYPE, Connection, Credentials, Framing, Plan
from suites.gate import parts
from suites.sending.rendering import Binding
from suites.strategies.batches import BY_OTHER, MARKET, body_of, entries_of, text_of

T = TypeVar("T")

FEW = 3
"""How few entries a witness should have."""
MADE_UP = re.compile(rb"nobody-[0-9a-z-]+")
"""What a plan made up, in the text of a body: ids, and markets that nobody has."""


def fewest(items: Sequence[T], shows: Callable[[Sequence[T]], bool]) -> list[T]:
    """The fewest of these that still show it, in their order; all of them do.

    Halves are left out, then quarters, at last single ones. Where not even a pair can go, every other one matters: if
    these are more than few, their number is the point, and no single one is tried.
    """
    kept = list(items)
    if kept and shows([]):
        return []
    size = len(kept) // 2
    while size:
        for end in range(len(kept), 0, -size):
            cut = [*kept[: max(0, end - size)], *kept[end:]]
            if cut and shows(cut):
                kept = cut
        if size == 2 and len(kept) == len(items) > 2 * FEW:
            break
        size //= 2
    return kept


def afresh(plan: Plan, number: int) -> Plan:
    """The plan with new ids in the place of those it made up, the same ones in all its parts and in the same order.

    For a plan whose preludes make the state that it needs: what they named before is known to the target by now.
    """
    found = sorted({each for part in parts(plan) for each in MADE_UP.findall(part.body or b"")})
    names = {old: new.encode() for old, new in zip(found, _ids(number, len(found)), strict=True)}

    return _throughout(plan, lambda body: body and MADE_UP.sub(lambda match: names[match[0]], body))


def _throughout(plan: Plan, change: Callable[[bytes | None], bytes | None]) -> Plan:
    """The plan with the bodies of all its parts changed."""
    before, together = (tuple(_throughout(part, change) for part in some) for some in (plan.before, plan.together))
    return replace(plan, body=change(plan.body), before=before, together=together)


def _ids(number: int, count: int) -> list[str]:
    """Short plain ids that nobody has, in ascending order, of a number that is used once."""
    width = len(str(count))
    return [f"nobody-{number}-{rank:0{width}}" for rank in range(1, count + 1)]


def shrunk(plan: Plan, kind: str, slugs: Sequence[str], numbers: Iterator[int], shows: Callable[[Plan], bool]) -> Plan:
    """The smallest plan found that still shows what a plan shows.

    Args:
        plan: needs no orders.
        kind: what a smaller one's kind is called.
        slugs: the target's markets, for the reading.
        numbers: never the same twice, for fresh ids.
        shows: whether a plan still shows it; False where it can't be asked any more.
    """
    search = _Search(plan, kind, slugs, numbers, shows)
    search.fewer_requests()
    search.plainer_form()
    search.fewer_entries()
    search.plainer_ids()
    search.plainer_markets()
    return search.best


class _Search:
    """The smallest plan so far, and what may be asked about next; see `shrunk`."""

    def __init__(
        self, plan: Plan, kind: str, slugs: Sequence[str], numbers: Iterator[int], shows: Callable[[Plan], bool]
    ) -> None:
        self.best = plan
        self._kind = kind
        self._binding = Binding(tuple(slugs), {})
        self._numbers = numbers
        self._shows = shows
        self._asked = {plan}
        self._reading = self._read(plan.body)
        self._by_body = self._reading.label is plan.label
        """Whether the label is the body's; else it may be that of any header, credential or market."""
        self._named = plan.clause.startswith("size.") and kind == plan.kind
        """Whether the kind, which must stay, tells the size and the account."""
        self._placed = self._position(plan.body) == plan.position

    def _read(self, body: bytes | None) -> Reading:
        return read(body and self._binding.fill(body))

    def _position(self, body: bytes | None) -> str:
        """Where the one entry stands that breaks something by itself; empty where there is none, or several."""
        entries = entries_of(body)
        broken = [place for place, each in enumerate(entries) if self._read(body_of([each])).breaks]
        if len(broken) != 1:
            return ""
        return "alone" if len(entries) == 1 else {0: "first", len(entries) - 1: "last"}.get(broken[0], "inside")

    def _alike(self, body: bytes | None) -> bool:
        """Whether the document says of a body what it says of the one at the beginning, and of its place likewise."""
        was, now, clause = self._reading, self._read(body), self.best.clause
        same = now.label is was.label and set(now.breaks) == set(was.breaks) and set(now.asks) <= set(was.asks)
        aimed = clause not in was.asks or clause in now.asks
        return same and aimed and (not self._placed or self._position(body) == self.best.position)

    def _better(self, smaller: Plan) -> bool:
        """Ask about a smaller plan, and go on from it where it shows the same."""
        smaller = replace(smaller, kind=self._kind)
        if smaller in self._asked or not self._alike(smaller.body):
            return False
        self._asked.add(smaller)
        if not self._shows(smaller):
            return False
        self.best = smaller
        return True

    def fewer_requests(self) -> None:
        """Without companions and preludes; not where credentials repeat those of the request before."""
        if any(part.credentials.again for part in parts(self.best)):
            return
        fewest(self.best.together, lambda kept: self._better(replace(self.best, together=tuple(kept))))
        fewest(self.best.before, lambda kept: self._better(replace(self.best, before=tuple(kept))))

    def plainer_form(self) -> None:
        """The usual headers, framing and connection, and the own account; together or each.

        Only if the label is the body's. Credentials that are more than another account's are what the plan is about.
        """
        if not self._by_body:
            return
        headers = (JSON_TYPE,) if JSON_TYPE in self.best.headers else self.best.headers
        others = self.best.credentials == BY_OTHER and not self._named
        credentials = Credentials() if others else self.best.credentials
        plain = replace(self.best, headers=headers, framing=Framing.LENGTH, connection=Connection.KEPT)
        if self._better(replace(plain, credentials=credentials)):
            return
        self._better(replace(self.best, framing=Framing.LENGTH))
        self._better(replace(self.best, connection=Connection.KEPT))
        self._better(replace(self.best, credentials=credentials))
        if not self._better(replace(self.best, headers=headers)):
            extra = [each for each in self.best.headers if each not in headers]
            fewest(extra, lambda kept: self._better(replace(self.best, headers=(*headers, *kept))))

    def fewer_entries(self) -> None:
        """Fewer entries, where the body is a batch in JSON and neither its text nor its size is the point."""
        if not self._named and self._is_batch():
            fewest(entries_of(self.best.body), lambda kept: self._better(self._with_entries(kept)))

    def plainer_ids(self) -> None:
        """Short ids in the order of those that were there: all of them, or the odd ones one by one."""
        ids = sorted({each for each in _members(self.best.body, "orderId") if isinstance(each, str)})
        if not ids or not self._is_batch():
            return
        if self._better(self._renamed("orderId", dict(zip(ids, _ids(next(self._numbers), len(ids)), strict=True)))):
            return
        for each in ids:
            if not MADE_UP.fullmatch(each.encode("utf-8", "surrogatepass")):
                self._better(self._renamed("orderId", {each: _ids(next(self._numbers), 1)[0]}))

    def plainer_markets(self) -> None:
        """The target's first market in the place of others; only if the label is the body's."""
        odd = [each for each in _members(self.best.body, "marketSlug") if isinstance(each, str) and each != MARKET]
        if not odd or not self._by_body or not self._is_batch():
            return
        if not self._better(self._renamed("marketSlug", dict.fromkeys(odd, MARKET))):
            for each in dict.fromkeys(odd):
                self._better(self._renamed("marketSlug", {each: MARKET}))

    def _is_batch(self) -> bool:
        """Whether entries can be written anew: what they are written like must not be what shows it."""
        entries = entries_of(self.best.body)
        tidy = self._with_entries(entries) if entries else None
        return tidy is not None and (tidy.body == self.best.body or self._better(tidy))

    def _with_entries(self, entries: Sequence[Any]) -> Plan:
        """The plan with these entries, in all its parts that have the same body."""
        old = self.best.body
        new = text_of(jsontext.parse(old or b"").value | {"orders": list(entries)})
        return _throughout(self.best, lambda body: new if body == old else body)

    def _renamed(self, member: str, names: dict[str, str]) -> Plan:
        def renamed(entry: Any) -> Any:
            value = entry.get(member) if isinstance(entry, dict) else None
            return entry | {member: names[value]} if isinstance(value, str) and value in names else entry

        return self._with_entries([renamed(each) for each in entries_of(self.best.body)])


def _members(body: bytes | None, name: str) -> list[Any]:
    return [entry[name] for entry in entries_of(body) if isinstance(entry, dict) and name in entry]
