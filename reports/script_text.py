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

CLAUSE, PROMISED = @CLAUSE@, @PROMISED@
HAPPENED, EXPECTED = @HAPPENED@, @EXPECTED@
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
{orders}NEEDS, WANTED, states, JSON = @NEEDS@, @WANTED@, {}, {"Content-Type": "application/json"}
b64 = lambda data: base64.b64encode(data).decode()
fill = lambda data: re.sub(rb"{{([^}]+)}}", lambda at: json.dumps(VALUES[at[1].decode()])[1:-1].encode(), data)
{plain}
def send(method, path, headers, body, whose, ways=(str, str, b64), late=0, signed=None, left_out=(), names=@HEADERS@):
    key, secret = os.environ[whose[0]], os.environ[whose[1]] if whose[1] else b64(os.urandom(32))
    body, now, signed = body and fill(body), int(time.time() * 1000), signed or (None, "{}" + method + path)
    stamp, other = ways[0](now + late), "" if signed[0] is None else str(now + signed[0])
    text = signed[1].format(other or stamp.strip(), body=str(body or b"", "utf-8", "replace"))
    raw = SigningKey(base64.b64decode(secret)[:32]).sign(text.encode("utf-8", "surrogateescape")).signature
    values = zip(names, (ways[1](key), stamp, ways[2](raw)))
    headers = {name: value for name, value in values if name not in left_out} | headers
    headers = {name: value.encode("utf-8", "surrogateescape") for name, value in headers.items()}
    reply = session.request(method, URL + path, data=body, headers=headers, timeout=15, allow_redirects=False)
    return reply, [each for each in (key, secret, ways[2](raw)) if len(each) > 19 and each in reply.text]

{orders}call = lambda how, path, who, it=None: send(how, path, JSON, it and json.dumps(it).encode(), who)[0].json()
print(f"{CLAUSE}\\nPromised: {PROMISED}\\nSeen:     {HAPPENED}")
status, text, kind, coding, echo, leaked = 0, "", "none", "", None, []
try:
{orders}    for name, (whose, slug) in NEEDS.items():
{orders}        placed = call("POST", "/v1/orders", whose, ORDER | {"marketSlug": slug})
{orders}        VALUES |= {"market." + name: slug, "order." + name: placed["id"]}
    for each in REQUESTS:
        reply, leaked = send(*each)
    status, text = reply.status_code, reply.text
{plain}    kind, coding = reply.headers.get("Content-Type", "none").lower(), reply.headers.get("Content-Encoding", "")
{orders}    time.sleep(4 * bool(WANTED))  # what is taken is carried out a little later
{orders}    for name in WANTED:
{orders}        states[name] = call("GET", "/v1/order/" + VALUES["order." + name], NEEDS[name][0])["order"]["state"]
    echo = reply.json()["canceledOrderIds"]
except (requests.RequestException, KeyError, TypeError) as error:  # no answer, no JSON, no echo
    text = text or type(error).__name__
{orders}finally:
{orders}    for name, order in [each for each in VALUES.items() if each[0].startswith("order.")]:
{orders}        call("POST", f"/v1/order/{order}/cancel", NEEDS[name[6:]][0], {"marketSlug": NEEDS[name[6:]][1]})
{plain}for each in leaked:
{plain}    text = text.replace(each, "[a secret]")
said = status not in @SILENT@
shows = said and (@SHOWS@)
print(f"Expected: {EXPECTED}\\nGot:      {status} {ascii(text[:2000])}")
print("It shows." if shows else "It does not show this time." if said else "This answer says nothing; try again.")
sys.exit(2 if not said else 1 if shows else 0)
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
