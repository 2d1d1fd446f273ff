"""The catalogue as a page: every clause with its strength, source, cost, judge and faults.

python -m suites.selftest.catalogue
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from textwrap import fill

from contracts.catalogue import CONCERNS, FILE, Clause, clauses, out_of_reach
from contracts.messages import Strength
from contracts.oracles import ORACLES
from gateway.faults import FAULTS
from reports import sources
from suites.selftest.house.tree import ROOT

PAGE = ROOT / "docs" / "catalogue.md"
MADE_BY = ".tox/selftest/bin/python -m suites.selftest.catalogue"
COLUMNS = 120
ABOUT = {
    "size": "how many orders one batch may carry",
    "shape": "what a batch is",
    "wholeness": "taken or refused as a whole, and without effect where refused",
    "echo": "the ids of the reply",
    "reply": "status, type and form of answers",
    "credentials": "key, timestamp and signature",
    "window": "the 30 seconds",
    "routing": "methods, paths and media types",
    "outcome": "what became of the orders",
    "ownership": "whose orders they are",
    "isolation": "between requests, connections and accounts",
    "disclosure": "what an error shows",
    "robustness": "no 5xx, no hang, no torn answer",
}


def page() -> str:
    """The whole page, in Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    every = clauses().values()
    yield "# The catalogue"
    yield ""
    yield _wrapped(
        f"{len(every)} clauses, in the order of [{FILE.name}](../contracts/{FILE.name}). A *must* stands in the "
        "document, a *should* in a standard or in plain security sense; both gate. An *open* one is a question that "
        "nobody answers: the suite asks it and records what the target says. *Broken by* names faulty gateways of the "
        "cabinet, those in brackets are left to the night. The page is rendered by"
    )
    yield from ("", "```sh", MADE_BY, "```", "")
    yield "| concern | about | must | should | open | faults |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for concern in CONCERNS:
        mine = [each for each in every if each.concern == concern]
        counts = [sum(each.strength is strength for each in mine) for strength in Strength]
        faults = sum(len(_faults(each)) for each in mine)
        yield f"| [{concern}](#{concern}) | {ABOUT[concern]} | {' | '.join(map(str, counts))} | {faults} |"
    for concern in CONCERNS:
        yield from ("", f"## {concern}")
        for each in every:
            if each.concern == concern:
                yield from _clause(each)
    yield from ("", "## What this suite cannot say", "")
    for lost in out_of_reach():
        yield _wrapped(f"*{lost.says}* {lost.reason}", item=True)


def _clause(clause: Clause) -> Iterator[str]:
    yield from ("", f"### {clause.id}", "")
    yield _wrapped(f"*{clause.strength}*: {clause.says}")
    yield ""
    yield _wrapped(f"{'It costs' if clause.gates else 'It matters'}: {clause.effect}", item=True)
    yield _wrapped(f"Source: {_source(clause.source)}", item=True)
    yield _wrapped(f"Judge: {_judge(clause.id)}", item=True)
    if clause.gates:
        yield _wrapped(f"Broken by: {', '.join(_faults(clause)) or 'nothing yet'}", item=True)


def _source(source: str) -> str:
    if source.startswith("#"):
        return f"[the document](../{sources.DOCUMENT}), `{source}`"
    address = sources.url(source)
    return f"[{source}]({address})" if address else source


def _judge(clause: str) -> str:
    """The judge's own name, or that of the function which makes judges of its kind."""
    judge = ORACLES.get(clause)
    if judge is None:
        return "none yet"
    file = judge.__module__.replace(".", "/") + ".py"
    return f"`{judge.__qualname__.partition('.')[0]}` in [{file}](../{file})"


def _faults(clause: Clause) -> list[str]:
    mine = [each for each in FAULTS.values() if each.breaks == clause.id]
    named = sorted(mine, key=lambda each: each.night)  # stable: in the order of the cabinet
    return [f"(`{each.__name__}`)" if each.night else f"`{each.__name__}`" for each in named]


def _wrapped(text: str, *, item: bool = False) -> str:
    first, rest = ("- ", "  ") if item else ("", "")
    return fill(
        text,
        COLUMNS,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
