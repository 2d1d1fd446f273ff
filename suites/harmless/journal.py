"""The journal of own orders: on disk before a request that places one leaves, so that a killed run forgets nothing.

One file a run, all in one folder wherever the reports go: `reports/out/journal`, or what `POLYMARKET_JOURNAL` names. A
file is made at the first order and removes itself when the last one has ended; a run that places nothing leaves none,
and the embedded gateway, which dies with its orders, has none. Its lines:

    {"journal": 1, "target": "https://host", "accounts": {"own": "5f0c2e11"}}
    {"intent": 1, "account": "own", "markets": ["m"], "price": "0.01", "quantity": 1, "goodTill": "...", "at": 1764000}
    {"of": 1, "placed": [["ORDER-ID", "m"]]} or, where nothing more of it is in the market, {"of": 1, "settled": true}
    {"ended": ["ORDER-ID"]}

An intent is on the disk before its request leaves, so a torn last line is never one whose request left.
A process holds a lock on its file for as long as it lives; what is not locked is of one that is gone, and `claim` takes
it over. Two runs at once never take each other's.

No key id is in it. An account is its name here and 8 digits of a digest, salted with the file's name: enough for a
later process to see that its keys are the same. With others, an order that is not listed has not ended by that.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contracts.messages import Account
from reports.printable import visible
from reports.record.folder import ROOT
from suites.harmless.locked_log import LockedLog
from suites.sending.rendering import Placed

ENV_FOLDER = "POLYMARKET_JOURNAL"
FORMAT = 1
SUFFIX = ".ndjson"


@dataclass(frozen=True, slots=True)
class Intent:
    """One request that places orders, as it was written down before it left."""

    number: int
    account: Account
    markets: tuple[str, ...]
    """One an order."""
    price: str
    quantity: float
    good_till: str
    """When its orders expire, RFC 3339 to the millisecond; empty where they don't."""
    at_ms: int
    """On the clock of the process that wrote it, Unix milliseconds."""
    sure: bool = True
    """Whether the keys in use are known to be of the account that placed it."""

    @property
    def age_seconds(self) -> float:
        """How long ago it was written."""
        return time.time() - self.at_ms / 1000


@dataclass(frozen=True, slots=True)
class Own:
    """One order of ours."""

    placed: Placed
    intent: Intent


def folder_of(environment: Mapping[str, str]) -> Path:
    """The folder of all journals."""
    return Path(environment.get(ENV_FOLDER, "").strip() or ROOT / "journal")


def ready(folder: Path) -> Path:
    """The folder, made and ready to be written.

    Raises:
        ValueError: it can't be, in one sentence.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        why = f"the journal of orders can't be written to {visible(str(folder))}: {error.strerror or error}"
        raise ValueError(f"{why}; set {ENV_FOLDER} to a folder that can") from None


def unfinished(folder: Path) -> Iterator[tuple[Path, str]]:
    """The journals of a folder with their targets' URLs, oldest first; an empty URL where the file is no journal."""
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            with path.open("rb") as file:
                head = json.loads(file.readline())
            yield path, str(head["target"]) if head["journal"] == FORMAT else ""
        except FileNotFoundError:  # its run has ended since the folder was read
            continue
        except (OSError, ValueError, LookupError, TypeError):
            yield path, ""


class Journal:
    """What a run has placed and what became of it; in memory only where it is given no folder.

    Args:
        folder: where its file is made, at the first intent.
        url: the target.
        keys: key ids; only their digests are written.
    """

    def __init__(self, folder: Path | None = None, url: str = "", keys: Mapping[Account, str] | None = None) -> None:
        self._folder = folder
        self._url = url
        self._keys = dict(keys or {})
        self._log: LockedLog | None = None
        self._intents: dict[int, Intent] = {}
        self._own: dict[str, Own] = {}
        self._settled: set[int] = set()
        self._ended: set[str] = set()
        self._now: dict[str, tuple[Account, bool]] = {}
        """An account as the file calls it: who that is in this process, and whether that is known."""

    @classmethod
    def claim(cls, path: Path, keys: Mapping[Account, str]) -> Journal | None:
        """Take over the journal of a process that is gone; None where its process lives, or has just removed it.

        Args:
            path: its file.
            keys: key ids of this process.

        Raises:
            ValueError: it is no journal, in one sentence.
        """
        journal = cls(path.parent, keys=keys)
        try:
            claimed = LockedLog.claim(path)
            if claimed is None:
                return None
            journal._log, lines = claimed
            if lines:
                journal._read(path.name, *lines)
            else:  # its process went before it had written anything
                journal.close()
                return None
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            if journal._log is not None:
                journal._log.close(remove=False)
            why = f"{visible(str(path))} can't be read as a journal of orders"
            raise ValueError(f"{why}; look at your open orders, then remove it") from None
        return journal

    def _read(self, name: str, head: Mapping[str, Any], *lines: Mapping[str, Any]) -> None:
        if head["journal"] != FORMAT or not isinstance(head["target"], str):
            raise ValueError(f"not of format {FORMAT}")
        for account, mark in head["accounts"].items():
            same = [each for each, key_id in self._keys.items() if _digest(name, key_id) == mark]
            self._now[account] = (same[0], True) if same else (Account(account), False)
        for line in lines:
            self._apply(line)

    # --- what is in it ---

    @property
    def intents(self) -> tuple[Intent, ...]:
        """Every request that was about to place orders."""
        return tuple(self._intents.values())

    def __contains__(self, order_id: str) -> bool:
        return order_id in self._own

    @property
    def orders(self) -> tuple[Own, ...]:
        """Every order of ours, ended or not, in the order in which they were placed."""
        return tuple(self._own.values())

    def resting(self, account: Account) -> list[Own]:
        """The orders of an account that are not known to have ended."""
        return [own for each, own in self._own.items() if own.intent.account is account and each not in self._ended]

    def unanswered(self, account: Account | None = None) -> list[Intent]:
        """Intents of an account, or of all, that may have placed orders whose ids are not known."""
        open_ = (intent for number, intent in self._intents.items() if number not in self._settled)
        return [intent for intent in open_ if account is None or intent.account is account]

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The accounts that anything was placed with."""
        return tuple(dict.fromkeys(intent.account for intent in self._intents.values()))

    @property
    def count(self) -> int:
        """How many orders there are or may be: those placed, and those of intents without an answer."""
        return len(self._own) + sum(len(intent.markets) for intent in self.unanswered())

    @property
    def done(self) -> bool:
        """Whether nothing of it can be in the market any more."""
        return self._own.keys() <= self._ended and not self.unanswered()

    # --- what is written down ---

    def intend(self, account: Account, markets: Sequence[str], price: str, quantity: float, good_till: str) -> Intent:
        """Write down that orders are about to be placed; on the disk when this returns.

        Raises:
            OSError: it can't be written, and nothing must be placed.
        """
        number = len(self._intents) + 1
        line = {"intent": number, "account": account, "markets": list(markets), "price": price, "quantity": quantity}
        self._write(line | {"goodTill": good_till, "at": int(time.time() * 1000)})
        return self._intents[number]

    def placed(self, intent: Intent, ids: Mapping[str, str]) -> None:
        """Write down orders of an intent, id to market; with as many as were intended, it is answered."""
        if ids:
            self._write({"of": intent.number, "placed": [list(each) for each in ids.items()]})

    def settled(self, intent: Intent) -> None:
        """Write down that no further order of an intent is in the market."""
        self._write({"of": intent.number, "settled": True})

    def ended(self, ids: Sequence[str]) -> None:
        """Write down which orders were read back as closed."""
        fresh = [each for each in ids if each not in self._ended]
        if fresh:
            self._write({"ended": fresh})

    def close(self) -> None:
        """Remove the file where nothing is left, keep it for `claim` where something may be; closing twice is fine."""
        if self._log is not None:
            self._log.close(remove=self.done)
        self._log = None

    def _write(self, line: Mapping[str, Any]) -> None:
        if self._log is None and self._folder is not None:
            name = f"{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}-{secrets.token_hex(4)}{SUFFIX}"
            marks = {account: _digest(name, key_id) for account, key_id in self._keys.items()}
            head = {"journal": FORMAT, "target": self._url, "accounts": marks}
            self._log = LockedLog.create(ready(self._folder) / name, head)
        if self._log is not None:
            self._log.append(line)
        self._apply(line)

    def _apply(self, line: Mapping[str, Any]) -> None:
        """What a line means, the same when it is written and when it is read."""
        if "intent" in line:
            account, sure = self._now.get(line["account"], (Account(line["account"]), True))
            what = (tuple(line["markets"]), line["price"], line["quantity"], line["goodTill"], line["at"])
            self._intents[line["intent"]] = Intent(line["intent"], account, *what, sure)
        elif "of" in line:
            intent = self._intents[line["of"]]
            self._own |= {each: Own(Placed(each, market), intent) for each, market in line.get("placed", ())}
            found = sum(own.intent is intent for own in self._own.values())
            if line.get("settled") or found >= len(intent.markets):
                self._settled.add(intent.number)
        else:
            self._ended |= set(line["ended"])


def _digest(name: str, key_id: str) -> str:
    return hashlib.sha256(f"{name}/{key_id}".encode()).hexdigest()[:8]
