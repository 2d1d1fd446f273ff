"""`curl.sh`: a finding shown with bash, curl and openssl alone, where one plain request and one plain answer can do it.

The private key goes from the environment to openssl through a pipe, and the credentials to curl likewise: neither is in
a file or on a command line.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

from contracts.messages import WINDOW_MS, Credentials, Framing
from reports.printable import visible
from reports.results import Finding
from reports.scripts import reproduce
from reports.scripts.signs_shape import Sign
from reports.scripts.steps import Way, steps_of

FILE = "curl.sh"
PLAIN = re.compile(rb"[\n -~]*")
PLAIN_ID = re.compile(r"[A-Za-z0-9._:-]*")
EDGE_MS = 5000
"""The clock of a shell has seconds, and openssl takes its time: nearer to the window's edge it can't be trusted."""
MARKET = re.compile(rb"\{\{market\.(\d+)\}\}")
MARKER = re.compile(r"@([A-Z_]+)@")

SCRIPT = """\
#!/usr/bin/env bash
# Shows one broken promise with curl and openssl. Exit status: 1 it shows, 0 it does not, 2 nothing can be said.
# @CLAUSE@: @PROMISED@
# @HAPPENED@
set -euo pipefail
trap 'exit 2' ERR
for name in POLYMARKET_TARGET_URL POLYMARKET_KEY_ID POLYMARKET_SECRET_KEY; do
    [ -n "${!name:-}" ] || { echo "Please set $name." >&2; exit 2; }
done
IFS=', ' read -ra slugs <<<"${POLYMARKET_MARKET_SLUG:-@NOBODY@}"
method=@METHOD@ path=@PATH@ body=@BODY@
for number in @MARKETS@; do body=${body//"{{market.$number}}"/${slugs[number % ${#slugs[@]}]}}; done
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
: >"$work/reply"

key() { # PKCS 8 around the 32 bytes of the seed
    printf '\\60\\56\\2\\1\\0\\60\\5\\6\\3\\53\\145\\160\\4\\42\\4\\40'
    printf %s "$POLYMARKET_SECRET_KEY" | openssl base64 -d -A | head -c 32
}
now=$(($(date +%s) * 1000))
printf %s "$((now + @SIGNED@))"@SIGNED_TEXT@ >"$work/text"
signature=$(openssl pkeyutl -sign -rawin -keyform DER -inkey <(key) -in "$work/text" | openssl base64 -A)
headers() {
    printf 'header = "%s"\\n' @HEADERS@
}
status=$(headers | curl --silent --show-error --path-as-is --max-time 15 --request "$method" @DATA@ \\
    --output "$work/reply" --write-out '%{http_code}' --config - "${POLYMARKET_TARGET_URL%/}$path")
reply=$(head -c 2000 "$work/reply" | tr -c '[:print:]' ' ')
others="${POLYMARKET_OTHER_KEY_ID:-} ${POLYMARKET_OTHER_SECRET_KEY:-}"
for secret in "$POLYMARKET_KEY_ID" "$POLYMARKET_SECRET_KEY" "$signature" $others; do
    reply=${reply//"$secret"/[a secret]}
done
printf 'Expected: %s\\nGot:      %s %s\\n' @EXPECTED@ "$status" "$reply"
case $status in @SILENT@) echo 'This answer says nothing; try again.'; exit 2 ;; esac
@CHECK@
echo 'It does not show this time.'
"""


def script(finding: Finding) -> str:
    """The text of `curl.sh`, pure ASCII; empty where curl can't show the finding."""
    plan, sign = finding.witness, reproduce.sign_of(finding)
    given = plan.credentials
    bare = replace(given, skew_ms=0, signed_skew_ms=None, signed_method=None, signed_path=None, drop=())
    body = plan.body or b""
    at_an_edge = abs(abs(given.skew_ms) - WINDOW_MS) < EDGE_MS
    plain = not at_an_edge and bare == Credentials() and PLAIN.fullmatch(body) and not body.endswith(b"\n")
    check = _check(sign) if sign is not None else ""
    steps = steps_of(finding)
    several = steps.plans != (plan,) or steps.way is not Way.ROW or reproduce.with_orders(finding)
    if not plain or not check or sign is None or several or reproduce.obstacle(finding) or plan.method == "HEAD":
        return ""
    path = plan.path.partition("?")[0] if given.signed_path is None else given.signed_path
    late = given.skew_ms if given.signed_skew_ms is None else given.signed_skew_ms
    values = {
        "CLAUSE": finding.clause.id,
        "PROMISED": _comment(finding.clause.says),
        "HAPPENED": _comment(finding.message),
        "NOBODY": reproduce.NOBODY,
        "METHOD": quoted(plan.method),
        "PATH": quoted(plan.path),
        "BODY": quoted(reproduce.body_of(plan).decode("ascii")),
        "MARKETS": " ".join(sorted({each.decode() for each in MARKET.findall(body)})),
        "DATA": '--data-binary "$body"' if body else "",
        "SIGNED": str(late),
        "SIGNED_TEXT": quoted((given.signed_method or plan.method) + path),
        "HEADERS": " ".join(_headers(finding)),
        "EXPECTED": quoted(_comment(sign.expected)),
        "SILENT": "|".join(f"{each:03}" for each in sign.silent),
        "CHECK": check,
    }
    return MARKER.sub(lambda match: values[match[1]], SCRIPT)


def _headers(finding: Finding) -> list[str]:
    """Words of the shell, a line of curl's configuration each; what curl would add unasked is taken away."""
    plan = finding.witness
    given = plan.credentials
    credentials = {
        "X-PM-Access-Key": "$POLYMARKET_KEY_ID",
        "X-PM-Timestamp": f"$((now + {given.skew_ms}))",
        "X-PM-Signature": "$signature",
    }
    words = [quoted(f"{name}: {value}".replace("\\", "\\\\").replace('"', '\\"')) for name, value in plan.headers]
    words += ["'Expect: 100-continue'"] if plan.framing is Framing.EXPECT else []
    words += [f'"{name}: {value}"' for name, value in credentials.items() if name not in given.drop]
    return words if any(name.lower() == "content-type" for name, _ in plan.headers) else [*words, "Content-Type:"]


def _check(sign: Sign) -> str:
    """What tells the deviation in the shell; empty where the shell can't."""
    if sign.answers:
        right = "|".join(f"{each:03}" for each in sign.answers)
        return f"case $status in {right}) ;; *) echo 'It shows.'; exit 1 ;; esac"
    if sign.echo is not None and all(PLAIN_ID.fullmatch(each) for each in sign.echo):
        echo = json.dumps({"canceledOrderIds": sign.echo}, separators=(",", ":"))[1:-1]
        pattern = f"*{quoted(echo)}*"
        return f"""[ "$status" != 200 ] || case $(tr -d '[:space:]' <"$work/reply") in
    {pattern}) ;; *) echo 'It shows.'; exit 1 ;;
esac"""
    return ""


def quoted(text: str) -> str:
    """Text as one word of the shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def _comment(text: str) -> str:
    """Text on one line in ASCII."""
    return visible(text).encode("ascii", "backslashreplace").decode()
