"""The judges: one pure function a clause, silent wherever its clause could not have been broken.

A judge gets one exchange and the history of the run, and answers a `Verdict`, or None where it has nothing to say. The
judge of an open question answers `passed` with the target's answer as its message.
"""

from __future__ import annotations

from contracts.oracles import (
    credentials,
    disclosure,
    echo,
    isolation,
    outcome,
    ownership,
    reply,
    robustness,
    routing,
    shape,
    size,
    wholeness,
    window,
)
from contracts.oracles.registry import ORACLES, Oracle, judge

__all__ = [
    "ORACLES",
    "Oracle",
    "credentials",
    "disclosure",
    "echo",
    "isolation",
    "judge",
    "outcome",
    "ownership",
    "reply",
    "robustness",
    "routing",
    "shape",
    "size",
    "wholeness",
    "window",
]
