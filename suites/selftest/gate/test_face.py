"""The gate from a shell: exit statuses, artefacts, one sentence for bad input, and no secret anywhere."""

from __future__ import annotations

import base64
import json
import signal
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema_rs
import pytest

from contracts.catalogue import clauses
from gateway.server import EmbeddedGateway
from suites.selftest.gate.command import ROOT, SIGNATURE, Ran, ended, ran, started
from suites.selftest.replay.bundles import variables_of

SECRET = base64.b64encode(bytes(range(32))).decode()
USUAL = {
    "POLYMARKET_TARGET_URL": "http://127.0.0.1:9",
    "POLYMARKET_KEY_ID": "11111111-2222-4333-8444-555555555555",
    "POLYMARKET_SECRET_KEY": SECRET,
}
"""A target that nobody serves, and a key that it would not have."""
FAULT = "SendsTheSignatureBack"


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return ran(tmp_path_factory.mktemp("honest") / "out")


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return ran(tmp_path_factory.mktemp("failing") / "out", "--embedded-fault", FAULT)


def verdict(run: Ran) -> dict[str, object]:
    """The run's `verdict.json`, valid by its schema."""
    found: dict[str, object] = json.loads((run.folder / "verdict.json").read_text(encoding="utf-8"))
    schema = json.loads((ROOT / "contracts" / "verdict.schema.json").read_text(encoding="utf-8"))
    jsonschema_rs.validator_for(schema).validate(found)
    return found


@pytest.mark.parametrize("which", ["honest", "failing"])
def test_every_artefact_is_there(which: str, request: pytest.FixtureRequest) -> None:
    run: Ran = request.getfixturevalue(which)
    assert verdict(run)["result"] == ("holds" if which == "honest" else "violated")
    assert (run.folder / "report" / "index.html").read_text(encoding="utf-8").startswith("<!")
    exchanges = (run.folder / "exchanges.ndjson").read_text(encoding="utf-8").splitlines()
    assert len(exchanges) > 200
    assert all(json.loads(each)["number"] for each in exchanges)
    suite = ET.parse(run.folder / "junit.xml").getroot()
    assert len(list(suite.iter("testcase"))) == len(clauses())
    results = list((run.folder / "allure-results").glob("*-result.json"))
    assert len(results) == len(clauses())
    assert (run.folder / "findings").is_dir() is (which == "failing")


def test_an_honest_gateway_is_exit_0_in_plain_words(honest: Ran) -> None:
    assert honest.status == 0, honest.said
    assert "Traceback" not in honest.said
    assert "\x1b" not in honest.said


def test_a_faulty_gateway_is_exit_1_with_the_broken_promise_and_how_to_see_it_again(failing: Ran) -> None:
    assert failing.status == 1, failing.said
    assert "disclosure.secrets" in failing.said
    assert "suites.replay" in failing.said or "tox run -e replay" in failing.said
    assert "Traceback" not in failing.said
    folders = [each.name for each in (failing.folder / "findings").iterdir()]
    assert any(each.startswith("disclosure.secrets-") for each in folders)
    served = f"python -m gateway --fault {FAULT}"
    assert served in (failing.folder / "report" / "index.html").read_text(encoding="utf-8")
    assert served in (failing.folder / "findings" / folders[0] / "README.md").read_text(encoding="utf-8")


def test_the_plans_of_two_processes_are_the_same(honest: Ran, failing: Ran) -> None:
    plans = [
        {json.loads(each)["plan"]["name"] for each in (run.folder / "exchanges.ndjson").read_text().splitlines()}
        for run in (honest, failing)
    ]
    assert plans[0] == plans[1]


@pytest.mark.parametrize("which", ["honest", "failing"])
def test_no_signature_is_in_anything_printed_or_written(which: str, request: pytest.FixtureRequest) -> None:
    """What was sent can't be known here, but its form is: no text of 64 bytes in base64 may be anywhere."""
    run: Ran = request.getfixturevalue(which)
    shown = [(name, found.group()[:8]) for name, text in run.files() for found in SIGNATURE.finditer(text)]
    assert shown == []


def test_no_key_is_in_anything_printed_or_written(tmp_path: Path) -> None:
    """A target whose keys are known here, and which answers 401 in a way that quotes its caller."""
    with EmbeddedGateway() as server:
        variables = variables_of(server)
        run = ran(tmp_path / "out", "suites/disclosure.py", "suites/credentials.py", **variables)
    secrets = {variables[name] for name in ("POLYMARKET_KEY_ID", "POLYMARKET_OTHER_KEY_ID")}
    for name in ("POLYMARKET_SECRET_KEY", "POLYMARKET_OTHER_SECRET_KEY"):
        raw = base64.b64decode(variables[name])
        for each in (raw, raw[:32]):
            secrets |= {base64.b64encode(each).decode().rstrip("="), each.hex(), each.hex().upper()}
            secrets |= {base64.urlsafe_b64encode(each).decode().rstrip("=")}
    assert run.said
    found = [(name, each[:6]) for name, text in run.files() for each in secrets if each.encode() in text]
    assert found == []


# --- what bad input gets ----------------------------------------------------------------------------------------------

BAD_ENVIRONMENTS: dict[str, tuple[dict[str, str], str]] = {
    "a bad URL": ({"POLYMARKET_TARGET_URL": "ftp://host"}, "http:// or https://"),
    "a URL without a host": ({"POLYMARKET_TARGET_URL": "http://"}, "with a host"),
    "a URL with a password": ({"POLYMARKET_TARGET_URL": "http://a:hunter2@host"}, "no credentials"),
    "no key": ({"POLYMARKET_KEY_ID": "", "POLYMARKET_SECRET_KEY": ""}, "are not set"),
    "half a key": ({"POLYMARKET_SECRET_KEY": ""}, "POLYMARKET_SECRET_KEY is not set"),
    "a secret that is no base64": ({"POLYMARKET_SECRET_KEY": SECRET[:20] + "!" + SECRET[20:]}, "not base64"),
    "a secret too short": ({"POLYMARKET_SECRET_KEY": base64.b64encode(bytes(31)).decode()}, "31 bytes"),
    "half another key": ({"POLYMARKET_OTHER_KEY_ID": "x"}, "POLYMARKET_OTHER_SECRET_KEY is not set"),
}
BAD_OPTIONS: dict[str, tuple[list[str], str]] = {
    "an unknown profile": (["--profile", "gates"], "profile"),
    "an unknown option": (["--frequency", "9"], "unrecognized arguments"),
    "a rate that is no number": (["--rate", "fast"], "--rate"),
    "a negative rate": (["--rate", "-1"], "must not be negative"),
    "a bad URL": (["--target-url", "host:80"], "http:// or https://"),
    "fewer requests than none": (["--shrink", "-1"], "--shrink must not be negative"),
}


def one_sentence(run: Ran, says: str) -> None:
    """Exit 4 with one sentence, nothing else of pytest's, no secret, and nothing written."""
    assert run.status == 4, run.said
    assert says in run.said
    assert "Traceback" not in run.said
    assert "INTERNALERROR" not in run.said
    assert SECRET[:20] not in run.said
    assert "hunter2" not in run.said
    assert not run.folder.is_dir() or not list(run.folder.glob("verdict.json"))


@pytest.mark.parametrize(("environment", "says"), BAD_ENVIRONMENTS.values(), ids=BAD_ENVIRONMENTS)
def test_an_environment_that_aims_at_nothing_is_exit_4(environment: dict[str, str], says: str, tmp_path: Path) -> None:
    one_sentence(ran(tmp_path / "out", **(USUAL | environment)), says)


@pytest.mark.parametrize(("options", "says"), BAD_OPTIONS.values(), ids=BAD_OPTIONS)
def test_options_that_are_none_are_exit_4(options: list[str], says: str, tmp_path: Path) -> None:
    one_sentence(ran(tmp_path / "out", *options), says)


def test_an_out_folder_that_is_a_file_is_exit_4(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    one_sentence(ran(tmp_path / "out"), str(tmp_path / "out"))
    assert (tmp_path / "out").read_text() == "mine"


# --- what can't be judged ---------------------------------------------------------------------------------------------


def test_a_target_that_is_not_there_is_exit_6_and_says_what_to_check(tmp_path: Path) -> None:
    run = ran(tmp_path / "out", **USUAL)
    assert run.status == 6, run.said
    assert verdict(run)["result"] == "unusable"
    assert "check the URL" in run.said.replace("\n", " ")


def test_a_key_that_the_target_does_not_have_is_exit_6(tmp_path: Path) -> None:
    with EmbeddedGateway() as server:
        run = ran(tmp_path / "out", **(USUAL | {"POLYMARKET_TARGET_URL": server.url}))
    assert run.status == 6, run.said
    assert "POLYMARKET_KEY_ID" in run.said
    assert USUAL["POLYMARKET_KEY_ID"] not in run.said
    assert all(SECRET.encode() not in text for _, text in run.files())


def test_what_is_left_out_never_holds(tmp_path: Path) -> None:
    run = ran(tmp_path / "out", "-k", "size")
    assert run.status not in (0, 1), run.said
    assert verdict(run)["result"] not in ("holds", "violated")


def test_nothing_chosen_is_exit_5_or_wrong_usage(tmp_path: Path) -> None:
    assert ran(tmp_path / "out", "-k", "no_such_promise").status in (4, 5)


def test_an_interrupt_is_exit_2_with_a_report_of_what_was_seen(tmp_path: Path) -> None:
    process = started(tmp_path / "out", "--rate", "18")
    deadline = time.monotonic() + 60
    log = tmp_path / "out" / "exchanges.ndjson"
    while time.monotonic() < deadline and not (log.is_file() and log.stat().st_size > 20_000):
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    run = ended(process, tmp_path / "out")
    assert run.status == 2, run.said
    assert "Traceback" not in run.said
    assert verdict(run)["result"] == "interrupted"
    assert "interrupted" in (run.folder / "report" / "index.html").read_text(encoding="utf-8").lower()
