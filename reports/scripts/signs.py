"""By what a finding can be told in one answer, without a judge: for the scripts that stand alone."""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from contracts.messages import VOID, Exchange, Outcome
from contracts.oracles.disclosure import INTERNALS, MASKS
from contracts.oracles.exchanges import refused
from contracts.oracles.outcome import cancel_events
from reports.results import Finding
from reports.scripts.signs_between import between
from reports.scripts.signs_shape import Sign

REFUSED_CREDENTIALS = 401
OK = 200
AMISS = (("cancelled", "open"), ("open", "closed"))
"""Fate and state by reading back that don't go together."""
STAYS = ("open", "cancelled")
MARK = codecs.BOM_UTF8
MEMBER = re.compile(r'"\w+"(?=\s*:)')


def sign(finding: Finding, renamed: Mapping[str, str]) -> Sign | None:
    """The sign of a finding; None where one answer, as an HTTP library gives it, does not show it.

    Args:
        renamed: what stands in the script for ids of the run.
    """
    exchange = finding.exchange
    silent = [each for each in (0, *sorted(VOID)) if each != exchange.status or each == 0]
    if exchange.status != REFUSED_CREDENTIALS and REFUSED_CREDENTIALS not in exchange.plan.answers:
        silent.append(REFUSED_CREDENTIALS)
    if exchange.reply is None or finding.clause.id in ("reply.coding", "reply.length"):
        return _on_the_wire(finding.clause.id, exchange, tuple(silent[1:]))
    told_apart = between(finding.clause.id, exchange, tuple(silent))
    if told_apart is not None:
        return told_apart
    if exchange.status not in exchange.plan.answers:
        shows = f"status not in {tuple(exchange.plan.answers)}"
        return Sign(f"the status {_ranges(exchange.plan.answers)}", shows, tuple(silent), exchange.plan.answers)
    echo = _expected_echo(exchange)
    if echo is not None:
        ids = [renamed.get(each, each) for each in echo]
        due = f"json.loads(fill({json.dumps(ids).encode()!a}))" if any("{{" in each for each in ids) else ascii(ids)
        return Sign(f"the echo {ids}", f"status == {OK} and echo != {due}", tuple(silent), echo=tuple(ids))
    if any(_amiss(each, exchange) for each in exchange.outcomes):
        stays = tuple(
            (each.need.name, each.need.fate == "open" or refused(exchange))
            for each in exchange.outcomes
            if each.need.fate in STAYS or (each.need.fate == "either" and refused(exchange))
        )
        words = ", ".join(f"order {name} {'untouched' if open_ else 'cancelled'}" for name, open_ in stays)
        shows = "any((states[each] == 'ORDER_STATE_CANCELED') == stays for each, stays in WANTED.items())"
        return Sign(words, shows, tuple(silent), stays=stays)
    told = exchange.reply.body.decode("utf-8", "replace") + "".join(f"{each}\n" for each in exchange.reply.headers)
    if any(MASKS[each] in told for each in ("secret", "signature", "own-key")):
        return Sign("no key id and no signature in the answer", "bool(leaked)", tuple(silent))
    found = INTERNALS.search(told) if finding.clause.id == "disclosure.internals" else None
    if found is not None:
        return Sign(f"no {found[0]!a} in the answer", f"{found[0]!a} in f'{{text}} {{head}}'", tuple(silent))
    return _of_form(finding.clause.id, exchange.reply.body, tuple(silent))


def _amiss(outcome: Outcome, exchange: Exchange) -> bool:
    """Whether an order is seen to be other than it should be; the stream tells where it could not be read back."""
    if refused(exchange) and (outcome.need.fate, outcome.read_back) == ("either", "closed"):
        return True
    went = outcome.need.fate == "open" and outcome.read_back is None and bool(cancel_events(outcome))
    return went or (outcome.need.fate, outcome.read_back) in AMISS


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _on_the_wire(clause: str, exchange: Exchange, silent: tuple[int, ...]) -> Sign | None:
    """The sign of what an HTTP library makes an error of: no whole answer, a wrong coding, a wrong length."""
    if clause == "reply.coding" and exchange.reply is not None:
        return _coding(exchange, silent)
    if exchange.reply is None:
        # an answer that is torn in its headers is an empty one to an HTTP library
        shows = f"status == 0 or status == {OK} and wrong == 'JSONDecodeError' and not data"
        return Sign("a whole answer", shows, silent) if exchange.failure in ("timeout", "torn", "garbage") else None
    if exchange.failure == "short":
        return Sign("an answer as long as it says", "wrong == 'ChunkedEncodingError'", silent)
    if exchange.reply.surplus and not _is_json(exchange.reply.body):
        return Sign("an answer as long as it says", "wrong == 'JSONDecodeError'", silent)
    return None  # more than was announced is read over by an HTTP library


def _coding(exchange: Exchange, silent: tuple[int, ...]) -> Sign:
    asked = next((value for name, value in exchange.plan.headers if name.lower() == "accept-encoding"), "identity")
    if "gzip" in asked and "q=0" not in asked:
        return Sign("an answer that can be unpacked as it says", "wrong == 'ContentDecodingError'", silent)
    shows = (
        "head.get('Content-Encoding', 'identity').lower() not in ('', 'identity') or wrong == 'ContentDecodingError'"
    )
    return Sign("an answer that is not compressed, for that was not offered", shows, silent)


def _of_form(clause: str, body: bytes, silent: tuple[int, ...]) -> Sign | None:
    """The sign of what is promised of the form of an answer."""
    if clause == "reply.media-type":
        return Sign(
            "an answer called application/json",
            "not head.get('Content-Type', '').lower().startswith('application/json')",
            silent,
        )
    if clause == "reply.json" and body.startswith(MARK):
        return Sign("JSON without a byte order mark", f"data.startswith({MARK!a})", silent)
    if clause == "reply.json":
        return Sign("a body that is JSON", "bool(data) and wrong == 'JSONDecodeError'", silent)
    members = Counter(MEMBER.findall(body.decode("utf-8", "replace"))) if clause == "reply.members-once" else Counter()
    for name in (each for each, count in members.items() if count > 1):
        return Sign(f"the member {name} once", f"text.count({name!a}) > 1", silent)
    return None


def _expected_echo(exchange: Exchange) -> tuple[str, ...] | None:
    """The ids that were sent, where the echo is another; None where it is right, or none is due."""
    if exchange.reply is None or exchange.status != OK or exchange.ids is None:
        return None
    try:
        answer: Any = json.loads(exchange.reply.body)
    except (ValueError, RecursionError):
        return exchange.ids
    echo = answer.get("canceledOrderIds") if isinstance(answer, dict) else None
    return None if echo == list(exchange.ids) else exchange.ids


def _ranges(statuses: Sequence[int]) -> str:
    """`200 or 400`, `300 to 499 or 501`."""
    runs: list[list[int]] = []
    for each in sorted(statuses):
        if runs and each == runs[-1][-1] + 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    return " or ".join(f"{run[0]} to {run[-1]}" if len(run) > 2 else " or ".join(map(str, run)) for run in runs)
