"""The composition root: wires options, environment, target, run and reports into pytest, and nothing else.

One file because it is the one that may import every room.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contracts.catalogue import CONCERNS, Clause, clauses
from contracts.messages import Plan, Status
from reports import history, markdown, terminal
from reports.judging import OracleFault
from reports.record import facts as facts_file
from reports.record.folder import open_run
from reports.record.recorder import Recorder
from reports.record.segments import Segments, lost
from reports.results import Result, RunResult
from reports.write import write
from suites import gate as gate_plans
from suites.command import end_as_interrupted
from suites.conclusion import Circumstances, conclude, facts, status_of
from suites.conduct import conduct
from suites.nightly import proposal
from suites.nightly.night import Night
from suites.nightly.progress import PLAIN_SECONDS, SOAK_SECONDS, TERMINAL_SECONDS, Progress
from suites.nightly.soak import Keys, Soak
from suites.nightly.wanted import wanted
from suites.orders.desk import announcement
from suites.run import Options, Run
from suites.saying import on_terminal, say
from suites.settings import env_file, pins, trust, waivers
from suites.settings.given import shown
from suites.target import ENV_MARKETS, ENV_URL, Target, UsageError, from_environment, in_this_process
from suites.usable import UnusableError

if TYPE_CHECKING:
    from gateway.core import Gateway
    from gateway.server import EmbeddedGateway

NOTHING_RAN = 5
KEY = pytest.StashKey["Session"]()


def pytest_configure(config: pytest.Config) -> None:
    """Check what the user gave before anything is sent; quieten pytest where the gate speaks for itself."""
    if _is_selftest(config):
        _draw_the_same_everywhere()
        return
    try:
        if getattr(config.option, "numprocesses", None) or hasattr(config, "workerinput"):
            raise UsageError("the gate is one run in one process; leave out -n")  # noqa: TRY301  # said below
        config.stash[KEY] = Session(config)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None
    config.option.tbstyle = "no"
    config.option.verbose = -2
    config.option.reportchars = ""
    end_as_interrupted()


def _is_selftest(config: pytest.Config) -> bool:
    return any("selftest" in Path(arg).parts for arg in config.args)


def _draw_the_same_everywhere() -> None:
    """Let the self-tests' draws be the same in every run, and let none fail because the machine is busy."""
    from hypothesis import HealthCheck, settings  # noqa: PLC0415  # the gate starts without it

    slow = [HealthCheck.too_slow]
    usual = settings(derandomize=True, database=None, deadline=None, suppress_health_check=slow)
    settings.register_profile("selftest", usual)
    settings.load_profile("selftest")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test a clause, in the module of its concern."""
    concern = metafunc.module.__name__.rpartition(".")[2]
    if "clause" in metafunc.fixturenames and concern in CONCERNS:
        mine = [clause for clause in clauses().values() if clause.concern == concern]
        metafunc.parametrize("clause", mine, ids=[clause.id for clause in mine])


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is left out, however that was done, is never part of a gate that holds."""
    mine = session.config.stash.get(KEY, None)
    if mine is not None:
        calls = [getattr(item, "callspec", None) for item in session.items]
        there = {call.params["clause"].id for call in calls if call is not None and "clause" in call.params}
        mine.left_out = [each for each in clauses() if each not in there]


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
    for line in mine.lines if mine is not None else ():
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
        self._wanted = wanted(option)
        if option.shrink < 0:
            raise UsageError("--shrink must not be negative; give a number of requests such as --shrink 120, or 0")
        environment = self._environment()
        self._url = option.target_url or environment.get(ENV_URL, "")
        if self._url:
            target = from_environment(self._url, environment, trust.checked(option.ca_bundle))
            if option.require_orders and not target.markets:
                raise UsageError(f"--require-orders needs {ENV_MARKETS}; name a market in which orders may rest")
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
            self._history = history.ready(option.history, beside=option.out is None)
            resumed = self._wanted.folder if self._wanted is not None else None
            self.folder = resumed or open_run(option.out)
        except ValueError as error:
            raise UsageError(str(error)) from None
        self.left_out: list[str] = []
        self.result: RunResult | None = None
        self.lines: list[str] = []
        """The answer for the terminal."""
        self._run: Run | None = None
        self._fault = self._unusable = ""
        self._failed: list[str] = []
        """What failed at the end, in sentences."""
        self._started = datetime.now(UTC)
        self._recorder: Recorder | Segments | None = None
        self._night: Night | None = None

    def run(self) -> None:
        """Make the run, once; whatever stops it is kept for the answer."""
        try:
            self._make()
        except Exception as error:  # noqa: BLE001  # a fault of the suite: kept, reported, exit 3
            self._fault = self._fault or f"The suite itself failed: {type(error).__name__}: {error}"

    def _make(self) -> None:
        option = self._config.option
        self._recorder = Recorder(self.folder) if self._wanted is None else self._wanted.recorder(self.folder)
        options = Options(option.seed, option.rate, option.patience, option.shrink, option.require_orders)
        self._run = Run(self._target(), options, self._recorder.write, self._progress)
        plans = gate_plans.plans(option.seed)
        if self._url:
            say(self._config, announcement(self._run.target, len(self._run.slots(plans))))
        facts_file.write(facts(self._run, self._around(interrupted=True), self._started), self.folder)
        try:
            self._execute(self._run, plans)
        except UnusableError as error:
            self._unusable = str(error)
        except Exception as error:  # noqa: BLE001  # a fault of the suite: kept, reported, exit 3
            self._fault = f"The suite itself failed: {type(error).__name__}: {error}"
        stopped = self._night is not None and self._night.stopping
        self._conclude(interrupted=stopped and option.profile != "soak")  # a soak ends when it is stopped

    def _execute(self, run: Run, plans: Sequence[Plan]) -> None:
        if self._wanted is None:
            conduct(run, plans)
            return
        tell, every = partial(say, self._config), PLAIN_SECONDS
        if self._config.option.profile == "soak":
            every, file = SOAK_SECONDS, self._config.option.env_file
            self._wanted.options.care = Soak(tell, self._keys if file is not None else None)
            again = f"; kill -HUP {os.getpid()} reads {shown(file)} again" if file is not None else ""
            tell(f"Ctrl-C ends the soak{again}.")
        every = TERMINAL_SECONDS if on_terminal(self._config) else every
        self._night = Night(run, self._wanted.options, Progress(tell, every))
        self._night.execute(plans)

    def _target(self) -> Target:
        if self._url:
            return from_environment(self._url, self._environment(), self._config.option.ca_bundle)
        from gateway.server import EmbeddedGateway  # noqa: PLC0415  # only where no target is given

        self._embedded = EmbeddedGateway(self._core).start()
        target = in_this_process(self._embedded.url, self._embedded.variables)
        return replace(target, embedded=True)

    def _environment(self) -> Mapping[str, str]:
        """The variables as they are now, those of the file first."""
        path = self._config.option.env_file
        return os.environ if path is None else {**os.environ, **env_file.variables(path)}

    def _keys(self) -> Keys:
        return from_environment(self._url, self._environment()).keys

    def _progress(self, done: int, total: int) -> None:
        if self._night is None and on_terminal(self._config):
            say(self._config, f"{done} of {total} exchanges", over=True)

    def _conclude(self, *, interrupted: bool) -> None:
        if self._run is None:
            return
        around = self._around(interrupted=interrupted)
        try:
            facts_file.write(facts(self._run, around, self._started), self.folder)
            self.result = conclude(self._run, around, self._started)
        except Exception as error:  # noqa: BLE001  # likewise; the record keeps the exchanges
            self._run.ledger.exchanges.clear()
            what = str(error) if isinstance(error, (OracleFault, OSError)) else f"{type(error).__name__}: {error}"
            self._fault = f"The suite itself failed: {what}"
            self.result = conclude(self._run, Circumstances(fault=self._fault), self._started)

    def _around(self, *, interrupted: bool) -> Circumstances:
        return Circumstances(
            profile=self._config.option.profile,
            unusable=self._unusable,
            fault=self._fault,
            interrupted=interrupted,
            left_out=self.left_out,
            pins=self._pins.answers if self._pins is not None else {},
            strict_pins=self._config.option.strict_pins,
            waivers=self._waivers,
            notes=(*lost(self.folder), *self._pinned()),
            serve="" if self._url else " ".join(("python -m gateway", *self._broken())),
        )

    def _broken(self) -> tuple[str, ...]:
        name = self._config.option.embedded_fault
        return (f"--fault {name}",) if name is not None else ()

    def _pinned(self) -> tuple[str, ...]:
        return pins.note(self._pins, self._run.target.name) if self._run and self._pins is not None else ()

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
        """Write every report; the exit status, or None where nothing was run.

        Whatever fails in this, the rest is done all the same, a sentence says what failed, and the status is never 0.
        """
        if self._run is None and not self._fault:
            return NOTHING_RAN if not interrupted else None
        if self.result is None:
            self._attempt("there is no answer", lambda: self._conclude(interrupted=True))
        if self._recorder is not None:
            self._attempt("the record could not be closed", self._recorder.close)
        if self._embedded is not None:
            self._attempt("the embedded gateway could not be stopped", self._embedded.stop)
        if self.result is not None:
            self._report(self.result)
        for each in dict.fromkeys(self._failed):
            sys.stderr.write(f"\n{each}\n")
        if self.result is None:
            sys.stderr.write(f"\n{self._fault}\n")
            return Result.BROKEN.exit_status
        if self._failed:
            return self.result.result.exit_status or Result.BROKEN.exit_status
        return self._pin(self.result)

    def _attempt(self, what: str, step: Callable[[], object]) -> None:
        try:
            step()
        except ExceptionGroup as group:
            self._failed += map(str, group.exceptions)
        except Exception as error:  # noqa: BLE001  # told in a sentence, and what comes behind it is still owed
            told = isinstance(error, OSError) and error.strerror
            self._failed.append(f"{what}: {told or f'{type(error).__name__}: {error}'}")

    def _report(self, result: RunResult) -> None:
        unusable = f"--history: {self._history} can't be used"
        self._attempt(unusable, self._compare)
        self._write()
        if not self._failed:
            self._attempt(unusable, lambda: history.keep(self.result or result, self._history))
        if self._failed and result.result is Result.HOLDS:  # no report may say so where the shell is told otherwise
            reason = f"The suite itself failed: {self._failed[0]}"
            self.result = replace(self.result or result, result=Result.BROKEN, reason=reason)
            self._write()
        self._attempt("the corpora's diff could not be written", self._propose)
        shown = self.result or result
        self._attempt("the summary can't be shown", lambda: markdown.show(shown, os.environ))

    def _propose(self) -> None:
        """Write the new cases of a night as a diff to the corpora, and say so."""
        told = proposal.write(self._night.further, self.folder) if self._night is not None else ""
        self.lines += [told] if told else []

    def _compare(self) -> None:
        self.result = self.result and history.compared(self.result, self._history)

    def _write(self) -> None:
        """Write every report of the answer as it is now, and keep its lines for the terminal."""
        run = self.result
        if run is not None:
            self._attempt("the reports are missing", lambda: write(run, self.folder))
            self._attempt("the answer can't be shown", lambda: self._show(run))

    def _show(self, run: RunResult) -> None:
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            screen = reporter._tw  # noqa: SLF001  # pytest has no public way to ask
            self.lines = terminal.lines(run, self.folder, screen.hasmarkup, screen.fullwidth)

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
