"""The text of `reproduce.py`; `reproduce` beside it fills in its markers (`@NAME@`), which are a finding's own."""

from __future__ import annotations

import re
from collections.abc import Collection

LINE = re.compile(r"(?:\{([a-z]+)\})?(.*\n)")
"""A line of the script; where it begins with a word in braces, one of scripts of that kind."""
KINDS = {
    "orders": "places orders of its own",
    "plain": "places none",
    "row": "sends its requests in a row",
    "again": "sends the last of them until it shows",
    "crowd": "sends them at once",
    "twice": "sends a header twice",
    "last": "repeats of its last request what only that knows",
    "moved": "has its credentials in another place",
}

SCRIPT = '''\
"""Shows one broken promise without the suite. Needs: pip install requests pynacl
{orders}It places orders of its own far from the market, which expire within the hour, and cancels no others.
{plain}
Exit status: 1 the deviation shows, 0 it does not, 2 nothing can be said."""
import base64, json, os, re, sys, time, zlib
{crowd}from concurrent.futures import ThreadPoolExecutor
{moved}from urllib.parse import quote, urlencode
import requests
{twice}from urllib3._collections import HTTPHeaderDict
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
SECRETS = {each for name, each in os.environ.items() if name.startswith("POLYMARKET_") and "KEY" in name}
{orders}NEEDS, WANTED, UNTIL = @NEEDS@, @WANTED@, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
{orders}ORDER = {"type": "ORDER_TYPE_LIMIT", "price": {"value": "0.01", "currency": "USD"}, "quantity": 1,
{orders}    "participateDontInitiate": True, "intent": "ORDER_INTENT_BUY_LONG", "tif": "TIME_IN_FORCE_GOOD_TILL_DATE", \
"goodTillTime": UNTIL}
b64 = lambda data: base64.b64encode(data).decode()
escaped = lambda found: json.dumps(FORMS.get(found[2], str)(VALUES[found[1]]))[1:-1]
fill = lambda data: re.sub(r"{{([^}|]+)[|]?([^}]*)}}", escaped, data.decode("latin-1")).encode("latin-1")
def send(method, path, headers, body, who, ways=(str, str, b64), late=0, signed=None, skip=(), names=HEADERS, parts=0, \
more=(), moved=None, last=None):
    key, secret = os.environ[who[0]], os.environ[who[1]] if who[1] else b64(os.urandom(32))
    body, now, signed = body and fill(body), int(time.time() * 1000), signed or (None, "{}" + method + path)
    stamp, other = ways[0](now + late), "" if signed[0] is None else str(now + signed[0])
    text = signed[1].format(other or stamp.strip(), body=str(body or b"", "utf-8", "replace"))
    raw = SigningKey(base64.b64decode(secret)[:32]).sign(text.encode("utf-8", "surrogateescape")).signature
{last}    stamp, raw = LAST[:] = last(*LAST) if last else (stamp, raw)
    mine, _ = (ways[1](key), stamp, ways[2](raw)), SECRETS.add(ways[2](raw))
    sent = {name: each for name, each in zip(names, mine) if name not in skip}
{moved}    sent, path, body = moved(dict(zip(HEADERS, mine)), sent, path, body) if moved else (sent, path, body)
    sent = {name: each.encode("utf-8", "surrogateescape") for name, each in (sent | headers).items()}
    made = session.prepare_request(requests.Request(method, URL, sent, data=iter([body]) if parts else body))
{twice}    made.headers = HTTPHeaderDict([*made.headers.items(), \
*((name, each(sent.get(name), str(now), other)) for name, each in more)])
    made.url = URL + path  # to the letter
    return session.send(made, timeout=15, allow_redirects=False)
{orders}call = lambda how, path, who, it=None: send(how, path, {"Content-Type": "application/json"}, \
it and json.dumps(it).encode(), who).json()
print(f"{CLAUSE}\\nPromised: {PROMISED}\\nSeen:     {HAPPENED}")
replies, states, status, text, data, head, echo, wrong, leaked, LAST = [], {}, 0, "", b"", {}, None, "", [], ["", b""]
try:
{orders}    for name, (whose, slug) in NEEDS.items():
{orders}        VALUES |= {"market." + name: slug, "order." + name: \
call("POST", "/v1/orders", whose, ORDER | {"marketSlug": slug})["id"]}
{row}    replies += map(lambda each: send(*each), REQUESTS)
{again}    while replies[-1].status_code != 401 and len(replies) < 200: \
replies.append(send(*REQUESTS[-1]))  # it takes luck
{crowd}    while len(replies) < 5 * len(REQUESTS) and not (replies and @SHOWS@):  # it takes luck
{crowd}        replies += time.sleep(len(replies) > 0) or ThreadPoolExecutor(20).map(lambda each: send(*each), REQUESTS)
    status, text, data, head = replies[-1].status_code, replies[-1].text, replies[-1].content, replies[-1].headers
    leaked = [each for each in SECRETS if len(each) > 19 and each in f"{text} {head}"]
{orders}    time.sleep(4 * bool(WANTED))  # what is taken is carried out a little later
{orders}    for name in WANTED: states[name] = \
call("GET", "/v1/order/" + VALUES["order." + name], NEEDS[name][0])["order"]["state"]
    echo = replies[-1].json()["canceledOrderIds"]
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


def chosen(kinds: Collection[str]) -> str:
    """The lines of a script of some kinds."""
    return "".join(line for kind, line in LINE.findall(SCRIPT) if not kind or kind in kinds)
