"""The proof: every fault, every lawful variant, pairs of faults and mutants, and what the gate says of each."""

from __future__ import annotations

from suites.selftest.prove.running import trials
from suites.selftest.prove.subjects import HONEST
from suites.selftest.prove.terminal import line
from suites.selftest.prove.trial import PATIENCE_SECONDS, Trial, target_of

__all__ = ["HONEST", "PATIENCE_SECONDS", "Trial", "line", "target_of", "trials"]
