"""What a user, or a stranger through one, hands in: each reader takes it or says one sentence, and does no more."""

from __future__ import annotations

import copy
import json
import resource
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import codec
from contracts.messages import Account
from reports import bundle, history
from reports.record import facts, recorder, segments
from reports.results import RunFacts
from suites import drift
from suites.again.resending import Case, case_of
from suites.harmless.journal import Journal
from suites.selftest.reports import samples
from suites.selftest.reports.gallery import rich_run
from suites.selftest.sending.servers import KEYS
from suites.settings import pins, waivers
from suites.target import ENV_URL, UsageError, from_environment

SENTENCE_MAX = 600
MEGABYTES_MAX = 120
DEEP = 100_000
ODD: tuple[Any, ...] = (
    None, True, -1, 0, 2**63, 10**400, 1.5, float("nan"), float("inf"), "", "x" * 100_000, "../../../etc/passwd",
    "\ud800", "\x1b[2J\n", "{{order.x}}", "{0.__class__}", "http://169.254.169.254/", [], {}, [[]] * 300, {"": {}},
)  # fmt: skip
LINES = st.sampled_from(
    ["", "{", "[", '{"a":1,"a":2}', "NaN", "[" * DEEP, '{"a":' * DEEP, "9" * 50_000, "\x00", "[[waiver]]"]
)
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
"""A billion laughs: nine levels of nine."""


@cache
def good() -> dict[str, Any]:
    """A `finding.json` that is read."""
    run = rich_run()
    with TemporaryDirectory() as folder:
        bundle.write(run, run.findings[0], Path(folder))
        found: dict[str, Any] = json.loads((Path(folder) / run.findings[0].bundle / bundle.FILE).read_text())
    return found


def places(value: Any) -> Iterator[tuple[str | int, ...]]:
    """The way to every value inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in inner:
        yield (step,)
        yield from ((step, *more) for more in places(each))


@st.composite
def spoilt(draw: st.DrawFn, whole: Callable[[], dict[str, Any]]) -> bytes:
    """A text that is read, with one or two values in it that are others or gone, or with a few bytes changed."""
    value = json.loads(json.dumps(whole()))
    for _ in range(draw(st.integers(1, 2))):
        ways = sorted(places(value), key=str)
        *way, last = draw(st.sampled_from(ways)) if ways else ("format",)
        holder: Any = value
        for step in way:
            holder = holder[step]
        if draw(st.booleans()) and isinstance(holder, dict):
            holder.pop(last)
            holder["unknown"] = copy.deepcopy(draw(st.sampled_from(ODD)))
        else:
            holder[last] = copy.deepcopy(draw(st.sampled_from(ODD)))
    text = json.dumps(value)
    if draw(st.booleans()):
        at = draw(st.integers(0, len(text) - 1))
        text = text[:at] + draw(LINES | st.text(max_size=5)) + text[at + draw(st.integers(0, 3)) :]
    return text.encode("utf-8", "surrogatepass")


def read_or_said(read: Callable[[], object], *kinds: type[Exception]) -> object:
    """What a reader made of it, None where it said one sentence."""
    try:
        return read()
    except kinds as error:
        said = str(error)
        assert said.strip(), "it says nothing"
        assert "\n" not in said, said
        assert "\x1b" not in said, said
        assert len(said) < SENTENCE_MAX, said
        return None


@given(spoilt(good))
@settings(max_examples=150)
def test_a_bundle_of_a_stranger_is_sent_to_the_operation_or_not_at_all(raw: bytes) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / bundle.FILE
        file.write_bytes(raw)
        case = read_or_said(lambda: case_of(Path(folder)), ValueError)
        assert [each.name for each in Path(folder).iterdir()] == [bundle.FILE]
    assert case is None or isinstance(case, Case)
    if isinstance(case, Case):
        assert bundle.OPERATION in case.witness.path.lower().replace("\\", "/") or "%" in case.witness.path
        assert "/" not in case.id


def _waiver() -> dict[str, Any]:
    return {"clause": "size.over", "reason": "ticket 1", "last_day": "2027-01-01", "fingerprint": "fee8f645"}


@given(spoilt(_waiver) | st.binary(max_size=200) | LINES.map(str.encode))
@settings(max_examples=100)
def test_waivers_are_read_or_one_sentence_says_what_is_wrong(raw: bytes) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "waivers.toml"
        try:
            rows = json.loads(raw)
            lines = [f"{name} = {json.dumps(each)}" for name, each in rows.items()]
            file.write_text("[[waiver]]\n" + "\n".join(lines), encoding="utf-8")
        except (ValueError, AttributeError, RecursionError):
            file.write_bytes(raw)
        read_or_said(lambda: waivers.read(file), UsageError)


def _pins() -> dict[str, Any]:
    return {"format": 1, "target": "embedded", "answers": {"routing.options": "405"}}


@given(spoilt(_pins))
@settings(max_examples=100)
def test_pins_are_read_or_one_sentence_says_what_is_wrong(raw: bytes) -> None:
    read_or_said(lambda: pins.parsed(raw.decode("utf-8", "replace"), "pins.json"), UsageError)


def _facts() -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        facts.write(rich_run().facts, Path(folder))
        found: dict[str, Any] = json.loads((Path(folder) / facts.FILE).read_text())
    return found


@given(spoilt(_facts))
@settings(max_examples=100)
def test_the_facts_of_a_run_are_read_or_one_sentence_says_what_is_wrong(raw: bytes) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / facts.FILE).write_bytes(raw)
        read_or_said(lambda: facts.read(Path(folder)), ValueError)


def _line() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(codec.dumps(samples.exchange(samples.plan())))
    return found


@given(st.lists(spoilt(_line), min_size=1, max_size=3))
@settings(max_examples=100)
def test_a_record_is_read_or_one_sentence_says_what_is_wrong(lines: list[bytes]) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / recorder.FILE).write_bytes(b"\n".join(lines) + b"\n")
        read_or_said(lambda: list(segments.read(Path(folder), say=lambda _: None)), ValueError)


def _journal() -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        journal = Journal(Path(folder), "http://x", {Account.OWN: "key"})
        journal.intend(Account.OWN, ["m"], "0.01", 1, "2027-01-01T00:00:00.000Z")
        (file,) = Path(folder).iterdir()
        found: dict[str, Any] = {"lines": [json.loads(each) for each in file.read_text().splitlines()]}
        journal.close()
    return found


@given(spoilt(_journal))
@settings(max_examples=100)
def test_a_journal_is_claimed_or_one_sentence_says_what_is_wrong(raw: bytes) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "x.orders.ndjson"
        try:
            lines = [json.dumps(each) for each in json.loads(raw)["lines"]]
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        except (ValueError, LookupError, TypeError, RecursionError):
            file.write_bytes(raw)
        journal = read_or_said(lambda: Journal.claim(file, {Account.OWN: "key"}), ValueError)
        if isinstance(journal, Journal):
            journal.close()


@given(spoilt(lambda: {"format": 1, "target": "embedded", "profile": "gate", "started": "2026-01-01T00:00:00Z"}))
@settings(max_examples=100)
def test_a_history_that_somebody_spoilt_counts_for_nothing(raw: bytes) -> None:
    run = rich_run()
    with TemporaryDirectory() as folder:
        mine = Path(folder) / history.name_of(run.facts)
        mine.mkdir()
        (mine / "x.json").write_bytes(raw)
        assert history.compared(run, Path(folder)).history is not None


ENVIRONMENT = st.fixed_dictionaries(
    {},
    optional={
        name: st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40)
        | st.sampled_from([KEYS[Account.OWN].id, KEYS[Account.OWN].secret, "1e999", "NaN", "٣", "0x1", "1_0", "m,m,,n"])
        for name in (
            "POLYMARKET_KEY_ID", "POLYMARKET_SECRET_KEY", "POLYMARKET_OTHER_KEY_ID", "POLYMARKET_OTHER_SECRET_KEY",
            "POLYMARKET_MARKET_SLUG", "POLYMARKET_ORDER_PRICE", "POLYMARKET_ORDER_QUANTITY",
        )
    },
)  # fmt: skip
URLS = st.sampled_from(
    [
        "http://h",
        "https://h:1/p",
        "http://h@evil",
        "http://h\\@evil",
        "file:///etc",
        "http://[::1",
        "//h",
        "http://h:99999",
    ]
) | st.text(max_size=30).map("http://{}".format)


@given(URLS, ENVIRONMENT)
@settings(max_examples=150)
def test_an_environment_makes_a_target_or_one_sentence(url: str, environment: dict[str, str]) -> None:
    with TemporaryDirectory() as folder:
        given_ = environment | {"POLYMARKET_JOURNAL": folder, ENV_URL: url}
        target = read_or_said(lambda: from_environment(url, given_), UsageError)
    assert target is None or "@" not in str(getattr(target, "url", ""))


@pytest.mark.parametrize(
    "text", [BOMB, "[" * DEEP, "a: " * 5_000, "openapi: 3.1.0\n" + BOMB, "!!python/object/apply:os.system [id]"]
)
def test_a_document_that_grows_without_end_is_one_sentence(text: str, tmp_path: Path) -> None:
    file = tmp_path / "document.yaml"
    file.write_text(text, encoding="utf-8")
    tracemalloc.start()
    try:
        read_or_said(lambda: drift.promises(drift.read(file)), UsageError, ValueError)
        assert tracemalloc.get_traced_memory()[1] < MEGABYTES_MAX << 20
    finally:
        tracemalloc.stop()


def test_what_is_no_file_is_one_sentence(tmp_path: Path) -> None:
    """A device without end, a folder, a link to itself, a pipe that nobody writes to."""
    loop, folder = tmp_path / "loop", tmp_path / "folder"
    loop.symlink_to(loop)
    folder.mkdir()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for path in (Path("/dev/zero"), loop, folder, tmp_path / "none"):
        for read in (waivers.read, pins.read, drift.read):
            with pytest.raises(UsageError):
                read(path)
        with pytest.raises(ValueError, match=r"."):
            case_of(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEGABYTES_MAX << 10


def test_the_name_of_a_target_is_no_way_out_of_the_history() -> None:
    for name in ("../../x", "http://../..", "/etc/passwd", "x" * 10_000, "\x00", ""):
        folder = history.name_of(RunFacts(name, "gate", 1, datetime.now().isoformat()))  # noqa: DTZ005  # any text will do
        assert Path(folder).name == folder
        assert len(folder) < 200
