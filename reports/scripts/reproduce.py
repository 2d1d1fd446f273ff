"""A script that shows one finding without the suite: under 60 lines, `requests` and `PyNaCl` only.

It can send what a plain HTTP library can, signed anew: the witness, behind or beside the requests that it needs. Where
these need orders it places some, far from the market, and cancels them whatever happens. What needs more (a plain
socket), or shows on the order stream, is left to the suite's replay, and the script says so.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping

from contracts.messages import Account, Framing, OrderNeed, Plan
from contracts.signing import HEADERS
from reports.printable import visible
from reports.results import Finding, Seen
from reports.scripts import sendable, signs, template, ways
from reports.scripts.sendable import CASES, OTHERS, literal
from reports.scripts.signs_shape import Sign
from reports.scripts.steps import Steps, Way, stand_in, steps_of

STEPS_MAX = 40
ORDERS_MAX = 24
ORDER = re.compile(rb"\{\{(order|market)\.([^}|]+)\}\}")
ABOUT_SEVERAL = ("isolation.", "outcome.once")
"""What is promised of requests at the same time: what is sent beside the witness belongs to it."""
MARKER = re.compile(r"@([A-Z_]+)@")
NOBODY = "nobody-has-this-market"
"""The market of a script where none is named."""
DOUBT = " In the run, other requests came before it and other orders were open, which may matter."
NAMES = {Account.OWN: "POLYMARKET_", Account.OTHER: "POLYMARKET_OTHER_"}
"""How the variables of an account's key begin."""


def script(finding: Finding) -> str:
    """The text of `reproduce.py`, pure ASCII; nothing of a target's in it is anything but a literal."""
    reason, shown = obstacle(finding), sign_of(finding)
    if reason or shown is None:
        sentence = f"This witness {reason}, so it needs the suite's replay: python -m suites.replay {finding.bundle}"
        return _filled(template.NO_SCRIPT, {"SENTENCE": ascii(sentence)})
    steps = steps_of(finding)
    needs = _placed(finding)
    words = {
        "CLAUSE": finding.clause.id,
        "PROMISED": finding.clause.says,
        "HAPPENED": visible(finding.message),
        "EXPECTED": visible(shown.expected),
        "NAMES": variables(finding),
        "HEADERS": HEADERS,
        "WANTED": dict(shown.stays),
        "SILENT": shown.silent,
        "QUIET": "It does not show this time." + ("" if finding.seen is Seen.ALWAYS else DOUBT),
    }
    code = {
        "REQUESTS": ", ".join(_request(each, placed=needs) for each in steps.plans),
        "NEEDS": f"{{{', '.join(f'{name!a}: {_need(each)}' for name, each in needs.items())}}}",
        "SHOWS": shown.shows,
        "FORMS": f"{{{', '.join(f'{form!a}: lambda text: {ways.FORMS[form]}' for form in _forms(steps.plans))}}}",
        "NOBODY": NOBODY,
    }
    text = template.chosen(_kinds(steps, needs))
    return _filled(text, {name: ascii(value) for name, value in words.items()} | code)


def _kinds(steps: Steps, needs: Mapping[str, OrderNeed]) -> set[str]:
    """What the text of a script has to know, by the words of `template.KINDS`."""
    given = [each.credentials for each in steps.plans]
    kinds = {"orders" if needs else "plain", Way.CROWD if steps.way is Way.CROWD else Way.ROW, steps.way}
    kinds |= {"twice"} if any(sendable.repeated(each) for each in given) else set()
    kinds |= {"last"} if any(each.again for each in given) else set()
    return kinds | ({"moved"} if any(each.elsewhere or each.beside for each in given) else set())


def obstacle(finding: Finding) -> str:
    """Why no plain script shows a finding, as the end of a sentence that begins with 'this witness'; else empty."""
    steps = steps_of(finding)
    reason = next((reason for each in steps.plans if (reason := sendable.obstacle(each))), "")
    if reason:
        return reason
    if steps.way is not Way.CROWD and finding.exchange.plan not in steps.plans:
        return "shows in the answer to another request"
    if finding.witness.together and steps.way is not Way.CROWD and finding.clause.id.startswith(ABOUT_SEVERAL):
        return "is one of several requests at once"
    if len(steps.plans) > STEPS_MAX or len(_placed(finding)) > ORDERS_MAX:
        return "comes behind too many requests for a script"
    if finding.clause.concern == "isolation" and len(steps.plans) == 1:
        return "shows only behind other requests"
    if sign_of(finding) is not None:
        return ""
    streamed = finding.exchange.outcomes or finding.exchange.stray
    return f"shows only {'on the order stream' if streamed else 'in what an HTTP library hides'}"


def sign_of(finding: Finding) -> Sign | None:
    """By what the script tells the deviation; None where it can't."""
    name = "{{{{order.{}}}}}".format if _needed(finding) else stand_in
    return signs.sign(finding, {each.order_id: name(each.need.name) for each in finding.exchange.outcomes})


def with_orders(finding: Finding) -> bool:
    """Whether the script places orders: the witness can't do without, or it shows in what becomes of them."""
    shown = sign_of(finding)
    return _needed(finding) or bool(steps_of(finding).beside) or (shown is not None and bool(shown.stays))


def _needed(finding: Finding) -> bool:
    """Whether the witness can't do without orders: what is echoed may depend on whether there are any, too.

    What came back each time it was sent again, and needs none, came back without.
    """
    shown = signs.sign(finding, {})
    echoed = shown is not None and shown.echo is not None and bool(finding.exchange.outcomes)
    plans = steps_of(finding).plans
    doubtful = finding.seen is not Seen.ALWAYS and bool(finding.exchange.outcomes)
    return echoed or doubtful or bool(_forms(plans)) or any(not need.optional for each in plans for need in each.orders)


def _forms(plans: Iterable[Plan]) -> list[str]:
    """The other spellings of ids that are sent."""
    return sorted({form.decode() for each in plans for _, form in OTHERS.findall(each.body or b"") if form})


def _placed(finding: Finding) -> dict[str, OrderNeed]:
    """The orders that the script places."""
    return steps_of(finding).needs if with_orders(finding) else {}


def _need(need: OrderNeed) -> str:
    """Whose an order is and in which market, as code."""
    account = NAMES[need.account]
    return f'(("{account}KEY_ID", "{account}SECRET_KEY"), SLUGS[{need.market} % len(SLUGS)])'


def body_of(plan: Plan, placed: Container[str] = ()) -> bytes:
    """The body with made-up ids in the place of orders that the plan can do without, but for those that are placed."""
    optional = {each.name for each in plan.orders if each.optional and each.name not in placed}

    def filled(found: re.Match[bytes]) -> bytes:
        name = found[2].decode()
        if name not in optional:
            return found[0]
        return b"{{market.0}}" if found[1] == b"market" else stand_in(name).encode()

    return ORDER.sub(filled, plan.body or b"")


def _request(plan: Plan, placed: Container[str]) -> str:
    """The arguments of the script's `send`, as code; orders that it places keep their placeholders."""
    given = plan.credentials
    secret = "" if given.secret is Account.NOBODY else NAMES[given.secret] + "SECRET_KEY"
    path = plan.path.partition("?")[0] if given.signed_path is None else given.signed_path
    text = given.signed_text.replace("{timestamp}", "{}").replace("{number}", "{}")
    text = text.replace("{method}", given.signed_method or plan.method).replace("{path}", path)
    body = "None" if plan.body is None else literal(body_of(plan, placed))
    more = sendable.repeated(given)
    headers = dict(plan.headers) | {name: value for name, value in given.repeat if name not in dict(more)}
    headers |= {"Expect": "100-continue"} if plan.framing is Framing.EXPECT else {}
    key = NAMES[Account.OWN if given.key is Account.NOBODY else given.key] + "KEY_ID"
    key_text = "unknown" if given.key is Account.NOBODY and given.key_text == "as-issued" else given.key_text
    written = (
        f"lambda ms: {ways.TIMESTAMPS[given.timestamp]}",
        f"lambda key: {ways.KEYS[key_text]}",
        f"lambda raw: {ways.SIGNATURES[given.signature]}",
    )
    first = f"{plan.method!a}, {plan.path!a}, {headers!a}, {body}, {(key, secret)!a}"
    names = [CASES[given.names](each) for each in HEADERS]
    last = f"{given.skew_ms}, {(given.signed_skew_ms, text)!a}, {list(given.drop)!a}, {names!a}"
    last += f", {plan.framing is Framing.CHUNKED}"
    if not (more or given.again or given.elsewhere or given.beside):
        return f"({first}, ({', '.join(written)}), {last})"
    last += f", [{', '.join(f'({name!a}, lambda same, now, signed: {each})' for name, each in more)}]"
    place = given.elsewhere or ("beside" if given.beside else "")
    last += f", {f'lambda mine, sent, path, body: {ways.PLACES[place]}' if place else None}"
    last += f", {f'lambda stamp, raw: {ways.AGAIN[given.again]}' if given.again else None}"
    return f"({first}, ({', '.join(written)}), {last})"


def variables(finding: Finding) -> list[str]:
    """The variables of the environment that a script needs, and the suite's replay as well."""
    needs, given = _placed(finding), [each.credentials for each in steps_of(finding).plans]
    found = ["POLYMARKET_TARGET_URL", "POLYMARKET_KEY_ID", "POLYMARKET_SECRET_KEY"]
    found += ["POLYMARKET_MARKET_SLUG"] if needs else []
    whose = {account for each in given for account in (each.key, each.secret, *dict(each.repeat).values())}
    apart = finding.clause.id == "disclosure.others" or any(each.beside for each in given)
    if apart or Account.OTHER in whose | {each.account for each in needs.values()}:
        found += ["POLYMARKET_OTHER_KEY_ID", "POLYMARKET_OTHER_SECRET_KEY"]
    return found


def _filled(text: str, values: dict[str, str]) -> str:
    """The text with every marker filled in one pass, so that no value is searched for markers."""
    return MARKER.sub(lambda match: values[match[1]], text)
