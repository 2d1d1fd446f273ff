"""Cancel what a run that was killed has left in the market.

    python -m suites.sweep [--target-url URL] [--rate N]

Every run writes its orders down before it places them. This reads what runs of the target have left unfinished, cancels
those orders and no others, batched and then one by one, and reads them back. Keys come from the environment, as ever.

Exit status: 0 nothing of the suite's is left; 2 interrupted; 3 a fault of the suite; 4 wrong usage, and nothing was
sent; 6 the target is unusable, or has left an order open, or does not let it be seen closed.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Mapping, Sequence

from reports.printable import one_line, visible
from reports.results import Result
from reports.witness import counted
from suites.command import USAGE_EXIT, from_the_shell, parser
from suites.harmless import journal
from suites.orders.sweeping import Swept, command, sweep
from suites.sending.pacing import Pace
from suites.sending.transport import Transport
from suites.target import ENV_URL, Target, UsageError, from_environment
from suites.usable import UnusableError, check

SEED = 1


def target_of(arguments: Sequence[str] | None, environment: Mapping[str, str]) -> tuple[Target, float]:
    """Where to sweep, and how fast.

    Raises:
        UsageError: it can't be done, in one sentence; nothing was sent.
    """
    wanted = parser("sweep", __doc__)
    wanted.add_argument("--target-url", default="", help=f"where the target is (or {ENV_URL})")
    wanted.add_argument("--rate", type=float, default=18.0, help="requests a second, 0 for no limit (default 18)")
    given = wanted.parse_args(arguments)
    if not 0 <= given.rate < math.inf:
        raise UsageError("--rate must not be negative")
    url = given.target_url or environment.get(ENV_URL, "")
    if not url:
        left = {each for _, each in journal.unfinished(journal.folder_of(environment)) if each}
        found = f"unfinished are journals of {', '.join(map(visible, sorted(left)))}" if left else "none is unfinished"
        raise UsageError(f"no target is given; set {ENV_URL} or --target-url ({found})")
    return from_environment(url, environment), given.rate


def main(arguments: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ) -> int:
    """Sweep; the exit status."""
    try:
        target, rate = target_of(arguments, environment)
    except UsageError as error:
        sys.stderr.write(f"sweep: {one_line(str(error))}\n")
        return USAGE_EXIT
    try:
        swept = _sweep(target, rate)
    except UnusableError as error:
        sys.stderr.write(f"sweep: {error}\n")
        return Result.UNUSABLE.exit_status
    except KeyboardInterrupt:
        sys.stderr.write(f"sweep: interrupted; {command(target)} goes on\n")
        return Result.INTERRUPTED.exit_status
    except Exception as error:  # noqa: BLE001  # a fault of the suite: told in a sentence, exit 3
        sys.stderr.write(f"sweep: the suite itself failed: {type(error).__name__}: {error}\n")
        return Result.BROKEN.exit_status
    sys.stdout.write("".join(f"{visible(line)}\n" for line in _lines(swept, target)))
    return Result.UNUSABLE.exit_status if swept.left else Result.HOLDS.exit_status


def _sweep(target: Target, rate: float) -> Swept:
    if target.journal is not None and any(url == target.url for _, url in journal.unfinished(target.journal)):
        transport = Transport(target, Pace(rate), lambda _: None)
        try:
            check(transport, SEED)
        finally:
            transport.close()
    return sweep(target, rate)


def _lines(swept: Swept, target: Target) -> list[str]:
    what = f"{counted(swept.cancelled, 'order')} of earlier runs cancelled and seen closed" if swept.cancelled else ""
    rest = f"nothing of the suite's is left at {target.url}"
    if swept.left:
        rest = f"not all of it could be done at {target.url}; try again with: {command(target)}"
    lines = [f"{what}; {rest}." if what else f"{rest[:1].upper()}{rest[1:]}.", *(f"{each}." for each in swept.left)]
    if swept.living:
        lines.append(f"{counted(swept.living, 'run')} that goes on has orders there; it takes them away itself.")
    if swept.others:
        lines.append(f"There are unfinished journals of other targets: {', '.join(swept.others)}.")
    return lines


if __name__ == "__main__":
    sys.exit(from_the_shell(main))
