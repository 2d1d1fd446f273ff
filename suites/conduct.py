"""Conducts a run from beginning to end: is the target usable, send every plan, settle, look twice, try again, clear up.

Nothing here knows pytest: the gate, the night, `prove`, replay and the self-tests all do this.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from contracts.messages import Account, Plan
from suites.again import second_looks, trials
from suites.gate import by_one_account, in_turns
from suites.orders import sweeping
from suites.run import Run
from suites.usable import check


def conduct(run: Run, plans: Sequence[Plan]) -> None:
    """Send the plans; what was seen is in the run's ledger, also when this raises.

    Raises:
        UnusableError: nothing could be judged.
    """
    run.ledger.started = time.monotonic()
    plans = (in_turns if run.target.has(Account.OTHER) else by_one_account)(plans)
    try:
        check(run.transport, run.options.seed)
        run.ledger.notes += sweeping.first(run.target, run.options.rate)
        run.look_around()
        run.send_all(plans)
        run.settle()
        if run.ledger.died:
            return
        second_looks.at_the_clock(run, plans)
        for look in second_looks.LOOKS:
            look(run)
        trials.hold(run)
    finally:
        run.close()
        run.ledger.ended = time.monotonic()
