"""What bad input gets: one sentence on stderr, exit 4, no traceback, and nothing sent."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from suites import replay
from suites.selftest.replay.bundles import ROOT, SECRET, USUAL, bundle_of, shell


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of a real finding."""
    return bundle_of("SortsTheEcho", tmp_path_factory.mktemp("run"))


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A target to which nobody may connect."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def changed(folder: Path, found: Path, change: Callable[[Any], Any]) -> Path:
    """A copy of a bundle, its finding changed."""
    data = json.loads((found / "finding.json").read_text())
    (folder / "finding.json").write_text(json.dumps(change(data)))
    return folder


def _cut(folder: Path, found: Path) -> Path:
    (folder / "finding.json").write_text((found / "finding.json").read_text()[:200])
    return folder


def _clean_run(folder: Path, _: Path) -> Path:
    (folder / "verdict.json").write_text("{}")
    return folder


def _witness(**members: object) -> Callable[[Path, Path], Path]:
    return lambda folder, found: changed(folder, found, lambda data: data | {"witness": data["witness"] | members})


def _member(**members: object) -> Callable[[Path, Path], Path]:
    return lambda folder, found: changed(folder, found, lambda data: data | members)


BUNDLES: dict[str, tuple[Callable[[Path, Path], Path], str]] = {
    "missing": (lambda folder, _: folder / "nowhere", "there is no bundle here"),
    "empty folder": (lambda folder, _: folder, "there is no bundle here"),
    "not a folder": (lambda _, found: found / "README.md", "not JSON"),
    "a device": (lambda _folder, _found: Path("/dev/null"), "there is no bundle here"),
    "a run without findings": (_clean_run, "no findings"),
    "truncated": (_cut, "not JSON"),
    "another format": (_member(format=2), "format 1 only"),
    "an older catalogue": (_member(clause="size.gone"), "no such clause"),
    "a path for a fingerprint": (_member(fingerprint="../../../../x"), "fingerprint"),
    "an endless seed": (_member(seed=10**40), "seed"),
    "another operation": (_witness(path="/v1/orders/open/cancel"), "not one of the batched cancel"),
    "a way around": (_witness(path="/v1/orders/batched/cancel/../../open/cancel"), "not one of the batched cancel"),
    "an unknown order": (_witness(body={"text": '{"orders":["{{order.x}}"]}'}), "can't make the request"),
    "an unknown form": (_witness(body={"text": '{"orders":["{{market.0|backwards}}"]}'}), "can't make the request"),
    "an unknown timestamp": (_witness(credentials={"timestamp": "sundial"}), "can't make the request"),
}
ENVIRONMENTS: dict[str, tuple[dict[str, str], str]] = {
    "no target": ({"POLYMARKET_TARGET_URL": ""}, "POLYMARKET_TARGET_URL"),
    "a bad URL": ({"POLYMARKET_TARGET_URL": "ftp://host"}, "http:// or https://"),
    "a URL with a password": ({"POLYMARKET_TARGET_URL": "http://a:b@host"}, "no credentials"),
    "no port": ({"POLYMARKET_TARGET_URL": "http://host:x"}, "can't be read"),
    "no key": ({"POLYMARKET_KEY_ID": "", "POLYMARKET_SECRET_KEY": ""}, "are not set"),
    "no key id": ({"POLYMARKET_KEY_ID": ""}, "POLYMARKET_KEY_ID is not set"),
    "no secret": ({"POLYMARKET_SECRET_KEY": ""}, "POLYMARKET_SECRET_KEY is not set"),
    "no base64": ({"POLYMARKET_SECRET_KEY": SECRET[:20] + "!" + SECRET[20:]}, "not base64"),
    "a wrong length": ({"POLYMARKET_SECRET_KEY": base64.b64encode(bytes(range(31))).decode()}, "31 bytes"),
    "one key twice": (
        {"POLYMARKET_OTHER_KEY_ID": USUAL["POLYMARKET_KEY_ID"], "POLYMARKET_OTHER_SECRET_KEY": SECRET},
        "the same key",
    ),
}
OPTIONS: dict[str, tuple[list[str], str]] = {
    "unknown": (["--frequency", "9"], "unrecognized arguments"),
    "no number": (["--rate", "fast"], "invalid float value"),
    "negative rate": (["--rate", "-1"], "must not be negative"),
    "no rate at all": (["--rate", "nan"], "must not be negative"),
    "endless patience": (["--patience", "inf"], "must not be negative"),
    "never": (["--times", "0"], "--times is 1 to"),
    "out is a file": (["--out", str(ROOT / "LICENSE")], "can't be written"),
    "a bad URL": (["--target-url", "host:80"], "http:// or https://"),
}


def one_sentence(
    capsys: pytest.CaptureFixture[str], listener: socket.socket, arguments: list[str], **environment: str
) -> str:
    """The sentence on stderr of a replay that must end with 4 before it connects."""
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    status = replay.main(arguments, {"POLYMARKET_TARGET_URL": url, **USUAL, **environment})
    printed = capsys.readouterr()
    assert (status, printed.out) == (4, "")
    assert printed.err.startswith("replay: ")
    assert printed.err.count("\n") == 1
    assert SECRET[:20] not in printed.err
    with pytest.raises(BlockingIOError):
        listener.accept()
    return printed.err


@pytest.mark.parametrize(("make", "says"), BUNDLES.values(), ids=BUNDLES)
def test_a_bundle_that_is_none(
    make: Callable[[Path, Path], Path],
    says: str,
    found: Path,
    listener: socket.socket,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert says in one_sentence(capsys, listener, [str(make(tmp_path, found))])


def test_one_bad_bundle_among_good_ones_sends_nothing(
    found: Path, listener: socket.socket, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "no bundle here" in one_sentence(capsys, listener, [str(found), str(tmp_path / "nowhere")])


@pytest.mark.parametrize(("environment", "says"), ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_an_environment_that_aims_at_nothing(
    environment: dict[str, str], says: str, found: Path, listener: socket.socket, capsys: pytest.CaptureFixture[str]
) -> None:
    assert says in one_sentence(capsys, listener, [str(found)], **environment)


@pytest.mark.parametrize(("arguments", "says"), OPTIONS.values(), ids=OPTIONS)
def test_options_that_are_none(
    arguments: list[str], says: str, found: Path, listener: socket.socket, capsys: pytest.CaptureFixture[str]
) -> None:
    assert says in one_sentence(capsys, listener, [str(found), *arguments])


@pytest.mark.parametrize(
    ("arguments", "environment", "says"),
    [
        (["nowhere"], USUAL, "there is no bundle here"),
        ([], USUAL, "the following arguments are required"),
        (["FOUND"], USUAL, "no target is given"),
        (["FOUND", "--target-url", "http://127.0.0.1:9"], {}, "are not set"),
    ],
)
def test_from_a_shell_it_is_one_sentence_too(
    arguments: list[str], environment: dict[str, str], says: str, found: Path
) -> None:
    run = shell(environment, *(str(found) if each == "FOUND" else each for each in arguments))
    out, err = run.communicate(timeout=60)
    assert (run.returncode, out) == (4, "")
    assert says in err
    assert err.count("\n") == 1
