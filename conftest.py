"""The composition root: wires options, environment, target, run and reports into pytest, and nothing else."""

from __future__ import annotations

import math
import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contracts.catalogue import CONCERNS, Clause, clauses
from contracts.messages import Status
from reports import markdown, terminal
from reports.folder import open_run
from reports.judging import OracleFault
from reports.recorder import Recorder
from reports.results import Result, RunResult
from reports.write import write
from suites import gate as gate_plans
from suites import pins, waivers
from suites.conclusion import Circumstances, conclude, status_of
from suites.run import Options, Run
from suites.target import ENV_URL, Target, UsageError, from_environment
from suites.usable import UnusableError

if TYPE_CHECKING:
    from gateway.core import Gateway
    from gateway.server import EmbeddedGateway

NOTHING_RAN = 5
ENV_SUMMARY = "GITHUB_STEP_SUMMARY"
KEY = pytest.StashKey["Session"]()


def pytest_configure(config: pytest.Config) -> None:
    """Check what the user gave before anything is sent; quieten pytest where the gate speaks for itself."""
    if _is_selftest(config):
        return
    try:
        config.stash[KEY] = Session(config)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None
    config.option.tbstyle = "no"
    config.option.verbose = -2
    config.option.reportchars = ""
    signal.signal(signal.SIGTERM, _as_interrupt)


def _is_selftest(config: pytest.Config) -> bool:
    return any("selftest" in Path(arg).parts for arg in config.args)


def _as_interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test a clause, in the module of its concern."""
    concern = metafunc.module.__name__.rpartition(".")[2]
    if "clause" in metafunc.fixturenames and concern in CONCERNS:
        mine = [clause for clause in clauses().values() if clause.concern == concern]
        metafunc.parametrize("clause", mine, ids=[clause.id for clause in mine])


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """What is left out is never part of a gate that holds."""
    for item in items:
        session = item.config.stash.get(KEY, None)
        if session is not None:
            session.left_out += 1


@pytest.fixture(scope="session")
def gate(pytestconfig: pytest.Config) -> Session:
    """The one run of this session, made at the first demand."""
    session = pytestconfig.stash[KEY]
    session.run()
    return session


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write the reports and give the shell the run's own exit status."""
    mine = session.config.stash.get(KEY, None)
    if mine is None:
        return
    status = mine.finish(interrupted=exitstatus == pytest.ExitCode.INTERRUPTED)
    if status is not None and exitstatus != pytest.ExitCode.USAGE_ERROR:
        session.exitstatus = status


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The answer in plain words, in the place of pytest's own."""
    mine = config.stash.get(KEY, None)
    if mine is not None and mine.result is not None:
        colour = terminalreporter._tw.hasmarkup  # noqa: SLF001  # pytest has no public way to ask
        width = terminalreporter._tw.fullwidth  # noqa: SLF001  # likewise
        for line in terminal.lines(mine.result, mine.folder, colour, width):
            terminalreporter.write_line(line)


def _faulty(name: str) -> Gateway:
    """The embedded gateway with a fault.

    Raises:
        UsageError: there is no fault of that name.
    """
    from gateway.faults import FAULTS  # noqa: PLC0415  # only where one is asked for

    if name not in FAULTS:
        raise UsageError(f"there is no fault named {name}; python -m gateway --list-faults names them")
    return FAULTS[name]()


class Session:
    """The gate of one pytest session: its target, its run, its answer."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._embedded: EmbeddedGateway | None = None
        option = config.option
        if not (0 <= option.rate < math.inf and 0 <= option.patience < math.inf):
            raise UsageError("--rate and --patience must not be negative or endless; give a number such as --rate 5")
        self._url = option.target_url or os.environ.get(ENV_URL, "")
        if self._url:
            from_environment(self._url, os.environ)
            if option.embedded_fault:
                raise UsageError("--embedded-fault is for the embedded gateway; leave out the target URL")
        self._core = _faulty(option.embedded_fault) if option.embedded_fault else None
        if option.strict_pins and option.pins is None:
            raise UsageError("--strict-pins compares with --pins FILE; give that as well")
        self._pins = pins.read(option.pins) if option.pins is not None else None
        self._waivers = waivers.read(option.waivers) if option.waivers is not None else ()
        if option.pin is not None:
            pins.ready(option.pin)
        try:
            self.folder = open_run(option.out)
        except ValueError as error:
            raise UsageError(str(error)) from None
        self.left_out = 0
        self.result: RunResult | None = None
        self._run: Run | None = None
        self._fault = self._unusable = ""
        self._started = datetime.now(UTC)
        self._recorder: Recorder | None = None

    def run(self) -> None:
        """Make the run, once; whatever stops it is kept for the answer."""
        option = self._config.option
        self._recorder = Recorder(self.folder)
        options = Options(seed=option.seed, rate=option.rate, patience=option.patience)
        self._run = Run(self._target(), options, self._recorder.write, self._progress)
        try:
            self._run.execute(gate_plans.plans(option.seed))
        except UnusableError as error:
            self._unusable = str(error)
        except KeyboardInterrupt:
            raise
        except Exception as error:  # noqa: BLE001  # a fault of the suite: kept, reported, exit 3
            self._fault = f"The suite itself failed: {type(error).__name__}: {error}"
        self._conclude(interrupted=False)

    def _target(self) -> Target:
        if self._url:
            return from_environment(self._url, os.environ)
        from gateway.server import EmbeddedGateway  # noqa: PLC0415  # only where no target is given

        self._embedded = EmbeddedGateway(self._core).start()
        own, other = self._embedded.accounts
        described = {
            "POLYMARKET_KEY_ID": own.key_id,
            "POLYMARKET_SECRET_KEY": own.secret_key,
            "POLYMARKET_OTHER_KEY_ID": other.key_id,
            "POLYMARKET_OTHER_SECRET_KEY": other.secret_key,
            "POLYMARKET_MARKET_SLUG": ",".join(self._embedded.markets),
        }
        target = from_environment(self._embedded.url, described)
        return Target(target.url, target.keys, target.markets, embedded=True)

    def _progress(self, done: int, total: int) -> None:
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        capture = self._config.pluginmanager.get_plugin("capturemanager")
        if reporter is None or capture is None or not reporter._tw.hasmarkup:  # noqa: SLF001  # as above
            return
        with capture.global_and_fixture_disabled():
            reporter.rewrite(f"{done} of {total} requests", erase=True)
            reporter.flush()

    def _conclude(self, *, interrupted: bool) -> None:
        if self._run is None:
            return
        left_out = f"{self.left_out} clauses were left out of the run, so that it can't hold." if self.left_out else ""
        around = Circumstances(
            profile=self._config.option.profile,
            unusable=self._unusable,
            fault=self._fault,
            interrupted=interrupted,
            left_out=left_out,
            pins=self._pins.answers if self._pins is not None else {},
            strict_pins=self._config.option.strict_pins,
            waivers=self._waivers,
            notes=pins.note(self._pins, self._run.target.name) if self._pins is not None else (),
        )
        try:
            self.result = conclude(self._run, around, self._started)
        except OracleFault as error:
            self._run.ledger.exchanges.clear()
            self._fault = f"The suite itself failed: {error}"
            self.result = conclude(self._run, Circumstances(fault=self._fault), self._started)

    def demand(self, clause: Clause) -> None:
        """See `suites.face.Gate`."""
        __tracebackhide__ = True
        if self.result is None:
            pytest.skip("the run gave no answer")
        if self.result.result in (Result.BROKEN, Result.UNUSABLE) and not self.result.findings:
            pytest.skip(self.result.reason)
        result = status_of(self.result, clause)
        if result.verdict is Status.FAILED:
            messages = [each.message for each in self.result.findings if each.id in result.findings]
            raise AssertionError("; ".join(messages))
        if result.verdict is Status.SKIPPED:
            pytest.skip(result.reason)

    def finish(self, *, interrupted: bool) -> int | None:
        """Write every report; the exit status, or None where nothing was run."""
        if self._run is None:
            return NOTHING_RAN if not interrupted else None
        if self.result is None:
            self._conclude(interrupted=True)
        if self._recorder is not None:
            self._recorder.close()
        if self._embedded is not None:
            self._embedded.stop()
        if self.result is None:
            return Result.BROKEN.exit_status
        try:
            write(self.result, self.folder)
        except ExceptionGroup as group:
            for error in group.exceptions:
                sys.stderr.write(f"{error}\n")
            return self.result.result.exit_status or Result.BROKEN.exit_status
        self._summarise(self.result)
        return self._pin(self.result)

    def _pin(self, result: RunResult) -> int:
        """Write the answers where that is wanted; the exit status of the run, or that of a fault of ours."""
        path, status = self._config.option.pin, result.result.exit_status
        if path is None:
            return status
        if result.result not in (Result.HOLDS, Result.VIOLATED):
            sys.stderr.write(f"\n--pin: {path} was not written, for not every question was asked\n")
            return status
        try:
            pins.write(path, result.facts.target, result.answers)
        except OSError as error:
            sys.stderr.write(f"\n--pin: {path} can't be written: {error.strerror}\n")
            return status or Result.BROKEN.exit_status
        return status

    def _summarise(self, result: RunResult) -> None:
        """Show the answer on the page of a job, where the continuous integration named a file for it."""
        page = os.environ.get(ENV_SUMMARY, "")
        try:
            if page:
                markdown.append(result, Path(page))
        except OSError as error:  # a courtesy: the answer and its reports stand without it
            sys.stderr.write(f"\n{ENV_SUMMARY} names a file that can't be written: {error.strerror}\n")
