"""How many orders one batch may carry."""

from __future__ import annotations

from contracts.oracles.bench import plan_judge

for _clause in ("size.one", "size.full", "size.between", "size.empty", "size.over", "size.entries"):
    plan_judge(_clause)
