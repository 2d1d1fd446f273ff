"""What the workers of a fleet share by a Redis: the pace of a key, and the witnesses that were found before.

Redis and its client are optional: this module is imported where one is asked for, and nowhere else.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping, Sequence

import redis
from hypothesis.database import ExampleDatabase
from hypothesis.extra.redis import RedisExampleDatabase

from contracts import codec
from contracts.messages import Account, Plan
from reports.results import Finding
from suites.nightly.drafts import renamed
from suites.run import needs_of
from suites.sending.pacing import Pace
from suites.target import Target, UsageError

ENV_PASSWORD = "POLYMARKET_REDIS_PASSWORD"  # noqa: S105  # the name of a variable
SECONDS_MAX = 10.0
"""How long Redis may take to answer."""
WITNESSES = b"batched-cancel-contract/witnesses"
KNOWN_MAX = 200
"""How many witnesses of earlier nights are sent."""
RESERVE = """
local now = redis.call('TIME')
local free = math.max(now[1] * 1000000 + now[2], tonumber(redis.call('GET', KEYS[1]) or '0'))
local start = free + (ARGV[2] - 1) * ARGV[1]
redis.call('SET', KEYS[1], string.format('%.0f', start + ARGV[1]), 'EX', 3600)
return start - (now[1] * 1000000 + now[2])
"""
"""The next free moments of a key, on Redis' own clock: microseconds to wait. Whoever asks first goes first."""
PAUSE = """
local now = redis.call('TIME')
local free = math.max(now[1] * 1000000 + now[2] + ARGV[1], tonumber(redis.call('GET', KEYS[1]) or '0'))
redis.call('SET', KEYS[1], string.format('%.0f', free), 'EX', 3600)
"""


def connected(url: str, environment: Mapping[str, str] = os.environ) -> redis.Redis:
    """A Redis that answers.

    Raises:
        UsageError: there is none, or the URL has a password in it; one sentence.
    """
    if "@" in url:
        raise UsageError(f"--redis must have no credentials in it; set {ENV_PASSWORD}")
    try:
        client: redis.Redis = redis.Redis.from_url(
            url, password=environment.get(ENV_PASSWORD) or None, socket_timeout=SECONDS_MAX
        )
        client.ping()
    except (ValueError, redis.RedisError) as error:
        raise UsageError(
            f"--redis can't be used ({type(error).__name__}); give one such as redis://host:6379"
        ) from None
    return client


class SharedPace(Pace):
    """The pace of one key over all workers: each reserves a moment of its own, and waits for it.

    Args:
        client: of the Redis that they share.
        key: what stands for the key there; no key id.
        per_second: requests a second of all together; 0 for no limit.
    """

    def __init__(self, client: redis.Redis, key: str, per_second: float) -> None:
        super().__init__(per_second)
        self._key = key
        self._micros = round(1e6 / per_second) if per_second else 0
        self._reserve = client.register_script(RESERVE)
        self._pause = client.register_script(PAUSE)

    def wait(self, count: int = 1) -> None:
        """Return when `count` requests may leave at once."""
        if self._micros:
            time.sleep(int(self._reserve(keys=[self._key], args=[self._micros, count])) / 1e6)

    def pause(self, seconds: float) -> None:
        """Let nothing of this key leave for a while, whoever sends it."""
        if self._micros:
            self._pause(keys=[self._key], args=[round(seconds * 1e6)])


def paces(client: redis.Redis, target: Target, per_second: float) -> dict[Account, Pace]:
    """The paces of a target's keys; what is signed by nobody has the first one's."""
    named = {
        account: hashlib.sha256(f"{target.url} {target.keys[account].id}".encode()).hexdigest()[:16]
        for account in target.keys
    }
    return {
        account: SharedPace(
            client, f"batched-cancel-contract/pace/{named.get(account, named[Account.OWN])}", per_second
        )
        for account in Account
    }


class Witnesses:
    """The witnesses of earlier nights, in Hypothesis' database of examples; what was not seen for days expires."""

    def __init__(self, client: redis.Redis) -> None:
        self._database: ExampleDatabase = RedisExampleDatabase(client)
        self._known: set[str] = set()

    def plans(self, tag: str) -> list[Plan]:
        """Those that there are, with names and ids of their own.

        Args:
            tag: lower-case letters and digits, of this night alone.
        """
        found: list[Plan] = []
        for value in sorted(self._database.fetch(WITNESSES))[:KNOWN_MAX]:
            data = json.loads(value)
            self._known.add(data["finding"])
            plan = codec.from_json(Plan, data["plan"], "a known witness")
            found.append(renamed(plan, f"{tag}{len(found)}"))
        return found

    def keep(self, found: Sequence[Finding]) -> None:
        """Keep witnesses of findings that are new, but those that need orders of their own."""
        for each in found:
            if each.id not in self._known and not needs_of(each.witness):
                self._known.add(each.id)
                value = {"finding": each.id, "plan": codec.to_json(each.witness)}
                self._database.save(WITNESSES, json.dumps(value, sort_keys=True).encode())
