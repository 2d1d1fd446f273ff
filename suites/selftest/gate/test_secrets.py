"""Nothing secret in any byte that a run, a killed run, and all that is made of them later leave behind.

Any 16 characters in a row of a key id, a secret, its seed or a signature count, in clear, hexadecimal, percent-encoded,
in base64 of either alphabet, and in base64 or hexadecimal of the text, wherever in it the text begins: a secret that is
split, or stands in the midst of what was encoded whole, is still found. What is compressed is looked into.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import io
import re
import shutil
import signal
import urllib.parse
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from contracts.catalogue import CONCERNS
from gateway.auth import SIGNATURE_HEADER
from gateway.core import Gateway
from gateway.faults import FAULTS
from gateway.messages import Reply, Request
from gateway.server import EmbeddedGateway
from reports import render, verdict
from reports.record import facts
from suites import rejudge
from suites.selftest.gate.command import ended, ran, started
from suites.selftest.hostile.breaking import BROKEN
from suites.selftest.replay.bundles import alone, variables_of
from suites.selftest.replay.test_rejudge import KillsItsClient, told

WINDOW = 16
SEED_BYTES = 32
LETTERS_LEAST = 20
"""Different letters of a signature that is one: plans also send zeros and words in its place."""
SHOWN = (
    "QuotesTheHeaders",
    "SortsTheEcho",
    "TakesTwentyOne",
    "TakesNoOrders",
    "CancelsTheGoodOfABadBatch",
    "CrashesOnEmoji",
)
CONCERNS_LEAST = 6
UNREACHED = re.compile("ENOTFOUND|ECONNREFUSED")
"""What npm says where it can't fetch Allure."""
SIGNED = re.compile(r"[A-Za-z0-9+/]{86}==")


def of(fault: type[Gateway], concern: str) -> bool:
    """Whether the gate finds a fault, whatever signatures chance makes, and its clause is of a concern."""
    by_chance = fault.breaks == "credentials.right-taken"
    return fault.breaks.partition(".")[0] == concern and not fault.night and not by_chance


OF_EACH = {concern: next(name for name, each in FAULTS.items() if of(each, concern)) for concern in CONCERNS}


class Remembers(Gateway):
    """Remembers the signatures that it got."""

    def __init__(self) -> None:
        super().__init__()
        self.signatures: set[str] = set()

    def handle(self, request: Request, now_ms: int) -> Reply:
        anywhere = urllib.parse.unquote(" ".join((request.target, *(value for _, value in request.headers))))
        found = (*request.values(SIGNATURE_HEADER), *SIGNED.findall(anywhere))
        self.signatures |= {each for each in found if len(set(each)) >= LETTERS_LEAST}
        return super().handle(request, now_ms)


class Shows(Remembers, *(FAULTS[name] for name in SHOWN)):  # type: ignore[misc]  # its bases are drawn from the cabinet
    """Breaks promises of many concerns at once."""


def spellings(text: str) -> Iterator[str]:
    """A secret in every spelling."""
    yield from (text, urllib.parse.quote(text, safe=""), text.encode().hex())
    for before in range(3):  # where base64's groups of three begin in it
        yield base64.b64encode(text[before:].encode()).decode()
    with contextlib.suppress(ValueError):
        raw = base64.b64decode(text, validate=True)
        for each in (raw, raw[:SEED_BYTES]):
            yield from (each.hex(), each.hex().upper())
            for before in range(3):
                yield from (encode(each[before:]).decode() for encode in (base64.b64encode, base64.urlsafe_b64encode))


def windows(text: bytes) -> set[bytes]:
    return {text[at : at + WINDOW] for at in range(len(text) - WINDOW + 1)}


def given_away(secrets: Iterable[str], folder: Path, screen: str) -> list[tuple[str, bytes]]:
    """Where a piece of a secret stands: the file, and how the piece begins."""
    pieces = {window for each in secrets for spelt in spellings(each) for window in windows(spelt.rstrip("=").encode())}
    found = []
    said = [("the screen", screen.encode())]
    said += [(str(path.relative_to(folder)), plain(path)) for path in folder.rglob("*") if path.is_file()]
    for name, text in said:
        found += [(name, piece[:6]) for piece in windows(text) & pieces]
        found += [(name, piece[:6]) for piece in windows(text.replace(b"\n", b"")) & pieces]
    return found


def plain(path: Path) -> bytes:
    """All that is in a file; of a compressed one, what it holds."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def secrets_of(server: EmbeddedGateway) -> set[str]:
    return {text for one in server.accounts for text in (one.key_id, one.secret_key)}


def judged_again(folder: Path) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        rejudge.main([str(folder)])
    return printed.getvalue()


def allure_of(run: Path, history: Path) -> str:
    """Allure's report of a run, rendered; what the screen showed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        status = render.main([str(run), "--history", str(history)])
    assert status == 0 or UNREACHED.search(printed.getvalue()), printed.getvalue()
    return printed.getvalue()


@pytest.mark.parametrize("concern", CONCERNS)
def test_findings_of_no_concern_give_anything_away(concern: str, tmp_path: Path) -> None:
    core = type("Remembering", (Remembers, FAULTS[OF_EACH[concern]]), {})()
    with EmbeddedGateway(core) as server:
        run = ran(tmp_path / "run", **variables_of(server))
        secrets = secrets_of(server) | core.signatures
    assert run.status == 1, run.said
    assert concern in {each["clause"].partition(".")[0] for each in told(tmp_path / "run")["findings"]}
    assert len(core.signatures) > 100
    assert given_away(secrets, tmp_path, run.said) == []


@pytest.mark.parametrize("broken", ["an oracle", "run.settle", "recorder.write"])
def test_a_run_that_a_bug_of_ours_ends_gives_nothing_away(broken: str, tmp_path: Path) -> None:
    core = Remembers()
    with EmbeddedGateway(core) as server:
        plugin = ("-p", "suites.selftest.hostile.breaking")
        run = ran(tmp_path / "run", *plugin, **variables_of(server), **{BROKEN: broken})
        secrets = secrets_of(server) | core.signatures
    assert run.status == 3, run.said
    assert core.signatures
    assert given_away(secrets, tmp_path, run.said) == []


def test_no_artefact_gives_anything_away(tmp_path: Path) -> None:
    core = Shows()
    with EmbeddedGateway(core) as server:
        run = ran(tmp_path / "run", "--history", str(tmp_path / "history"), **variables_of(server))
        secrets = secrets_of(server) | core.signatures
    assert run.status == 1, run.said
    found = told(tmp_path / "run")["findings"]
    assert len({each["clause"].partition(".")[0] for each in found} & set(CONCERNS)) >= CONCERNS_LEAST
    assert len(core.signatures) > 100
    screen = run.said + judged_again(tmp_path / "run")
    scripts = [path for path in sorted((tmp_path / "run" / "findings").rglob("*.*")) if path.suffix in (".py", ".sh")]
    assert {path.suffix for path in scripts} == {".py", ".sh"}
    for script in scripts[:12]:
        again = Shows()
        screen += alone(script, again)[1]
    if shutil.which("npx") is not None:
        screen += allure_of(tmp_path / "run", tmp_path / "history")
    left = {path.name for path in tmp_path.rglob("*")}
    assert {facts.FILE, verdict.FILE, "exchanges.ndjson", "rejudged", "index.html", "summary.md", "junit.xml"} <= left
    assert given_away(secrets, tmp_path, screen) == []


def test_a_killed_run_gives_nothing_away(tmp_path: Path) -> None:
    core = KillsItsClient()
    with EmbeddedGateway(core) as server:
        process = started(tmp_path / "run", "--history", str(tmp_path / "history"), **variables_of(server))
        core.client = process.pid
        run = ended(process, tmp_path / "run")
        secrets = secrets_of(server)
    assert run.status == -signal.SIGKILL
    screen = run.said + judged_again(tmp_path / "run")
    assert (tmp_path / "run" / rejudge.FOLDER / verdict.FILE).is_file()
    assert given_away(secrets, tmp_path, screen) == []


@pytest.mark.parametrize("spelling", range(22))
def test_what_is_given_away_is_found(spelling: int, tmp_path: Path) -> None:
    secret = base64.b64encode(bytes(range(7, 71))).decode()
    spelt = list(spellings(secret))[spelling]
    (tmp_path / "file").write_text(f"{spelt[:9]}\n{spelt[9:40]}\n")
    assert given_away([secret], tmp_path, "")
    assert isinstance(Shows(), Gateway)
