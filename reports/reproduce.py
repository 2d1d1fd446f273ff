"""A script that shows one finding without the suite: under 60 lines, `requests` and `PyNaCl` only.

It can send what a plain HTTP library can: one request, signed anew. A witness that needs more (orders of its own, a
plain socket, another account, several requests) is left to the suite's replay, and its script says so.
"""

from __future__ import annotations

import re
from dataclasses import fields

from contracts.messages import Account, Credentials, Framing, Plan
from reports.printable import visible
from reports.results import Finding

BODY_MAX = 64 * 1024
CLEAN_PATH = re.compile(r"(?:/[A-Za-z0-9_-]+)+/?(?:\?[A-Za-z0-9_=&-]+)?")
CLEAN_HEADER = re.compile(r"[!-9;-~]+: (?:[!-~\x80-\xff](?:[ -~\x80-\xff]*[!-~\x80-\xff])?)?")
MARKET = re.compile(rb"\{\{market\.\d+\}\}")
PLACEHOLDER = re.compile(rb"\{\{(?:market|order)\.[^}]*\}\}")
FRAMING_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "connection", "expect", "accept-encoding"})
PLAIN_CREDENTIALS = frozenset({"secret", "skew_ms", "signed_method", "signed_path", "signed_skew_ms", "drop"})
MARKER = re.compile(r"@([A-Z_]+)@")

SCRIPT = '''\
"""Shows one broken promise without the suite. Needs: pip install requests pynacl"""
import base64
import os
import sys
import time

import requests
from nacl.signing import SigningKey

CLAUSE = @CLAUSE@
PROMISED = @PROMISED@
HAPPENED = @HAPPENED@
METHOD, PATH = @METHOD@, @PATH@
HEADERS = @HEADERS@
BODY = @BODY@
RIGHT_ANSWERS = @ANSWERS@
IDS = @IDS@  # what a 200 must echo, where that can be said
SKEW_MS, SIGNED_SKEW_MS = @SKEW_MS@, @SIGNED_SKEW_MS@
SIGNED_METHOD, SIGNED_PATH = @SIGNED_METHOD@, @SIGNED_PATH@
STRANGER, LEFT_OUT = @STRANGER@, @LEFT_OUT@

missing = [name for name in @NAMES@ if not os.environ.get(name)]
if missing:
    sys.exit("Please set " + ", ".join(missing) + ".")
seed = base64.b64decode(os.environ["POLYMARKET_SECRET_KEY"])[:32]
key = SigningKey.generate() if STRANGER else SigningKey(seed)
now = int(time.time() * 1000)
text = f"{now + SIGNED_SKEW_MS}{SIGNED_METHOD}{SIGNED_PATH}"
credentials = {
    "X-PM-Access-Key": os.environ["POLYMARKET_KEY_ID"],
    "X-PM-Timestamp": str(now + SKEW_MS),
    "X-PM-Signature": base64.b64encode(key.sign(text.encode()).signature).decode(),
}
headers = HEADERS | {name: value for name, value in credentials.items() if name not in LEFT_OUT}
body = BODY if BODY is None else BODY@FILLED@
session = requests.Session()
session.trust_env = False
url = os.environ["POLYMARKET_TARGET_URL"].rstrip("/") + PATH
reply = session.request(METHOD, url, data=body, headers=headers, timeout=15, allow_redirects=False)

print(f"{CLAUSE}\\nPromised: {PROMISED}\\nSeen:     {HAPPENED}")
print(f"Answered: {reply.status_code} {ascii(reply.text[:2000])}")
if reply.status_code in (429, 502, 503, 504):
    sys.exit("This answer says nothing about the promise; please try again.")
try:
    echo = reply.json()["canceledOrderIds"] if reply.status_code == 200 else None
except (ValueError, KeyError, TypeError):
    echo = "none"
if reply.status_code not in RIGHT_ANSWERS:
    sys.exit(f"It shows: the right answers are {RIGHT_ANSWERS}.")
if IDS is not None and echo is not None and echo != IDS:
    sys.exit(f"It shows: the echo should be {ascii(IDS)}.")
print("Status and echo are right this time; compare the answer with the promise.")
'''

NO_SCRIPT = '''\
"""Shows one broken promise, with the suite's help."""
import sys

sys.exit(@SENTENCE@)
'''


def script(finding: Finding) -> str:
    """The text of `reproduce.py`, pure ASCII; nothing of a target's in it is anything but a literal."""
    reason = obstacle(finding.witness)
    if reason:
        sentence = f"This witness {reason}, so it needs the suite's replay: python -m suites.replay {finding.bundle}"
        return _filled(NO_SCRIPT, {"SENTENCE": ascii(sentence)})
    return _filled(SCRIPT, {name: ascii(value) for name, value in _values(finding).items()} | _code(finding.witness))


def obstacle(plan: Plan) -> str:
    """Why a plain script can't send a plan, as the end of a sentence that begins with 'this witness'; else empty."""
    given, usual = plan.credentials, Credentials()
    changed = {each.name for each in fields(given) if getattr(given, each.name) != getattr(usual, each.name)}
    reasons = {
        "needs orders of its own": bool(plan.orders) or bool(PLACEHOLDER.search(MARKET.sub(b"", plan.body or b""))),
        "is one of several requests": bool(plan.before or plan.together),
        "is framed as no HTTP library would": plan.framing is not Framing.LENGTH or not _clean_headers(plan),
        "has a path that an HTTP library would mend": not CLEAN_PATH.fullmatch(plan.path),
        "writes its credentials in an unusual way": not changed <= PLAIN_CREDENTIALS or not plan.method.isalpha(),
        "needs a second account": given.secret is Account.OTHER,
        "is too large for a script": len(plan.body or b"") > BODY_MAX,
    }
    return next((reason for reason, applies in reasons.items() if applies), "")


def _clean_headers(plan: Plan) -> bool:
    names = [name.lower() for name, _ in plan.headers]
    lines = [f"{name}: {value}" for name, value in plan.headers]
    return (
        len(set(names)) == len(names)
        and not FRAMING_HEADERS & set(names)
        and all(CLEAN_HEADER.fullmatch(each) for each in lines)
    )


def _values(finding: Finding) -> dict[str, object]:
    plan, given = finding.witness, finding.witness.credentials
    ids = finding.exchange.ids
    names = ["POLYMARKET_TARGET_URL", "POLYMARKET_KEY_ID", "POLYMARKET_SECRET_KEY"]
    return {
        "CLAUSE": finding.clause.id,
        "PROMISED": finding.clause.says,
        "HAPPENED": visible(finding.message),
        "METHOD": plan.method,
        "PATH": plan.path,
        "HEADERS": dict(plan.headers),
        "BODY": plan.body,
        "ANSWERS": plan.answers,
        "IDS": None if ids is None else list(ids),
        "SKEW_MS": given.skew_ms,
        "SIGNED_SKEW_MS": given.skew_ms if given.signed_skew_ms is None else given.signed_skew_ms,
        "SIGNED_METHOD": given.signed_method or plan.method,
        "SIGNED_PATH": plan.path.partition("?")[0] if given.signed_path is None else given.signed_path,
        "STRANGER": given.secret is Account.NOBODY,
        "LEFT_OUT": list(given.drop),
        "NAMES": names + (["POLYMARKET_MARKET_SLUG"] if MARKET.search(plan.body or b"") else []),
    }


def _code(plan: Plan) -> dict[str, str]:
    """What puts the market into the body, or nothing."""
    places = sorted(set(MARKET.findall(plan.body or b"")))
    return {"FILLED": "".join(f'.replace({each!r}, os.environ["POLYMARKET_MARKET_SLUG"].encode())' for each in places)}


def _filled(template: str, values: dict[str, str]) -> str:
    """The template with every marker filled in one pass, so that no value is searched for markers."""
    return MARKER.sub(lambda match: values[match[1]], template)
