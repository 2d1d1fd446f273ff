"""The kill matrix: every fault of the cabinet, every lawful variant, and what the gate says of each.

A kill counts only if the honest gateway is clean in the same configuration, a finding's clause is the fault's, and
nothing is broken. A lawful variant must have no finding at all.

    tox run -e prove [-- NAME ...]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from contracts.catalogue import clauses
from contracts.messages import Status
from gateway.faults import FAULTS
from gateway.server import EmbeddedGateway
from gateway.variants import VARIANTS
from reports.judging import Judged, findings
from suites import gate
from suites.run import Options, Run
from suites.target import Target, from_environment
from suites.usable import UnusableError

HONEST = "honest"
WORKERS = 2
PATIENCE_SECONDS = 2.5


@dataclass(frozen=True, slots=True)
class Trial:
    """What the gate said of one gateway."""

    name: str
    breaks: str
    """The clause that the fault breaks; empty for the honest gateway and lawful variants."""
    found: tuple[str, ...]
    """Clauses with findings, each once."""
    fault: str
    """What failed in the suite, or why the target was unusable; empty where nothing did."""
    requests: int
    first: int
    """Number of the first exchange that shows the fault's own clause; 0 where none does."""
    seconds: float
    messages: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    """Names of the plans that show the fault in its own concern."""

    @property
    def killed(self) -> bool:
        """Whether the fault's own clause is among the findings, and nothing is broken."""
        return self.breaks in self.found and not self.fault

    @property
    def killed_in_concern(self) -> bool:
        """Whether a finding is in the fault's concern."""
        concern = self.breaks.partition(".")[0]
        return any(each.partition(".")[0] == concern for each in self.found) and not self.fault

    @property
    def right(self) -> bool:
        """A fault killed, or a lawful gateway without alarm."""
        return self.killed if self.breaks else not self.found and not self.fault


def target_of(server: EmbeddedGateway) -> Target:
    """The target that a running embedded gateway is."""
    own, other = server.accounts
    described = {
        "POLYMARKET_KEY_ID": own.key_id,
        "POLYMARKET_SECRET_KEY": own.secret_key,
        "POLYMARKET_OTHER_KEY_ID": other.key_id,
        "POLYMARKET_OTHER_SECRET_KEY": other.secret_key,
        "POLYMARKET_MARKET_SLUG": ",".join(server.markets),
    }
    return from_environment(server.url, described)


def trial(name: str) -> Trial:
    """Run the gate once against a gateway by its name."""
    start = time.monotonic()
    core = FAULTS[name]() if name in FAULTS else VARIANTS[name]() if name in VARIANTS else None
    breaks = FAULTS[name].breaks if name in FAULTS else ""
    fault = ""
    with EmbeddedGateway(core) as server:
        run = Run(target_of(server), Options(rate=0, patience=PATIENCE_SECONDS))
        try:
            run.execute(gate.plans(1))
        except UnusableError as error:
            fault = f"unusable: {error}"
        except Exception as error:  # noqa: BLE001  # a fault of the suite is what is looked for here
            fault = f"broken: {type(error).__name__}: {error}"
    judged = run.judge()
    found = findings(judged)
    own = [each.exchange.number for each in found if each.clause.id == breaks]
    return Trial(
        name=name,
        breaks=breaks,
        found=tuple(dict.fromkeys(each.clause.id for each in found)),
        fault=fault or run.ledger.died,
        requests=run.transport.requests,
        first=min(own, default=0),
        seconds=time.monotonic() - start,
        exposed=_exposed(judged, breaks),
        messages=tuple(f"{each.clause.id}: {each.message}" for each in found),
    )


def _exposed(judged: Sequence[Judged], breaks: str) -> tuple[str, ...]:
    concern = breaks.partition(".")[0]
    shown = (
        x.exchange.plan.name
        if not x.exchange.part_of or x.exchange.part_of.startswith("control")
        else x.exchange.part_of
        for x in judged
        if x.verdict.status is Status.FAILED and clauses()[x.verdict.clause].concern == concern
    )
    return tuple(dict.fromkeys(shown)) if breaks else ()


def trials(names: Sequence[str]) -> Iterable[Trial]:
    """The trials of these gateways, in worker processes, as they come."""
    with multiprocessing.get_context("fork").Pool(WORKERS, maxtasksperchild=40) as pool:
        yield from pool.imap_unordered(trial, names)


def line(each: Trial) -> str:
    """One line of the matrix."""
    kind = "fault" if each.breaks else "lawful"
    word = ("killed" if each.breaks else "clean") if each.right else ("SURVIVOR" if each.breaks else "ALARM")
    beside = [clause for clause in each.found if clause != each.breaks]
    also = f" beside: {', '.join(beside)}" if beside else ""
    return f"{word:9} {kind:6} {each.name:42} {each.breaks:32} {each.seconds:5.1f}s{also} {each.fault}"


def say(text: str) -> None:
    """Print a line now."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the matrix; 0 where every fault is killed and nothing lawful alarms, else 1."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="faults and variants; default: all, and the honest gateway")
    parser.add_argument("--json", type=Path, help="write every trial to this file, a line each")
    parser.add_argument("--messages", action="store_true", help="show each finding's sentence")
    chosen = parser.parse_args(arguments)
    names = chosen.names or [HONEST, *VARIANTS, *FAULTS]
    seen = []
    for each in trials(names):
        seen.append(each)
        if chosen.json:
            with chosen.json.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(each)) + "\n")
        if not each.right or chosen.names:
            say(line(each))
            for message in each.messages if chosen.messages else ():
                say(f"            {message}")
    faults, lawful = [each for each in seen if each.breaks], [each for each in seen if not each.breaks]
    wide = sorted(len(each.found) for each in faults) or [0]
    untied = {clause.id for clause in clauses().values() if clause.gates} - {
        each.breaks for each in faults if each.killed
    }
    say(
        f"{sum(each.killed for each in faults)} of {len(faults)} faults killed"
        f" ({sum(each.killed_in_concern for each in faults)} in their concern),"
        f" {sum(not each.right for each in lawful)} alarms on {len(lawful)} lawful gateways;"
        f" clauses named: median {wide[len(wide) // 2]}, nine in ten at most {wide[int(len(wide) * 0.9)]};"
        f" clauses that nothing broke: {', '.join(sorted(untied)) or 'none'}"
    )
    return 0 if all(each.right for each in seen) else 1


if __name__ == "__main__":
    sys.exit(main())
