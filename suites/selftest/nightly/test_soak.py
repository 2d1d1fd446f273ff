"""A soak outlasts what comes over its target: it is taken down and up, changes its keys, and its clock drifts."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from contracts.messages import AWAY, UNREACHED, Exchange, Plan
from gateway.accounts import Account
from gateway.auth import KEY_HEADER
from gateway.core import Gateway
from gateway.messages import Refusal, Request
from gateway.server import EmbeddedGateway
from gateway.variants import doors, weather
from suites import gate
from suites import run as running
from suites.conduct import conduct
from suites.nightly import soak
from suites.nightly.ahead import NAMES
from suites.nightly.budget import Budget
from suites.nightly.night import Night, Options
from suites.nightly.soak import Soak
from suites.run import Options as RunOptions
from suites.run import Run
from suites.selftest.gate.command import SIGNATURE, ended, started
from suites.settings import env_file
from suites.target import UsageError, in_this_process

DRAWN = ("batches", "malformed", "credentials", "moments")


class Closed(Gateway):
    """A gateway that can be in maintenance: its edge answers in its place."""

    maintained = False

    def close(self, *, maintained: bool) -> None:
        self.maintained = maintained

    def admit(self, request: Request, now_ms: int) -> None:
        if self.maintained:
            raise Refusal(503, 14, "maintenance", (("Retry-After", "0"),))
        super().admit(request, now_ms)


@dataclass
class Soaked:
    """A soak of some hundred requests, and what it showed."""

    server: EmbeddedGateway
    night: Night
    said: list[str] = field(default_factory=list)
    recorded: dict[int, Exchange] = field(default_factory=dict)
    begun: bool = False
    mended: bool = False

    @property
    def unheard(self) -> list[Plan]:
        """Plans that were never answered by the gateway itself."""
        judged = [x for x in self.recorded.values() if x.part_of != AWAY]
        return [x.plan for x in judged if x.void or x.failure in UNREACHED]


def soaked(
    core: Gateway,
    trouble: Callable[[Soaked], object],
    mend: Callable[[Soaked], object],
    keys: Callable[[], soak.Keys] | None = None,
) -> Soaked:
    """Let trouble come when a soak has begun, and mend it when it was said twice that the target is asked again."""
    with EmbeddedGateway(core) as server:
        target = replace(in_this_process(server.url, server.variables), markets=())
        run = Run(target, RunOptions(rate=0, patience=2), lambda x: found.recorded.__setitem__(x.number, x))
        without = ("corpus", *(name for name in NAMES if name not in DRAWN))
        plans = [each for each in gate.plans(1) if each.clause.startswith(("size.", "reply.", "window."))]
        said: list[str] = []
        begun, most = len(plans) + 40, len(plans) + 500

        def progress(night: Night) -> None:
            if not found.begun and night.run.transport.requests > begun:
                found.begun = True
                trouble(found)

        def sleep(seconds: float) -> None:
            if len(found.said) == 3 and not found.mended:
                found.mended = True
                mend(found)
            time.sleep(seconds)

        options = Options(Budget(most), without=without, care=Soak(said.append, keys, sleep))
        found = Soaked(server, Night(run, options, progress), said)
        found.night.execute(plans)
    assert found.begun
    return found


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak, "FIRST_WAIT_SECONDS", 0.02)
    monkeypatch.setattr(soak, "WAIT_MAX_SECONDS", 0.1)


def whole(found: Soaked, first: str, then: str) -> None:
    """The soak paused, said why, went on to its end, lost nothing, and blamed nothing on the target."""
    assert not found.night.memory.findings
    assert not found.unheard
    assert found.mended
    paused = [each for each in found.said if "paused: " in each]
    assert first in paused[0]
    assert all(then in each for each in paused[1:])
    assert found.said[-1].endswith("the target is back; going on.")
    assert found.night.run.transport.requests >= found.night.budget.requests
    assert [note for note in found.night.run.ledger.notes if "could not be used once" in note]
    names = [x.plan.name for x in found.recorded.values() if x.part_of == ""]
    assert len(names) == len(set(names))


def test_a_target_that_is_taken_down_and_comes_up_again() -> None:
    found = soaked(Gateway(), lambda x: x.server.stop(), lambda x: x.server.start())
    whole(found, "stopped answering (refused)", "nobody listens there")


def test_a_maintenance_window() -> None:
    core = Closed()
    found = soaked(core, lambda _: core.close(maintained=True), lambda _: core.close(maintained=False))
    whole(found, "stopped answering (503)", "answers 503 to everything")


def _rotate(core: Gateway) -> None:
    core.accounts = (Account.fresh(), Account.fresh())
    core._by_key_id = {each.key_id: each for each in core.accounts}


def _hand_out(server: EmbeddedGateway, file: Path) -> list[str]:
    """Write the keys of a gateway down; what must not show."""
    secrets = {name: value for name, value in server.variables.items() if "_KEY" in name}
    file.write_text("".join(f"export {name}={value}\n" for name, value in secrets.items()))
    return list(secrets.values())


def test_keys_that_are_rotated_are_read_again_and_what_was_refused_meanwhile_is_no_finding(tmp_path: Path) -> None:
    file, core = tmp_path / "keys.env", Gateway()

    found = soaked(
        core,
        lambda _: _rotate(core),
        lambda x: _hand_out(x.server, file),
        lambda: in_this_process("http://x", env_file.variables(file)).keys,
    )
    assert "can't be read" in found.said[1]
    whole(found, "refuses the own account (401)", "answers 401 to rightly signed requests")


@pytest.mark.parametrize("kind", [weather.ClockSlow, doors.ClockFast])
def test_a_clock_that_drifts_is_followed(kind: type[Gateway], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak, "CLOCK_SECONDS", 0.05)
    core = kind()

    def drift(found: Soaked) -> None:
        offset = core.settings.clock_offset_ms + 300
        core.settings = replace(core.settings, clock_offset_ms=offset)
        found.begun = offset % 5000 >= 4000  # else once more, after the next chunk

    found = soaked(core, drift, lambda _: None)
    assert abs(found.night.run.transport.clock.offset - core.settings.clock_offset_ms) < 1000
    assert found.night.run.transport.clock.fixed is (kind is doors.ClockFast)
    assert not found.night.memory.findings
    assert not found.said


class Told(Gateway):
    """A gateway that tells when it has served so many requests of one customer."""

    def __init__(self) -> None:
        super().__init__()
        self.served: Counter[str] = Counter()
        self.enough = threading.Event()

    def admit(self, request: Request, now_ms: int) -> None:
        super().admit(request, now_ms)
        self.served[request.value(KEY_HEADER)] += 1
        if self.served[self.accounts[0].key_id] > 400:
            self.enough.set()


def test_the_command_takes_new_keys_on_a_signal_and_ends_on_another(tmp_path: Path) -> None:
    core, file = Told(), tmp_path / "keys.env"
    with EmbeddedGateway(core) as server:
        secrets = [_hand_out(server, file)]
        options = ("--profile", "soak", "--env-file", str(file), "--target-url", server.url)
        process = started(tmp_path / "run", *options, POLYMARKET_MARKET_SLUG="")
        assert core.enough.wait(60)
        _rotate(core)
        core.enough.clear()
        secrets.append(_hand_out(server, file))
        process.send_signal(signal.SIGHUP)
        assert core.enough.wait(60)
        process.send_signal(signal.SIGINT)
        ran = ended(process, tmp_path / "run")
    assert ran.status == 0, ran.said
    assert "the keys were read again" in ran.said
    assert not ran.err
    assert (ran.folder / "report" / "index.html").is_file()
    for name, text in ran.files():
        assert SIGNATURE.search(text) is None, name
        assert not [each for some in secrets for each in some if each.encode() in text], name


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b", "b"),
        (" export A = 'b c' # d", "b c"),
        ('A="b=="', "b=="),
        ("A=b+/==", "b+/=="),
        ("A=", ""),
    ],
)
def test_a_line_of_an_environment_file(line: str, value: str, tmp_path: Path) -> None:
    (tmp_path / "e").write_text(f"# comment\n\n{line}\n")
    assert env_file.variables(tmp_path / "e") == {"A": value}


@pytest.mark.parametrize("line", ["hush", "A hush=hush", "A=b hush", "1=hush", "A='hush", "=hush"])
def test_a_line_that_sets_nothing_is_named_and_not_shown(line: str, tmp_path: Path) -> None:
    (tmp_path / "e").write_text(f"B=1\n{line}\n")
    with pytest.raises(UsageError, match="line 2 is not KEY=VALUE") as raised:
        env_file.variables(tmp_path / "e")
    assert "hush" not in str(raised.value)


def test_a_night_is_not_hurried_by_what_the_gate_had_to_clear_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute behind the gate, and behind each round of orders, whatever took longer than 50 ms was a timeout."""
    monkeypatch.setattr(running, "CLOSE_SECONDS", 0.0)
    with EmbeddedGateway(latency_ms=150) as server:
        run = Run(in_this_process(server.url, server.variables), RunOptions(rate=0), lambda _: None)
        plain = next(each for each in gate.plans(1) if each.clause == "size.one")
        conduct(run, [plain])
        again = run.send(replace(plain, name="size.one/again"))
        run.transport.close()
    assert (again.failure, again.status) == ("", 200)
