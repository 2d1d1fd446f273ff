"""What may differ between two lawful gateways without any code being different."""

from __future__ import annotations

from dataclasses import dataclass

MARKETS = (
    "aec-nfl-lac-den-2026-12-06",
    "aec-nba-bos-nyk-2026-12-09",
    "tec-fed-rate-cut-2026-12-16",
    "tec-best-picture-2027",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Timing, limits and switches of one gateway; the defaults are the honest reference's."""

    latency_ms: int = 0
    stream_delay_ms: int = 0
    rate_limit: int = 0
    """Requests a second for each key id; 0 means no limit."""
    clock_offset_ms: int = 0
    idle_ms: int = 60_000
    """How long a connection without a request stays open."""
    heartbeat_ms: int = 10_000
    window_ms: int = 30_000
    batch_limit: int = 20
    body_limit: int = 1 << 20
    continues: bool = True
    """Whether who waits for `100 Continue` gets it: HTTP/1.0 does not know it."""
    snapshot_on_order: bool = False
    """Whether a subscription to updates begins with a snapshot (the documents contradict each other)."""
    markets: tuple[str, ...] = MARKETS
