"""Bundles: what is written can be read and run, and what a stranger writes can do no harm."""

from __future__ import annotations

import json
import os
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings

import contracts
from contracts import codec
from contracts.messages import PATH, Credentials, OrderNeed, Plan
from reports import bundle
from reports.results import Finding, Result
from suites.selftest.contracts.test_codec import PLANS
from suites.selftest.reports import gallery, samples

SCHEMA = json.loads(Path(contracts.__file__).with_name("finding.schema.json").read_text())
VALIDATOR = jsonschema_rs.validator_for(SCHEMA)
RUN = samples.run(Result.VIOLATED, (samples.echo_finding(),), "One promise is broken.")


def written(folder: Path, finding: Finding | None = None) -> Path:
    """The folder of a bundle, written."""
    found = finding or samples.echo_finding()
    bundle.write(RUN, found, folder)
    return folder / found.bundle


@pytest.mark.parametrize("finding", [*gallery.rich_run().findings, *samples.hostile_run().findings], ids=lambda f: f.id)
def test_a_bundle_reads_back(finding: Finding, tmp_path: Path) -> None:
    folder = written(tmp_path, finding)
    always = {"finding.json", "exchange.json", "README.md", "reproduce.py"}
    assert {path.name for path in folder.iterdir()} - {"curl.sh"} == always
    plan, known = bundle.read(folder)
    assert plan == finding.witness
    assert (known.clause, known.fingerprint, known.times) == (finding.clause.id, finding.fingerprint, finding.times)
    assert bundle.read(folder / bundle.FILE)[0] == plan
    VALIDATOR.validate(json.loads((folder / bundle.FILE).read_text("ascii")))


@given(PLANS)
@settings(max_examples=40)
def test_the_schema_knows_every_plan(plan: Plan) -> None:
    validator = jsonschema_rs.validator_for({"$ref": "#/$defs/plan", "$defs": SCHEMA["$defs"]})
    # The validator's own strings can't hold lone surrogates; the form is the same without.
    text = codec.dumps(plan).replace("\\ud", "\\u00")
    validator.validate(json.loads(text))


@pytest.mark.parametrize("cls", [Plan, Credentials, OrderNeed])
def test_the_schema_has_the_members_that_the_messages_have(cls: type[Any]) -> None:
    name = {"Plan": "plan", "Credentials": "credentials", "OrderNeed": "need"}[cls.__name__]
    assert list(SCHEMA["$defs"][name]["properties"]) == [each.name for each in fields(cls)]


def test_the_schema_has_the_members_of_the_metadata() -> None:
    assert list(SCHEMA["properties"]) == SCHEMA["required"] == [each.name for each in fields(bundle.Metadata)]


CHANGES: list[tuple[dict[str, Any], str]] = [
    ({"format": 2}, r"^finding\.json: this suite reads format 1 only$"),
    ({"format": True}, "reads format 1 only"),
    ({"clause": "no.such"}, r"^finding\.clause: this suite's catalogue has no such clause$"),
    ({"more": 1}, r'^finding: no member is called "more"$'),
    ({"seed": "1"}, r"^finding\.seed: a whole number is needed$"),
    ({"witness": {"name": "n", "clause": "c", "answers": [None]}}, r"^finding\.witness\.answers\[0\]: a whole number"),
]


@pytest.mark.parametrize(("change", "sentence"), CHANGES, ids=[str(i) for i in range(len(CHANGES))])
def test_what_is_wrong_with_a_bundle_is_one_sentence(change: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    path = written(tmp_path) / bundle.FILE
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ValueError, match=sentence):
        bundle.read(path)


def test_what_is_no_bundle_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no bundle here"):
        bundle.read(tmp_path)
    with pytest.raises(ValueError, match="there is no bundle here"):
        bundle.read(tmp_path / "nowhere\x1b[31m")
    os.mkfifo(tmp_path / bundle.FILE)
    with pytest.raises(ValueError, match="there is no bundle here"):
        bundle.read(tmp_path)


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b"\xff", b"{" * 100_000, b'{"format": 1}'])
def test_bytes_that_are_no_bundle_are_one_sentence(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / bundle.FILE).write_bytes(raw)
    with pytest.raises(ValueError, match=r"\Afinding[^\n]*\Z"):
        bundle.read(tmp_path)


def test_a_bundle_too_large_is_not_read(tmp_path: Path) -> None:
    (tmp_path / bundle.FILE).write_bytes(b" " * (bundle.SIZE_MAX + 1))
    with pytest.raises(ValueError, match=r"^finding\.json: larger than 4 MB$"):
        bundle.read(tmp_path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/v1/orders",
        "@evil.test/batched/cancel",
        "//evil.test/v1/orders",
        "http://evil.test/",
        "/v1/orders?batched/cancel",
        "/v1/orders/batched/cancel/../../../orders",
        "/v1/orders/batched/cancel/%2e%2e/%2e%2e",
        "/v1/batched/..;/cancel",
    ],
)
def test_a_bundle_sends_to_no_other_operation(path: str, tmp_path: Path) -> None:
    for plan in (samples.plan(path=path), samples.plan(before=(samples.plan(path=path),))):
        folder = written(tmp_path, replace(samples.echo_finding(), witness=plan))
        with pytest.raises(ValueError, match="is not one of the batched cancel"):
            bundle.read(folder)


@pytest.mark.parametrize(
    "path",
    [
        PATH,
        PATH + "/",
        PATH + "?x=1",
        PATH.upper(),
        "//v1//orders/batched/cancel",
        "/v1/orders/./batched/%63ancel",
        "/v1/orders/batched%2fcancel",
        "/v1/orders/x/../batched/cancel",
        "/v1/orders/batched;x=1/cancel",
        "/v2/batched/cancel",
    ],
)
def test_other_spellings_of_the_operation_are_read(path: str, tmp_path: Path) -> None:
    folder = written(tmp_path, replace(samples.echo_finding(), witness=samples.plan(path=path)))
    assert bundle.read(folder)[0].path == path


@pytest.mark.parametrize(
    "template", ["{timestamp.__class__}", "{0}", "{timestamp:>999999999}", "{path!r}", "{", "{keys}"]
)
def test_a_template_of_a_stranger_reaches_nothing(template: str, tmp_path: Path) -> None:
    plan = samples.plan(credentials=Credentials(signed_text=template))
    with pytest.raises(ValueError, match="signed_text may name"):
        bundle.read(written(tmp_path, replace(samples.echo_finding(), witness=plan)))


def test_a_stranger_cannot_ask_for_a_thousand_requests_or_orders(tmp_path: Path) -> None:
    many = samples.plan(before=(samples.plan(),) * 300)
    needy = samples.plan(orders=tuple(OrderNeed(str(n)) for n in range(300)))
    for plan in (many, needy):
        with pytest.raises(ValueError, match="more than 200 requests or 200 orders"):
            bundle.read(written(tmp_path, replace(samples.echo_finding(), witness=plan)))
