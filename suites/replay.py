"""Send the witness of a finding again: is its promise still broken?

    python -m suites.replay FINDING-FOLDER [RUN-FOLDER ...] [--target-url URL] [--times N] [--out DIR]

The witness is sent with the plans that its judge compares it with. Where nothing is wrong then, it is sent once more as
it was in its run, behind the plans before it and those that aim at the same promise: some faults remember.

Exit status: 0 every promise holds now, on evidence; 1 one is still broken; 2 interrupted; 3 a fault of the suite;
4 wrong usage, and nothing was sent; 6 the target is unusable, or a promise could not be exercised. Of several findings
the first of 3, 1, 2, 6, 0 counts, as in the gate: what is surely broken outweighs what could not be seen.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from contracts.catalogue import clauses
from contracts.document import digest
from contracts.messages import Exchange
from reports import bundle, witness
from reports.printable import bytes_as_text, one_line, visible
from reports.record import atomic
from reports.record.folder import open_run, typed
from reports.results import Result
from suites import command
from suites.again.resending import Attempt, Case, Order, case_of, replay
from suites.settings import trust
from suites.target import ENV_URL, UsageError, from_environment

SUMMARY = "replay.json"
TIMES_MAX = 1000
ANSWER_LIMIT = 240
WORDS = {
    Result.VIOLATED: "still broken",
    Result.HOLDS: "holds now",
    Result.UNUSABLE: "can't be said",
    Result.INTERRUPTED: "interrupted",
    Result.BROKEN: "the suite is at fault",
}


def order_of(arguments: Sequence[str] | None, environment: Mapping[str, str]) -> Order:
    """What the user wants.

    Raises:
        ValueError: it can't be done, in one sentence; nothing was sent.
        OSError: a folder can't be read.
    """
    parser = command.parser("replay", __doc__)
    parser.add_argument("findings", nargs="+", type=Path, help="folders of findings, or of runs with findings/ in them")
    parser.add_argument("--target-url", default="", help=f"where the target is (or {ENV_URL})")
    parser.add_argument("--ca-bundle", type=Path, help="authorities that TLS trusts, instead of the usual")
    parser.add_argument("--rate", type=float, default=18.0, help="requests a second, 0 for no limit (default 18)")
    parser.add_argument(
        "--patience", type=float, default=10.0, help="seconds to wait for the order stream (default 10)"
    )
    parser.add_argument(
        "--times", type=int, default=1, help="send each so often: always, sometimes, never? (default 1)"
    )
    parser.add_argument("--out", type=Path, help="folder for the exchanges; without it nothing is written")
    given = parser.parse_intermixed_args(arguments)  # folders may stand behind options
    if not (0 <= given.rate < math.inf and 0 <= given.patience < math.inf and 1 <= given.times <= TIMES_MAX):
        raise UsageError(f"--rate and --patience must not be negative, and --times is 1 to {TIMES_MAX}")
    cases = {case.id: case for path in given.findings for each in _folders(path) for case in (case_of(each),)}
    url = given.target_url or environment.get(ENV_URL, "")
    if not url:
        raise UsageError(
            f"no target is given; set {ENV_URL} or --target-url (python -m gateway starts one to try with)"
        )
    target = from_environment(url, environment, trust.checked(given.ca_bundle))
    for case in cases.values() if given.out is not None else ():
        open_run(given.out / case.id)
    return Order(tuple(cases.values()), target, given.rate, given.patience, given.times, given.out)


def _folders(path: Path) -> list[Path]:
    """The bundles that a path stands for: itself, or those of a run."""
    if not path.is_dir() or (path / bundle.FILE).exists():
        return [path]
    found = [each.parent for each in sorted((*path.glob(f"findings/*/{bundle.FILE}"), *path.glob(f"*/{bundle.FILE}")))]
    if not found and (path / "verdict.json").is_file():
        raise UsageError(f"{visible(str(path))}: this run has no findings, so there is nothing to send again")
    return found or [path]


def main(arguments: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ) -> int:
    """Replay findings; the exit status."""
    try:
        order = order_of(arguments, environment)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"replay: {one_line(str(error))}\n")
        return command.USAGE_EXIT
    results: list[Result] = []
    told = []
    for case in order.cases:
        tries = list(_tries(case, order))
        result = next(each for each in command.WORST_FIRST if any(tried.result is each for tried in tries))
        results.append(result)
        told.append(_told(case, tries, result))
        command.say(_lines(case, tries, result, order))
        if result in (Result.BROKEN, Result.INTERRUPTED) or tries[-1].dead:
            break
    if len(order.cases) > 1:
        counts = [f"{results.count(each)} {WORDS[each]}" for each in command.WORST_FIRST if each in results]
        left = len(order.cases) - len(results)
        command.say([f"{len(order.cases)} findings: {', '.join(counts)}{f', {left} not sent' if left else ''}"])
    if order.out is not None:
        try:
            atomic.write_text(order.out / SUMMARY, json.dumps(told, indent=2) + "\n")
        except OSError as error:
            sys.stderr.write(f"replay: {SUMMARY} could not be written: {error.strerror}\n")
            results.append(Result.BROKEN)
    return next(each for each in command.WORST_FIRST if each in results).exit_status


def _tries(case: Case, order: Order) -> Iterator[Attempt]:
    for number in range(1, order.times + 1):
        try:
            tried = replay(case, order, number)
        except KeyboardInterrupt:
            tried = Attempt(Result.INTERRUPTED, "there was no answer yet")
        except Exception as error:  # noqa: BLE001  # a fault of the suite: told in a sentence, exit 3
            tried = Attempt(Result.BROKEN, f"{type(error).__name__}: {error}")
        yield tried
        if tried.result in (Result.BROKEN, Result.INTERRUPTED) or tried.dead:
            return


def _often(tries: Sequence[Attempt]) -> str:
    """Always, sometimes or never; empty where it was sent once or never answered."""
    answers = [each.result for each in tries if each.result in (Result.VIOLATED, Result.HOLDS)]
    count = answers.count(Result.VIOLATED)
    if len(answers) < 2:
        return ""
    word = "never" if not count else "always" if count == len(answers) else "sometimes"
    return f"{word} broken, {count} of {len(answers)}"


def _telling(tries: Sequence[Attempt], result: Result) -> Attempt:
    return next(each for each in tries if each.result is result)


def _told(case: Case, tries: Sequence[Attempt], result: Result) -> dict[str, object]:
    return {
        "finding": case.id,
        "clause": case.about.clause,
        "result": result.value,
        "seen": _often(tries),
        "reason": visible(_telling(tries, result).says),
        "requests": sum(each.requests for each in tries),
        "records": [record for each in tries for record in each.records],
    }


def _lines(case: Case, tries: Sequence[Attempt], result: Result, order: Order) -> list[str]:
    telling, often = _telling(tries, result), _often(tries)
    shown = telling.exchange
    sent = witness.line(shown.plan if shown is not None else case.witness)
    lines = [
        f"{case.id}, recorded {visible(case.about.started)} on {visible(case.about.target)}",
        f"  Promised: {clauses()[case.about.clause].says}",
        f"  Recorded: {visible(case.about.message)}",
        f"  Sent:     {sent}",
        *([f"  Answered: {_reply(shown)}"] if shown is not None else []),
        f"  Verdict:  {WORDS[result].upper()}{f' ({often})' if often else ''}: {visible(telling.says)}",
        *(f"  Left:     {visible(each)}" for each in dict.fromkeys(each.left for each in tries if each.left)),
        *(
            [f"  Evidence: {visible(str(typed(order.out / telling.records[-1])))}"]
            if order.out and telling.records
            else []
        ),
    ]
    if case.about.document != digest():
        lines.insert(2, "  Note:     it was judged by another edition of the document than this suite has")
    return [*lines, ""]


def _reply(exchange: Exchange) -> str:
    if exchange.reply is None:
        return f"no whole answer ({exchange.failure})"
    return one_line(f"{exchange.status} {bytes_as_text(exchange.reply.body[: 4 * ANSWER_LIMIT])}", ANSWER_LIMIT)


if __name__ == "__main__":
    sys.exit(command.from_the_shell(main))
