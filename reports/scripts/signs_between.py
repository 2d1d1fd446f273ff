"""By what a finding can be told that stands between several answers, or between an answer and what nobody sent."""

from __future__ import annotations

from contracts import jsontext
from contracts.document import read
from contracts.messages import Exchange
from contracts.oracles.exchanges import DIFFERS
from contracts.oracles.ownership import OF_THE_MOMENT
from reports.scripts.signs_shape import Sign

OK = 200
ALL_TAKEN = "all(each.status_code == 200 for each in replies[:-1])"
IDS = "[each['orderId'] for each in json.loads(fill(sent[3]))['orders']]"
FACTS = (
    "[(each.status_code, sorted({name.lower() for name in each.headers} - {%s}),"
    " re.sub('|'.join(map(re.escape, (*VALUES.values(), %s))), '', each.text)) for each in replies[-3:]]"
)


def between(clause: str, exchange: Exchange, silent: tuple[int, ...]) -> Sign | None:
    """The sign of what is compared; None where the clause is about one answer, or the exchange shows it alone."""
    if clause in ("shape.markets-together", "shape.plain-slugs"):
        words = "the status 200, as each market alone" if clause.endswith("together") else "the status 200"
        return Sign(f"{words}, where that of nobody is taken", f"status != 200 and {ALL_TAKEN}", silent)
    own_ones_stay = any((each.need.fate, each.read_back) == ("cancelled", "open") for each in exchange.outcomes)
    if clause == "ownership.foreign-as-unknown" and exchange.outcomes and not own_ones_stay:
        return _as_unknown(silent)
    if clause.startswith("isolation.") and exchange.lane:
        return _in_a_crowd(exchange, silent)
    if clause == "shape.repeated-member":
        return _of_a_reading(exchange, silent)
    if clause == "disclosure.others" and exchange.status == OK:
        shows = "bool(leaked) or VALUES.get('order.foreign', chr(0)) in text"
        return Sign("nothing of the other account in the answer", shows, silent)
    return None


def _as_unknown(silent: tuple[int, ...]) -> Sign:
    """Two answers to unknown ids are alike, and that to a foreign one differs: so what is of the moment is left out."""
    unknown = "*re.findall(r'nobody-\\w+', str(REQUESTS))"
    told = FACTS % (", ".join(map(ascii, OF_THE_MOMENT)), unknown)
    shows = f"(lambda one, two, foreign: one == two != foreign)(*{told})"
    return Sign("the answer to a foreign id like those to unknown ones", shows, silent)


def _in_a_crowd(exchange: Exchange, silent: tuple[int, ...]) -> Sign:
    if exchange.alone == DIFFERS:
        shows = f"any(each.status_code not in {(*exchange.plan.answers, *silent)} for each in replies)"
        return Sign("every request at once taken", shows, ())
    wrong = f"each.status_code == 200 and each.json()['canceledOrderIds'] != {IDS}"
    return Sign(
        "to each request at once its own echo",
        f"any({wrong} for each, sent in zip(replies, REQUESTS * 5))",
        silent,
    )


def _of_a_reading(exchange: Exchange, silent: tuple[int, ...]) -> Sign:
    readings = [read(jsontext.once(exchange.request.body, pick)).ids for pick in ("first", "last")]
    lawful = [list(each) for each in readings if each is not None]
    words = " or ".join(map(str, lawful)) or "none, for no reading of the body is lawful"
    return Sign(f"the echo {words}", f"status == 200 and echo not in {lawful!a}", silent)
