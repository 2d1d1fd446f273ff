"""The reports for programs and for a terminal: right by their schemas, harmless to who reads them."""

from __future__ import annotations

import json
import re
import shlex
import unicodedata
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import jsonschema_rs
import pytest

import contracts
from contracts.catalogue import Harm, clauses
from contracts.messages import METHOD, PATH, Account, Connection, Credentials, Framing, OrderNeed, Plan, Status
from reports import allure, junit, markdown, printable, summary, terminal, verdict, witness, write
from reports.html import page
from reports.results import Answer, ClauseResult, Result, RunResult
from suites.selftest.reports import samples

SCHEMA = Path(contracts.__file__).with_name("verdict.schema.json")
NEEDS = (OrderNeed("a"), OrderNeed("b", account=Account.OTHER, state="cancelled"))
COMPANY = "after 1 other request; at the same time as 2 others"
FOLDER = Path("reports/out/latest")
RUNS = {
    "holds": samples.run(),
    "violated": samples.run(Result.VIOLATED, (samples.echo_finding(),), "One promise is broken."),
    "unusable": samples.run(Result.UNUSABLE, reason="The target refuses the credentials.", clauses=()),
    "interrupted": samples.run(Result.INTERRUPTED, reason="Somebody pressed Ctrl-C."),
    "broken": samples.run(Result.BROKEN, reason="A judge raised KeyError."),
    "hostile": samples.hostile_run(),
}
parametrised = pytest.mark.parametrize("run", RUNS.values(), ids=list(RUNS))


def harmless(text: str) -> bool:
    """Whether a text has no control but the line feed, nothing bidirectional or hidden, and no lone surrogate."""
    return all(char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Cs"} for char in text)


@parametrised
def test_the_verdict_is_what_its_schema_says(run: RunResult, tmp_path: Path) -> None:
    verdict.write(run, tmp_path)
    text = (tmp_path / verdict.FILE).read_text("ascii")
    jsonschema_rs.validator_for(json.loads(SCHEMA.read_text())).validate(json.loads(text))
    assert [path.name for path in tmp_path.iterdir()] == [verdict.FILE]


@parametrised
def test_junit_is_xml_with_every_clause(run: RunResult) -> None:
    text = junit.junit(run)
    assert harmless(text)
    root = ET.fromstring(text)
    assert len(root.findall("testsuite/testcase")) == len(run.clauses) == int(root.attrib["tests"])
    assert len(root.findall(".//failure")) == sum(each.verdict is Status.FAILED for each in run.clauses)


def test_junit_tells_each_verdict_apart() -> None:
    five = list(clauses().values())[:5]
    results = tuple(ClauseResult(each, status, 1, "because") for each, status in zip(five, Status, strict=True))
    root = ET.fromstring(junit.junit(samples.run(clauses=results)))
    inside = [[each.tag for each in case if each.tag != "properties"] for case in root.iter("testcase")]
    assert inside == [[], ["failure"], ["skipped"], ["skipped"], ["error"]]
    assert root.attrib | {"time": ""} == {
        "name": junit.NAME,
        "tests": "5",
        "failures": "1",
        "errors": "1",
        "skipped": "2",
        "time": "",
    }


@parametrised
@pytest.mark.parametrize("width", [20, 80, 200])
def test_the_terminal_gets_no_control_character(run: RunResult, width: int) -> None:
    lines = terminal.lines(run, FOLDER, colour=False, width=width)
    assert all(harmless(line) and "\n" not in line for line in lines)
    assert lines[-1] == "The report: reports/out/latest/report/index.html"


def test_the_terminal_names_the_broken_promise() -> None:
    text = "\n".join(terminal.lines(RUNS["violated"], FOLDER, colour=False, width=100))
    assert (
        text.index("echo.order")
        < text.index("Promised: The ids are echoed in request order.")
        < text.index("Happened:")
    )
    assert "tox run -e replay -- reports/out/latest/findings/echo.order-0badc0de" in text
    assert "Violated: 1 promise broken." in text


def test_the_terminal_says_what_was_not_exercised_and_why() -> None:
    base = samples.run()
    idle = tuple(
        replace(each, verdict=Status.SKIPPED, reason=samples.NO_ORDERS, exchanges=0)
        if each.clause.concern == "outcome"
        else each
        for each in base.clauses
    )
    asked = Answer(clauses()["shape.empty-strings"], "400", "taken")
    text = "\n".join(terminal.lines(replace(base, clauses=idle, answers=(asked,)), FOLDER, False, 100))
    assert text.count("Order entry is off") == 1 and "outcome.cancelled, outcome.independent" in text
    assert "Now: 400" in text and "Before: taken" in text


def test_colour_is_the_only_difference() -> None:
    plain = terminal.lines(RUNS["violated"], FOLDER, colour=False, width=80)
    bright = terminal.lines(RUNS["violated"], FOLDER, colour=True, width=80)
    assert "\x1b[" in "".join(bright)
    for code in (terminal.RED, terminal.GREEN, terminal.YELLOW, terminal.BOLD, terminal.DIM, terminal.PLAIN):
        bright = [line.replace(code, "") for line in bright]
    assert bright == plain


def test_a_waived_finding_counts_as_no_broken_promise() -> None:
    waived = replace(samples.echo_finding(), waived=True, waiver="Known until the next release.")
    text = "\n".join(terminal.lines(samples.run(Result.HOLDS, (waived,)), FOLDER, False, 90))
    assert text.startswith("Waived deviations\n") and "Waived:   Known until the next release." in text
    assert "Holds. Every promise that was exercised holds" in text
    assert '<h2 id="findings-title">Waived deviations</h2>' in page.page(samples.run(Result.HOLDS, (waived,)), "")


def test_findings_of_one_promise_stand_together_under_its_name() -> None:
    ways = [replace(samples.echo_finding(), fingerprint=f"{n:08x}", times=n + 1, message=f"way {n}") for n in range(6)]
    other = replace(samples.echo_finding(), clause=clauses()["echo.complete"], times=4)
    run = samples.run(Result.VIOLATED, (*ways[:3], other, *ways[3:]))
    text = "\n".join(terminal.lines(run, FOLDER, False, 100))
    shown = re.findall(r"echo\.\w+(?=  \()|way \d", text)
    assert shown == ["echo.order", "way 5", "way 4", "way 3", "echo.complete"]
    passed = sum(each.verdict is Status.PASSED and each.clause.gates for each in run.clauses)
    assert "... and in 3 more ways" in text
    assert f"Broken: echo.order, echo.complete. {passed} passed on evidence." in text
    assert page.page(run, "").count('<details class="way"') == 5


def test_the_worst_effect_comes_first_in_every_report() -> None:
    rising = ("reply.form", "echo.order", "size.over", "size.full", "disclosure.secrets", "outcome.nothing-else")
    assert [clauses()[each].harm.rank for each in rising] == [5, 4, 3, 2, 1, 0]
    found = tuple(replace(samples.echo_finding(), clause=clauses()[each], times=9 - n) for n, each in enumerate(rising))
    run = samples.run(Result.VIOLATED, found)
    worst = list(reversed(rising))
    told = {
        "terminal": "\n".join(terminal.lines(run, FOLDER, False, 200)),
        "sentence": summary.sentence(run),
        "Markdown": markdown.markdown(run),
        "HTML": page.page(run, ""),
    }
    for name, text in told.items():
        assert sorted(rising, key=text.index) == worst, name
    severities = [allure.SEVERITY[clauses()[each].harm].value for each in worst]
    assert severities == ["blocker", "critical", "normal", "normal", "normal", "minor"]
    cases = {case.attrib["name"].partition(":")[0]: case for case in ET.fromstring(junit.junit(run)).iter("testcase")}
    harms = [cases[each].find("properties/property[@name='harm']") for each in worst]
    assert [each.attrib["value"] for each in harms if each is not None] == [each.value for each in Harm][:-1]


def test_a_changed_pin_alone_is_no_broken_promise() -> None:
    run = samples.run(Result.VIOLATED, reason="Two pinned answers changed.")
    assert "Violated. Two pinned answers changed." in "\n".join(terminal.lines(run, FOLDER, False, 100))


def test_the_rest_is_written_where_one_writer_fails(tmp_path: Path) -> None:
    def fails(run: RunResult, folder: Path) -> None:
        raise RuntimeError(f"{run.result} in {folder.name}")

    writers = ((verdict.FILE, verdict.write), ("first", fails), (junit.FILE, junit.write), ("second", fails))
    with pytest.raises(ExceptionGroup) as caught:
        write.write(RUNS["violated"], tmp_path, writers)
    assert [str(each).partition(":")[0] for each in caught.value.exceptions] == [
        "first could not be written",
        "second could not be written",
    ]
    assert {path.name for path in tmp_path.iterdir()} == {verdict.FILE, junit.FILE}


def test_the_verdict_is_written_first() -> None:
    assert write.WRITERS[0] == (verdict.FILE, verdict.write)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 漢", "plain é 漢"),
        ("a\nb\tc\x00\x1b", r"a\nb\tc\x00\x1b"),
        ("\u202e\u200b\ufeff\u00a0\u2028", r"\u202e\u200b\ufeff\xa0\u2028"),
        ("e\u0301 \u3164 \ud800 \U000e0041", r"e\u0301 \u3164 \ud800 \U000e0041"),
    ],
)
def test_what_cannot_be_seen_is_an_escape(text: str, shown: str) -> None:
    assert printable.visible(text) == shown


@pytest.mark.parametrize(
    ("plan", "line"),
    [
        (Plan("n", "c"), "POST /v1/orders/batched/cancel without a body"),
        (Plan("n", "c", body=b""), "POST /v1/orders/batched/cancel with an empty body"),
        (Plan("n", "c", body=b'{"a":\n1}'), 'POST /v1/orders/batched/cancel {"a":\\n1}'),
        (
            Plan("n", "c", body=b"{}", credentials=Credentials(skew_ms=-34000, drop=("X-PM-Signature",))),
            "POST /v1/orders/batched/cancel {} (timestamp -34000 ms off the server's clock; without X-PM-Signature)",
        ),
        (
            Plan("n", "c", body=b"{}", kind="a null", position="last", framing=Framing.RAW, headers=()),
            "POST /v1/orders/batched/cancel {} (a null, last; no headers of its own; on a plain socket)",
        ),
        (
            Plan("n", "c", body=b"{}", orders=NEEDS, before=(Plan("m", "c"),), together=(Plan("m", "c"),) * 2),
            f"{METHOD} {PATH} {{}} (needs orders: a, b (of the other account, cancelled before); {COMPANY})",
        ),
        (Plan("n", "c", connection=Connection.FRESH), f"{METHOD} {PATH} without a body (on a fresh connection)"),
    ],
    ids=["none", "empty", "escape", "credentials", "kind", "surroundings", "connection"],
)
def test_a_witness_is_one_line(plan: Plan, line: str) -> None:
    assert witness.line(plan) == line


def test_a_long_witness_is_cut() -> None:
    line = witness.line(Plan("n", "c", body=b"x" * 5000))
    assert len(line) < 260 and line.endswith("… [5000 bytes]")


@pytest.mark.parametrize("folder", ["out", "my runs/o'clock", "$(reboot)", "out/;ls"])
def test_the_command_that_replays_a_finding_is_one_word_to_a_shell(folder: str) -> None:
    found = samples.echo_finding()
    assert shlex.split(summary.place(found, folder)) == [f"{folder}/{found.bundle}"]
    assert summary.place(found, "") == found.bundle
