"""Every command in every Markdown file: it is run and ends as it should, or it stands here why it is not run."""

from __future__ import annotations

import re

import pytest

from suites.selftest.docs.shell import Shell
from suites.selftest.house.markdown import Command, pages

FAULTY = "tox run -e gate -- --embedded-fault CancelsTheGoodOfABadBatch"
SERVED = "python -m gateway --fault CancelsTheGoodOfABadBatch"
FINDING = "reports/out/latest/findings/wholeness.shape-without-effect-c3007b1d"
RUN = {
    "tox run -e gate": 0,
    "tox run -e gate -- --seed 2": 0,
    "tox run -e gate -- --rate 0": 0,
    "tox run -e gate -- --rate 0 --embedded-fault SortsTheEcho": 1,
    FAULTY: 1,
    f"tox run -e replay -- {FINDING}": 1,
    "tox run -e sweep": 0,
    "python -m gateway --list-faults": 0,
    "python -m suites.selftest.catalogue": 0,
    "python -m suites.selftest.prove --messages YourFault honest": 0,
}
"""Each command that is run, with its exit status; the folder of tools before its first word is left out."""
BEFORE = {f"tox run -e replay -- {FINDING}": FAULTY, FAULTY: "tox run -e gate"}
"""What has to be typed before it."""
AIMED = (f"tox run -e replay -- {FINDING}", "tox run -e sweep")
"""What needs a target in its variables: the one that SERVED serves."""
LONG = "takes longer than all the self-tests; a few of its subjects are tried by suites/selftest"
PEER = "takes longer than all the self-tests, and most of that is another program's time"
INSTALLS = "installs again what this test runs in; .ci/run does it on a bare machine"
PART = "this test is a part of it"
NOT_RUN = {
    SERVED: "serves until Ctrl-C; it does so here for the commands that need a target",
    "python3 -m venv .venv": INSTALLS,
    "pip install -q tox": INSTALLS,
    "tox run -e lint": INSTALLS,
    "tox run -e selftest --notest": INSTALLS,
    "tox run -e fast": PART,
    "tox run -m pythons -s true": INSTALLS,
    "tox run -e selftest": PART,
    "tox run -e selftest -- -x": PART,
    ".ci/run": PART,
    "tox run -e prove": LONG,
    "tox run -e bench": LONG,
    "python -m suites.selftest.prove": LONG,
    "python -m suites.selftest.prove --lawful": LONG,
    "python -m suites.selftest.prove --oracle-mutants 40 --of your_judge": LONG,
    "python -m suites.selftest.beside": PEER,
    "python -m suites.selftest.beside --faults 6": PEER,
    "python -m suites.selftest.night": LONG,
    "python -m suites.selftest.throughput": LONG,
    "python -m suites.selftest.twelve": LONG,
}
MEANT = {"YourFault": "SortsTheEcho"}
"""What a reader puts in the place of a word."""
TOOLS = re.compile(r"^\.(?:venv|tox/\w+)/bin/")
VARYING = re.compile(r"(?<=reports/out/)[^/\s]+|\d[\d.:T-]*(?:\d|Z)|\d")
"""Numbers, dates, and the name of a run."""


def plain(command: Command) -> str:
    """A command without the folder that its first word lies in."""
    return TOOLS.sub("", command.said.text)


COMMANDS = {plain(each): each for page in pages() for each in page.commands()}


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return Shell(tmp_path_factory.mktemp("clone"))


@pytest.mark.parametrize("command", [each for each in COMMANDS if each in RUN])
def test_it_ends_as_it_should_and_prints_what_the_page_says(command: str, shell: Shell) -> None:
    meant = re.sub("|".join(MEANT), lambda word: MEANT[word[0]], command)
    if command in BEFORE:
        shell.run(BEFORE[command], {})
    if command in AIMED:
        with shell.serving(SERVED) as variables:
            ended = shell.run(meant, variables)
    else:
        ended = shell.run(meant, {})
    assert ended.status == RUN[command], ended.said
    said = {VARYING.sub("N", each.rstrip()) for each in ended.said.splitlines()}
    where, printed = COMMANDS[command].said.where, COMMANDS[command].printed
    unsaid = [each for each in printed if each.strip() != "..." and VARYING.sub("N", each.rstrip()) not in said]
    assert not unsaid, f"{where} says that it prints\n" + "\n".join(unsaid) + "\nbut it prints\n" + ended.said


def test_every_command_is_run_or_it_is_said_why_not() -> None:
    found = [
        f"{each.said.where}: {name}: add it to RUN, or to NOT_RUN with the reason"
        for name, each in COMMANDS.items()
        if name not in RUN and name not in NOT_RUN
    ]
    assert not found, "\n".join(found)


def test_no_list_has_a_command_that_no_page_has() -> None:
    assert sorted({*RUN, *NOT_RUN} - set(COMMANDS)) == []
    assert not set(RUN) & set(NOT_RUN)
