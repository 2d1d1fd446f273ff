"""What an answer must not show.

Our own secrets are masked before an exchange is recorded; the masks are what these judges look for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from contracts.messages import Account, Exchange, History, Reply, Verdict
from contracts.oracles.form import content
from contracts.oracles.registry import oracle

MASKS = {
    "secret": "[masked secret]",
    "signature": "[masked signature]",
    "own-key": "[masked access key]",
    "other-key": "[masked access key of the other account]",
}
"""What stands in the record in the place of a secret."""
INSIDES = (
    (r'Traceback\ \(most\ recent\ call\ last\) | File\ "[^"\n]+",\ line\ \d+', ("Traceback (most", 'File "')),  # Python
    (r"^\s*at\ [\w$.<>\[\] ]+\s*\([^)\n]*:\d+(:\d+)?\)", ("at ",)),  # JavaScript, Java, C#
    (r"\bat\ [\w.$]+\([\w$]+\.(java|kt|scala|cs|js|ts):\d+\)", ("at ",)),
    (r"\bgoroutine\ \d+\ \[ | ^panic:\ | \bruntime\ error:[ ]", ("goroutine ", "panic: ", "runtime error: ")),  # Go
    (r"Stack\ ?trace:?\s*(\n|\\n|\#0) | \#0\ +/\S+\(\d+\)", ("Stack", "#0 ")),  # PHP
    (
        r""""(stack|stacktrace|stack_trace|backtrace|trace)"\s*:\s*(\[\s*"|"[^"]*(\\n|\.\w{1,5}:\d+))""",
        ('stack"', 'trace"'),
    ),
    (r"(PHP\ )?Fatal\ error:\ | \bin\ /\S+\.php(\ on\ line\ |:)\d+", ("Fatal error: ", ".php")),
    (
        r"\.(rb|py|go|java|js|ts|php|rs|cs):\d+(:in\b|:\d+|\b)",
        (".rb:", ".py:", ".go:", ".java:", ".js:", ".ts:", ".php:", ".rs:", ".cs:"),
    ),
    (
        r"(?<![\w.:/-])(/usr/(local/)?(lib|src)|/home|/var/(www|lib|task)|/opt|/srv|/root|[A-Z]:\\)[\\/][\w./\\-]+",
        ("/usr/", "/home", "/var/", "/opt", "/srv", "/root", ":\\"),
    ),
    # not what stands in another URL
    (r"(?<![\w.:/-])/app/[\w./-]+\.\w{1,5}\b | \bfile:///[\w./-]+", ("/app/", "file:///")),
    # debug pages of frameworks
    (r"\bDEBUG\s*=\s*True\b | \bURLconf\b | \bWerkzeug\ Debugger\b", ("DEBUG", "URLconf", "Werkzeug")),
    (r"node_modules[/\\]", ("node_modules",)),
    (
        r"SQLSTATE | ORA-\d{5} | \bpsycopg2?\. | \bsqlite3?\.(Operational|Integrity|Programming)Error",
        ("SQLSTATE", "ORA-", "psycopg", "sqlite"),
    ),
    (
        r"\b(SELECT\b.{1,200}\bFROM|UPDATE\b.{1,200}\bSET|INSERT\ INTO|DELETE\ FROM)\b",
        ("SELECT", "UPDATE", "INSERT INTO", "DELETE FROM"),
    ),
    (r"\b(redis|postgres(ql)?|mysql|mongodb|amqp|jdbc:\w+)://", ("://",)),
    (
        r"\b[\w-]+(\.[\w-]+)*\.(cluster\.local|(ec2|compute)\.internal|(internal|local|lan):\d+)\b",
        (".cluster.local", ".internal", ".local:", ".lan:"),
    ),
    (r"\bdial\ tcp\b | \bECONNREFUSED\b | \bgetaddrinfo\b", ("dial tcp", "ECONNREFUSED", "getaddrinfo")),
    (r"\b[A-Z][A-Z0-9_]*(PASSWORD|SECRET)[A-Z0-9_]*=\S", ("PASSWORD", "SECRET")),
    (r"\b(10\.\d+|192\.168|172\.(1[6-9]|2\d|3[01]))\.\d+\.\d+\b", ("10.", "192.168", "172.")),
    (
        r"\b(java|javax|org\.springframework|com\.fasterxml|kotlin)\.[\w.]{1,200}(Exception|Error)\b",
        ("Exception", "Error"),
    ),
    (r"\(through\ reference\ chain:[ ] | `java\.\w+(\.\w+)*`", ("reference chain", "`java.")),  # Jackson
    (r"\b[A-Z]\w+::\w+Error\b | \bSystem\.\w+Exception\b", ("Error", "Exception")),
)
"""What a program's inside looks like, and some words: one of these is in every text that looks so."""
INTERNALS = re.compile("|".join(pattern for pattern, _ in INSIDES), re.VERBOSE | re.MULTILINE)
WORDS = tuple(dict.fromkeys(word for _, words in INSIDES for word in words))
NAME_MIN = 6
"""Characters of an id or a market that tell it from a number or a word that stands in any answer."""
READ_MAX = 1 << 15
"""Characters of an answer that are searched for internals: what is longer is a flood, and every exchange is judged."""


def _text(exchange: Exchange) -> str | None:
    """All that an answer says, headers included; None where there is no answer."""
    return None if exchange.reply is None else _said(exchange.reply)


@lru_cache(maxsize=8)  # three judges read the same
def _said(reply: Reply) -> str:
    head = "\n".join(f"{name}: {value}" for name, value in reply.headers)
    body = content(reply)
    said = (body if body is not None else reply.body).decode("utf-8", "replace")
    return head + "\n\n" + said.replace("\\/", "/").replace('\\"', '"')  # as JSON may have escaped them


@oracle("disclosure.secrets")
def no_answer_shows_a_secret(exchange: Exchange, history: History) -> Verdict | None:
    """Judges every answer."""
    text = _text(exchange)
    if text is None:
        return None
    for what in ("secret", "signature"):
        if MASKS[what] in text:
            return Verdict.failed("disclosure.secrets", f"the answer {exchange.status} shows a {what}", what)
    return Verdict.passed("disclosure.secrets")


@oracle("disclosure.internals")
def no_answer_shows_the_programs_inside(exchange: Exchange, history: History) -> Verdict | None:
    """Judges every answer; what the request itself said does not count."""
    text = _text(exchange)
    if text is None:
        return None
    sent = exchange.request.body.decode("utf-8", "replace") + exchange.request.target
    for found in _internals(text[:READ_MAX]):
        if found not in sent:
            return Verdict.failed(
                "disclosure.internals", f"the answer {exchange.status} shows {found[:60]!a}", "internals"
            )
    return Verdict.passed("disclosure.internals")


def _internals(text: str) -> list[str]:
    """What a text shows of the programs inside, head and body each by itself: most answers repeat one of them."""
    head, gap, body = text.partition("\n\n")
    return [*_found(head + gap), *_found(body)]


@lru_cache(maxsize=64)
def _found(text: str) -> tuple[str, ...]:
    if not any(word in text for word in WORDS):  # the search itself takes ten times as long
        return ()
    return tuple(found.group().strip() for found in INTERNALS.finditer(text))


def _shown(names: Iterable[str], text: str, sent: str) -> bool:
    """Whether an answer shows one of these names, as a word of its own, that its request does not say."""
    found = (each for each in names if len(each) >= NAME_MIN and each in text and each not in sent)
    return any(re.search(rf"(?<!\w){re.escape(each)}(?!\w)", text) for each in found)


def _shown_to_anybody(markets: Collection[str], history: History) -> bool:
    """Whether an answer to a request that names no order of another account shows the market as well, unasked."""
    others = (x for x in history.exchanges if all(o.need.account is x.request.account for o in x.outcomes))
    return any(_shown(markets, _text(x) or "", x.request.body.decode("utf-8", "replace")) for x in others)


@oracle("disclosure.others")
def no_answer_shows_another_account(exchange: Exchange, history: History) -> Verdict | None:
    """Judges answers to one account: the other's key id and the ids of its orders must not be in them."""
    text = _text(exchange)
    if text is None:
        return None
    sent = exchange.request.body.decode("utf-8", "replace")
    if exchange.status == 401 and _shown({o.order_id for o in history.outcomes}, text, sent):
        return Verdict.failed(
            "disclosure.others", "the answer to wrong credentials shows an order id", "order id in 401"
        )
    sent_head = "\n".join(value for _, value in exchange.request.headers) + exchange.request.target
    if exchange.request.account is Account.NOBODY:
        shown = [
            MASKS[name] for name in ("own-key", "other-key") if MASKS[name] in text and MASKS[name] not in sent_head
        ]
        if shown and not exchange.plan.credentials.elsewhere:
            return Verdict.failed(
                "disclosure.others", "the answer to nobody's key shows the key id of an account", "key id"
            )
        return Verdict.passed("disclosure.others")
    own = exchange.request.account
    key = MASKS["other-key"] if own is Account.OWN else MASKS["own-key"]
    if key in text and key not in sent_head and exchange.plan.credentials.key is own:
        return Verdict.failed("disclosure.others", "the answer shows the key id of another account", "key id")
    foreign = {o.market for o in exchange.outcomes if o.need.account is not own}
    if _shown(foreign, text, sent) and not _shown_to_anybody(foreign, history):
        return Verdict.failed("disclosure.others", "the answer shows the market of another account's order", "market")
    if _shown({o.order_id for o in history.outcomes if o.need.account is not own}, text, sent):
        return Verdict.failed("disclosure.others", "the answer shows an order id of another account", "order id")
    return Verdict.passed("disclosure.others")
