"""The README of a bundle: the finding as one person would tell another."""

from __future__ import annotations

from contracts.messages import Exchange, Reply
from reports import sources, summary, witness
from reports.marked import code, fence, plain
from reports.printable import bytes_as_text
from reports.results import Finding, RunResult, Seen
from reports.scripts import curl, reproduce

BODY_LIMIT = 2000
VALUES = {
    "POLYMARKET_TARGET_URL": "https://...",
    "POLYMARKET_SECRET_KEY": "...     # base64; never put it on a command line",
    "POLYMARKET_MARKET_SLUG": "...    # where orders may be placed, far from the market",
}
"""What stands in the place of a variable's value, where that is more than three dots."""
AGAIN = {
    Seen.ALWAYS: "Its plan, sent {} times in all, showed it every time.",
    Seen.SOMETIMES: "Its plan, sent {} times in all, showed it {} times: something else plays a part.",
    Seen.ONCE: "Its plan, sent {} times in all, showed it once: by chance, or it takes more than the plan holds.",
    Seen.UNTRIED: "Its plan was not sent again.",
}


def letter(run: RunResult, finding: Finding) -> str:
    """The README's text; whatever came from the target is shown, never acted on."""
    clause, facts = finding.clause, run.facts
    often = witness.counted(finding.times, "exchange")
    again = AGAIN[finding.seen].format(finding.tries, finding.shows)
    lines = [
        f"# Broken promise: {clause.says}",
        "",
        f"Clause {code(clause.id)}, strength *{clause.strength}*, source {code(sources.words(clause.source))}.",
        "",
        "## What happened",
        "",
        plain(finding.message),
        "",
        f"Seen in {often} of the run of {plain(facts.started)} against {code(facts.target)}. {again}",
        *(["", f"Waived: {plain(finding.waiver)}"] if finding.waived else []),
        *_ways(finding),
        "",
        "## What it costs",
        "",
        clause.effect,
        "",
        "## The witness",
        "",
        *fence(witness.line(finding.witness)),
        "",
        *([f"It is shrunk from exchange {finding.shrunk_from} of the run.", ""] if finding.shrunk_from else []),
        *_exchange(finding.exchange),
        "",
        *_replay(finding, facts.serve),
    ]
    return "\n".join(lines) + "\n"


def _ways(finding: Finding) -> list[str]:
    """The other ways in which a night saw the same bug."""
    ways = [f"- {plain(each.message)} ({code(each.id)})" for each in finding.also]
    return ["", "The same differs in other ways, each with a folder beside this one:", "", *ways] if ways else []


def _exchange(exchange: Exchange) -> list[str]:
    sent = bytes_as_text(exchange.request.body)
    return [
        "Sent, credentials masked (all of it is in `exchange.json`):",
        "",
        *fence(f"{exchange.request.method} {exchange.request.target}\n\n{_cut(sent)}", "http"),
        "",
        "Answered:",
        "",
        *fence(_reply(exchange.reply, exchange.failure), "http"),
    ]


def _reply(reply: Reply | None, failure: str) -> str:
    if reply is None:
        return f"no whole answer: {failure}"
    headers = "\n".join(f"{name}: {value}" for name, value in reply.headers[:20])
    return f"{reply.status}\n{headers}\n\n{_cut(bytes_as_text(reply.body))}"


def _cut(text: str) -> str:
    return text if len(text) <= BODY_LIMIT else f"{text[:BODY_LIMIT]}\n[{len(text) - BODY_LIMIT} more characters]"


def _replay(finding: Finding, serve: str) -> list[str]:
    with_tox, without = summary.replay_commands(finding, "")
    reason = reproduce.obstacle(finding)
    curled = ["bash curl.sh       # with curl and openssl"] if curl.script(finding) else []
    alone = [
        "In this folder, without the suite (`pip install requests pynacl`):",
        "",
        *fence("\n".join(["python reproduce.py", *curled]), "sh"),
        "",
        "Or from the suite's folder, with the path of this one, however far away:",
    ]
    needs_suite = (
        f"`reproduce.py` can't show it: this witness {reason}. From the suite's folder, with the path of this one:"
    )
    served = f" {code(serve)} serves the embedded gateway as it was in that run, and prints them." if serve else ""
    return [
        "## Show it again",
        "",
        f"These variables name the target and its keys.{served}",
        "",
        *fence("\n".join(f"export {name}={VALUES.get(name, '...')}" for name in reproduce.variables(finding)), "sh"),
        "",
        *([needs_suite] if reason else alone),
        "",
        *fence(f"{with_tox}\n{without}", "sh"),
        "",
        "Signatures are made anew at each replay; this folder holds no secret.",
    ]
