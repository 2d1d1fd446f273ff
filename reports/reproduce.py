"""A script that shows one finding without the suite: under 60 lines, `requests` and `PyNaCl` only.

It can send what a plain HTTP library can, signed anew: the witness, behind the requests that come before it. Where
these need orders it places some, far from the market, and cancels them whatever happens. What needs more (a plain
socket, several requests at once), or shows in more than one answer or on the order stream, is left to the suite's
replay, and the script says so.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Container, Mapping
from dataclasses import fields

from contracts.messages import Account, Credentials, Framing, OrderNeed, Plan
from contracts.signing import HEADERS
from reports import script_text, signs, ways
from reports.printable import visible
from reports.results import Finding, Seen

BODY_MAX = 64 * 1024
STEPS_MAX = 8
CLEAN_PATH = re.compile(r"(?:/(?:[A-Za-z0-9._~;=-]|%[0-9A-F]{2})*)+(?:\?[A-Za-z0-9_=&-]+)?")
CLEAN_HEADER = re.compile(r"[!-9;-~]+: (?:[!-~\x80-\xff](?:[ -~\x80-\xff]*[!-~\x80-\xff])?)?")
ORDER = re.compile(rb"\{\{(order|market)\.([^}|]+)\}\}")
OTHERS = re.compile(rb"\{\{(?!market\.\d+\}\})\w+\.([^}|]*)\|?([^}]*)\}\}")
"""Placeholders other than a market of the target: their names, and in which other spelling."""
FRAMING_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "expect"})
FRAMINGS = frozenset({Framing.LENGTH, Framing.CHUNKED, Framing.EXPECT, Framing.RAW})
"""What an HTTP library can do, where headers and path are clean. It sends the body behind `Expect` at once."""
PLAIN_CREDENTIALS = frozenset(
    {"key", "secret", "skew_ms", "signed_method", "signed_path", "signed_skew_ms", "signed_text", "drop"}
    | {"timestamp", "signature", "key_text", "names", "repeat"}
)
ABOUT_SEVERAL = ("isolation.", "outcome.once")
"""What is promised of requests at the same time: what is sent beside the witness belongs to it."""
PACKED_FROM = 2048
"""Bytes from which a body stands in a script packed, where that makes it small."""
CASES: dict[str, Callable[[str], str]] = {"canonical": str, "lower": str.lower, "upper": str.upper}
TOLD = ("same", "fresh", "signed", *Account)
"""Values of a repeated header that only the moment of sending knows."""
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
        return _filled(script_text.NO_SCRIPT, {"SENTENCE": ascii(sentence)})
    steps = _steps(finding)
    needs = _needs(steps) if with_orders(finding) else {}
    words = {
        "CLAUSE": finding.clause.id,
        "PROMISED": finding.clause.says,
        "HAPPENED": visible(finding.message),
        "EXPECTED": visible(shown.expected),
        "NAMES": _names(steps, needs),
        "HEADERS": HEADERS,
        "WANTED": dict(shown.stays),
        "SILENT": shown.silent,
        "QUIET": "It does not show this time." + ("" if finding.seen is Seen.ALWAYS else DOUBT),
    }
    code = {
        "REQUESTS": ", ".join(_request(each, placed=needs) for each in steps),
        "NEEDS": f"{{{', '.join(f'{name!a}: {_need(each)}' for name, each in needs.items())}}}",
        "SHOWS": shown.shows,
        "FORMS": f"{{{', '.join(f'{form!a}: lambda text: {ways.FORMS[form]}' for form in _forms(steps))}}}",
        "NOBODY": NOBODY,
    }
    text = script_text.chosen(with_orders=bool(needs))
    return _filled(text, {name: ascii(value) for name, value in words.items()} | code)


def obstacle(finding: Finding) -> str:
    """Why no plain script shows a finding, as the end of a sentence that begins with 'this witness'; else empty."""
    steps = _steps(finding)
    reason = next((reason for each in steps if (reason := _obstacle(each))), "")
    if reason:
        return reason
    if finding.exchange.plan not in steps:
        return "shows in the answer to another request"
    if finding.witness.together and finding.clause.id.startswith(ABOUT_SEVERAL):
        return "is one of several requests at once"
    if len(steps) > STEPS_MAX:
        return "comes behind too many requests for a script"
    if finding.clause.concern == "isolation" and len(steps) == 1:
        return "shows only behind other requests"
    if sign_of(finding) is not None:
        return ""
    hidden = "on the order stream" if finding.exchange.outcomes else "in what an HTTP library hides"
    return f"shows only where answers are compared, or {hidden}"


def _obstacle(plan: Plan) -> str:
    """Why a plain script can't send a plan, likewise."""
    given, usual = plan.credentials, Credentials()
    changed = {each.name for each in fields(given) if getattr(given, each.name) != getattr(usual, each.name)}
    written = given.timestamp in ways.TIMESTAMPS and given.signature in ways.SIGNATURES and given.key_text in ways.KEYS
    written &= given.names in CASES and all(name in given.drop and value not in TOLD for name, value in given.repeat)
    odd = any(
        (form and form.decode() not in ways.FORMS) or name.decode() not in {each.name for each in plan.orders}
        for name, form in OTHERS.findall(plan.body or b"")
    )
    reasons = {
        "spells the id of an order in another way": odd,
        "is framed as no HTTP library would": plan.framing not in FRAMINGS or not _clean_headers(plan),
        "has a path that an HTTP library would mend": not CLEAN_PATH.fullmatch(plan.path),
        "has a method that an HTTP library would mend": not (plan.method.isalpha() and plan.method.isupper()),
        "writes its credentials in an unusual way": not changed <= PLAIN_CREDENTIALS or not written,
        "is too large for a script": len(_literal(plan.body or b"")) > BODY_MAX,
    }
    return next((reason for reason, applies in reasons.items() if applies), "")


def sign_of(finding: Finding) -> signs.Sign | None:
    """By what the script tells the deviation; None where it can't."""
    name = "{{{{order.{}}}}}".format if _needed(finding) else _stand_in
    return signs.sign(finding, {each.order_id: name(each.need.name) for each in finding.exchange.outcomes})


def with_orders(finding: Finding) -> bool:
    """Whether the script places orders: the witness can't do without, or it shows in what becomes of them."""
    shown = sign_of(finding)
    return _needed(finding) or (shown is not None and bool(shown.stays))


def _needed(finding: Finding) -> bool:
    """Whether the witness can't do without orders: what is echoed may depend on whether there are any, too.

    What came back each time it was sent again, and needs none, came back without.
    """
    shown = signs.sign(finding, {})
    echoed = shown is not None and shown.echo is not None and bool(finding.exchange.outcomes)
    steps = _steps(finding)
    doubtful = finding.seen is not Seen.ALWAYS and bool(finding.exchange.outcomes)
    return echoed or doubtful or bool(_forms(steps)) or any(not need.optional for each in steps for need in each.orders)


def _forms(steps: list[Plan]) -> list[str]:
    """The other spellings of ids that are sent."""
    return sorted({form.decode() for each in steps for _, form in OTHERS.findall(each.body or b"") if form})


def _needs(steps: list[Plan]) -> dict[str, OrderNeed]:
    return {need.name: need for each in steps for need in each.orders}


def _need(need: OrderNeed) -> str:
    """Whose an order is and in which market, as code."""
    account = NAMES[need.account]
    return f'(("{account}KEY_ID", "{account}SECRET_KEY"), SLUGS[{need.market} % len(SLUGS)])'


def _steps(finding: Finding) -> list[Plan]:
    """What is sent: the witness behind what comes before it, up to the request whose answer shows the finding.

    Of requests at the same time only the one that shows it: what is about several at once has no script.
    """
    plan = finding.exchange.plan
    steps = _behind(plan if plan in finding.witness.together else finding.witness)
    place = steps.index(finding.exchange.plan) + 1 if finding.exchange.plan in steps else len(steps)
    return steps[:place]


def _behind(plan: Plan) -> list[Plan]:
    return [*(each for before in plan.before for each in _behind(before)), plan]


def _stand_in(name: str) -> str:
    """An id that nobody has, in the place of an order that the script does not place."""
    return f"nobody-{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def body_of(plan: Plan, placed: Container[str] = ()) -> bytes:
    """The body with made-up ids in the place of orders that the plan can do without, but for those that are placed."""
    optional = {each.name for each in plan.orders if each.optional and each.name not in placed}

    def filled(found: re.Match[bytes]) -> bytes:
        name = found[2].decode()
        if name not in optional:
            return found[0]
        return b"{{market.0}}" if found[1] == b"market" else _stand_in(name).encode()

    return ORDER.sub(filled, plan.body or b"")


def _clean_headers(plan: Plan) -> bool:
    names = [name.lower() for name, _ in plan.headers]
    lines = [f"{name}: {value}" for name, value in plan.headers]
    return (
        len(set(names)) == len(names)
        and not FRAMING_HEADERS & set(names)
        and all(CLEAN_HEADER.fullmatch(each) for each in lines)
    )


def _request(plan: Plan, placed: Container[str]) -> str:
    """The arguments of the script's `send`, as code; orders that it places keep their placeholders."""
    given = plan.credentials
    secret = "" if given.secret is Account.NOBODY else NAMES[given.secret] + "SECRET_KEY"
    path = plan.path.partition("?")[0] if given.signed_path is None else given.signed_path
    text = given.signed_text.replace("{timestamp}", "{}").replace("{number}", "{}")
    text = text.replace("{method}", given.signed_method or plan.method).replace("{path}", path)
    body = "None" if plan.body is None else _literal(body_of(plan, placed))
    headers = dict(plan.headers) | dict(given.repeat)
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
    last += ", True" if plan.framing is Framing.CHUNKED else ""
    return f"({first}, ({', '.join(written)}), {last})"


def _literal(body: bytes) -> str:
    """A body as code: a long one that repeats itself is packed."""
    packed = f"zlib.decompress({zlib.compress(body, 9)!a})"
    return packed if len(body) > PACKED_FROM and len(packed) < len(body) / 4 else ascii(body)


def _names(plans: list[Plan], needs: Mapping[str, OrderNeed]) -> list[str]:
    """The variables that a script needs."""
    found = ["POLYMARKET_TARGET_URL", "POLYMARKET_KEY_ID", "POLYMARKET_SECRET_KEY"]
    found += ["POLYMARKET_MARKET_SLUG"] if needs else []
    whose = {account for each in plans for account in (each.credentials.key, each.credentials.secret)}
    if Account.OTHER in whose | {each.account for each in needs.values()}:
        found += ["POLYMARKET_OTHER_KEY_ID", "POLYMARKET_OTHER_SECRET_KEY"]
    return found


def _filled(template: str, values: dict[str, str]) -> str:
    """The template with every marker filled in one pass, so that no value is searched for markers."""
    return MARKER.sub(lambda match: values[match[1]], template)
