"""The text of `reproduce.py`; `reports.reproduce` fills in its markers (`@NAME@`), which are a finding's own."""

from __future__ import annotations

import re

LINE = re.compile(r"(?:\{(orders|plain)\})?(.*\n)")
"""A line of the script; where it begins with a word in braces, one of those with orders of its own, or without."""

SCRIPT = '''\
"""Shows one broken promise without the suite. Needs: pip install requests pynacl
{orders}It places orders of its own far from the market, which expire within the hour, and cancels no others.
{plain}
Exit status: 1 the deviation shows, 0 it does not, 2 nothing can be said."""
import base64, json, os, re, sys, time, zlib
import requests
from nacl.signing import SigningKey

CLAUSE, PROMISED, HEADERS = @CLAUSE@, @PROMISED@, @HEADERS@
HAPPENED, EXPECTED, FORMS = @HAPPENED@, @EXPECTED@, @FORMS@
REQUESTS = [@REQUESTS@]
{plain}
if missing := [name for name in @NAMES@ if not os.environ.get(name)]:
    sys.exit(print("Please set " + ", ".join(missing) + ".", file=sys.stderr) or 2)
sys.excepthook = lambda *error: os._exit(print(error[1], file=sys.stderr) or 2)
URL, session = os.environ["POLYMARKET_TARGET_URL"].rstrip("/"), requests.Session()
session.trust_env, session.headers = False, {"Accept-Encoding": "identity"}
SLUGS = [each.strip() for each in (os.environ.get("POLYMARKET_MARKET_SLUG") or "@NOBODY@").split(",")]
VALUES = {f"market.{number}": SLUGS[number % len(SLUGS)] for number in range(100)}
{orders}ORDER = {"type": "ORDER_TYPE_LIMIT", "price": {"value": "0.01", "currency": "USD"}, "quantity": 1,
{orders}    "participateDontInitiate": True, "intent": "ORDER_INTENT_BUY_LONG", "tif": "TIME_IN_FORCE_GOOD_TILL_DATE",
{orders}    "goodTillTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))}
{orders}NEEDS, WANTED, JSON = @NEEDS@, @WANTED@, {"Content-Type": "application/json"}
b64 = lambda data: base64.b64encode(data).decode()
escaped = lambda found: json.dumps(FORMS.get(found[2], str)(VALUES[found[1]]))[1:-1]
fill = lambda data: re.sub(r"{{([^}|]+)[|]?([^}]*)}}", escaped, data.decode("latin-1")).encode("latin-1")
{plain}
def send(method, path, headers, body, who, ways=(str, str, b64), late=0, signed=None, skip=(), names=HEADERS, parts=0):
    key, secret = os.environ[who[0]], os.environ[who[1]] if who[1] else b64(os.urandom(32))
    body, now, signed = body and fill(body), int(time.time() * 1000), signed or (None, "{}" + method + path)
    stamp, other = ways[0](now + late), "" if signed[0] is None else str(now + signed[0])
    text = signed[1].format(other or stamp.strip(), body=str(body or b"", "utf-8", "replace"))
    raw = SigningKey(base64.b64decode(secret)[:32]).sign(text.encode("utf-8", "surrogateescape")).signature
    sent = dict(each for each in zip(names, (ways[1](key), stamp, ways[2](raw))) if each[0] not in skip) | headers
    sent = {name: each.encode("utf-8", "surrogateescape") for name, each in sent.items()}
    made = session.prepare_request(requests.Request(method, URL, sent, data=iter([body]) if parts else body))
    made.url = URL + path  # to the letter
    return session.send(made, timeout=15, allow_redirects=False), {key, secret, ways[2](raw)}
{plain}
{orders}call = lambda how, path, who, it=None: send(how, path, JSON, it and json.dumps(it).encode(), who)[0].json()
print(f"{CLAUSE}\\nPromised: {PROMISED}\\nSeen:     {HAPPENED}")
status, text, data, head, echo, wrong, leaked = 0, "", b"", {}, None, "", []
try:
{orders}    for name, (whose, slug) in NEEDS.items():
{orders}        placed = call("POST", "/v1/orders", whose, ORDER | {"marketSlug": slug})
{orders}        VALUES |= {"market." + name: slug, "order." + name: placed["id"]}
    for each in REQUESTS:
        reply, secrets = send(*each)
    status, text, data, head = reply.status_code, reply.text, reply.content, reply.headers
    leaked = [each for each in secrets if len(each) > 19 and each in f"{text} {head}"]
{orders}    time.sleep(4 * bool(WANTED))  # what is taken is carried out a little later
{orders}    read = lambda name: call("GET", "/v1/order/" + VALUES["order." + name], NEEDS[name][0])
{orders}    states = {name: read(name)["order"]["state"] for name in WANTED}
    echo = reply.json()["canceledOrderIds"]
except (requests.RequestException, KeyError, TypeError) as error:  # no answer, no JSON, no echo
    wrong = type(error).__name__
{orders}finally:
{orders}    for name, order in [each for each in VALUES.items() if each[0].startswith("order.")]:
{orders}        call("POST", f"/v1/order/{order}/cancel", NEEDS[name[6:]][0], {"marketSlug": NEEDS[name[6:]][1]})
result = 2 if status in @SILENT@ else int(bool(@SHOWS@))
text = re.sub("|".join(map(re.escape, leaked)) or "$^", "[a secret]", text or wrong)
print(f"Expected: {EXPECTED}\\nGot:      {status} {ascii(text[:2000])}")
sys.exit(print((@QUIET@, "It shows.", "This answer says nothing; try again.")[result]) or result)
'''

NO_SCRIPT = '''\
"""Shows one broken promise, with the suite's help."""
import sys

print(@SENTENCE@, file=sys.stderr)
sys.exit(2)
'''


def chosen(*, with_orders: bool) -> str:
    """The lines of a script that places orders, or of one that does not."""
    wanted = ("orders" if with_orders else "plain", "")
    return "".join(line for where, line in LINE.findall(SCRIPT) if where in wanted)
