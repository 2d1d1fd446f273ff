"""Faults about the 30 seconds: how wide they are, and what passes for a time."""

from __future__ import annotations

import re

from gateway.auth import Credentials
from gateway.core import Gateway
from gateway.faults.registry import fault
from gateway.memory import Memory

DAY_MS = 86_400_000


@fault(breaks="window.past-inside")
class RefusesTenSecondsPast(Gateway):
    """Refuses a timestamp of more than ten seconds ago."""

    def in_window(self, sent_ms: int, now_ms: int) -> bool:
        return super().in_window(sent_ms, now_ms) and now_ms - sent_ms <= 10_000


@fault(breaks="window.past-inside")
class RefusesTwentyFiveSecondsPast(Gateway):
    """Refuses a timestamp of more than 25 seconds ago, five being set aside for the network."""

    def in_window(self, sent_ms: int, now_ms: int) -> bool:
        return super().in_window(sent_ms, now_ms) and now_ms - sent_ms <= 25_000


@fault(breaks="window.future-inside")
class RefusesTheFuture(Gateway):
    """Refuses a timestamp that is more than a second ahead."""

    def in_window(self, sent_ms: int, now_ms: int) -> bool:
        return super().in_window(sent_ms, now_ms) and sent_ms - now_ms <= 1000


@fault(breaks="window.future-inside")
class RefusesFifteenSecondsAhead(Gateway):
    """Refuses a timestamp that is more than 15 seconds ahead, half of the window on either side."""

    def in_window(self, sent_ms: int, now_ms: int) -> bool:
        return super().in_window(sent_ms, now_ms) and sent_ms - now_ms <= 15_000


@fault(breaks="window.past-outside")
class NeverExpires(Gateway):
    """Takes any timestamp of the past."""

    def in_window(self, sent_ms: int, now_ms: int) -> bool:
        return sent_ms <= now_ms or super().in_window(sent_ms, now_ms)


@fault(breaks="window.past-outside")
class TakesAMinutePast(Gateway):
    """Takes a timestamp of up to a minute ago."""

    def in_window(self, sent_ms: int, now_ms: int) -> bool:
        return 0 <= now_ms - sent_ms <= 60_000 or super().in_window(sent_ms, now_ms)


@fault(breaks="window.past-outside")
class TakesThirtyFiveSecondsPast(Gateway):
    """Takes a timestamp of up to 35 seconds ago, the window and a little grace."""

    def in_window(self, sent_ms: int, now_ms: int) -> bool:
        return 0 <= now_ms - sent_ms <= 35_000 or super().in_window(sent_ms, now_ms)


@fault(breaks="window.past-outside")
class LooksAtTheTimeOfDay(Gateway):
    """Compares the time of day, so that yesterday's signature is good at the same hour."""

    def in_window(self, sent_ms: int, now_ms: int) -> bool:
        return sent_ms <= now_ms + 30_000 and super().in_window(sent_ms % DAY_MS, now_ms % DAY_MS)


@fault(breaks="window.past-outside")
class LooksAtTheSecondsOnly(Gateway):
    """Compares seconds within the minute and so takes what is one or several whole minutes old."""

    def in_window(self, sent_ms: int, now_ms: int) -> bool:
        age = now_ms - sent_ms
        return super().in_window(sent_ms, now_ms) or (0 < age < 7_200_000 and age % 60_000 <= 5000)


@fault(breaks="window.future-outside")
class TakesAnyFuture(Gateway):
    """Takes any timestamp ahead, for want of an absolute value."""

    def in_window(self, sent_ms: int, now_ms: int) -> bool:
        return sent_ms > now_ms or super().in_window(sent_ms, now_ms)


@fault(breaks="window.future-outside")
class TakesAMinuteAhead(Gateway):
    """Takes a timestamp up to a minute ahead."""

    def in_window(self, sent_ms: int, now_ms: int) -> bool:
        return 0 <= sent_ms - now_ms <= 60_000 or super().in_window(sent_ms, now_ms)


@fault(breaks="window.future-outside")
class TakesThirtyFiveSecondsAhead(Gateway):
    """Takes a timestamp up to 35 seconds ahead."""

    def in_window(self, sent_ms: int, now_ms: int) -> bool:
        return 0 <= sent_ms - now_ms <= 35_000 or super().in_window(sent_ms, now_ms)


@fault(breaks="window.future-outside", night=True)
class TakesNextYear(Gateway):
    """Takes a timestamp more than ten days ahead, where its difference overflows 32 bits and turns negative."""

    def in_window(self, sent_ms: int, now_ms: int) -> bool:
        return sent_ms - now_ms > 10 * DAY_MS or super().in_window(sent_ms, now_ms)


@fault(breaks="window.unit")
class TakesSeconds(Gateway):
    """Takes ten digits for seconds."""

    def parse_timestamp(self, text: str) -> int:
        return super().parse_timestamp(text) * (1000 if len(text) == 10 else 1)


@fault(breaks="window.unit")
class TakesMicroseconds(Gateway):
    """Takes 16 digits for microseconds."""

    def parse_timestamp(self, text: str) -> int:
        return super().parse_timestamp(text) // (1000 if len(text) == 16 else 1)


@fault(breaks="window.unit")
class TakesNanoseconds(Gateway):
    """Takes 19 digits for nanoseconds."""

    def parse_timestamp(self, text: str) -> int:
        return super().parse_timestamp(text) // (1_000_000 if len(text) == 19 else 1)


@fault(breaks="window.form")
class IgnoresTheSign(Gateway):
    """Takes a negative timestamp for its absolute value."""

    def parse_timestamp(self, text: str) -> int:
        return super().parse_timestamp(text.removeprefix("-"))


@fault(breaks="window.form")
class WrapsAtSixtyFourBits(Gateway):
    """Keeps the last 64 bits of a timestamp and takes now plus two to the 64th for now."""

    def parse_timestamp(self, text: str) -> int:
        number = int(text) % 2**64 if re.fullmatch("[1-9][0-9]{19,29}", text) else None
        return super().parse_timestamp(text) if number is None else number


@fault(breaks="window.form")
class WrapsNanoseconds(Gateway):
    """Keeps times as nanoseconds in 64 bits, as durations of Go are, and takes what is 584 years ahead for now."""

    def parse_timestamp(self, text: str) -> int:
        return (super().parse_timestamp(text) * 1_000_000 + 2**63) % 2**64 // 1_000_000 - 2**63 // 1_000_000


@fault(breaks="window.form")
class TakesZeroForNoCheck(Gateway):
    """Takes a timestamp of zero for none, and none needs no check."""

    def check_time(self, credentials: Credentials, now_ms: int) -> None:
        if credentials.timestamp.strip("0") or not credentials.timestamp:
            super().check_time(credentials, now_ms)


@fault(breaks="window.form")
class SkipsExponents(Gateway):
    """Checks no timestamp that is written with an exponent."""

    def check_time(self, credentials: Credentials, now_ms: int) -> None:
        if not re.fullmatch(r"-?[0-9.]+[eE][+-]?[0-9]+", credentials.timestamp):
            super().check_time(credentials, now_ms)


@fault(breaks="window.form", night=True)
class SkipsHexadecimal(Gateway):
    """Checks no timestamp that is written in hexadecimal digits with 0x in front."""

    def check_time(self, credentials: Credentials, now_ms: int) -> None:
        if not re.fullmatch("0[xX][0-9a-fA-F]+", credentials.timestamp):
            super().check_time(credentials, now_ms)


@fault(breaks="window.form", night=True)
class SkipsFractions(Gateway):
    """Checks no timestamp that has a fraction."""

    def check_time(self, credentials: Credentials, now_ms: int) -> None:
        if not re.fullmatch(r"[0-9]+\.[0-9]+", credentials.timestamp):
            super().check_time(credentials, now_ms)


@fault(breaks="window.form")
class SkipsHugeNumbers(Gateway):
    """Checks no timestamp of more than 18 digits, which its parser gives up on."""

    def check_time(self, credentials: Credentials, now_ms: int) -> None:
        if not re.fullmatch("[0-9]{19,}", credentials.timestamp):
            super().check_time(credentials, now_ms)


@fault(breaks="window.not-a-number")
class ComparesWithNotANumber(Gateway):
    """Takes NaN, which is never too far from anything."""

    def check_time(self, credentials: Credentials, now_ms: int) -> None:
        if credentials.timestamp.lower() != "nan":
            super().check_time(credentials, now_ms)


@fault(breaks="window.not-a-number")
class IgnoresLettersAfterTheDigits(Gateway):
    """Reads the digits and ignores letters after them, as parseInt does."""

    def parse_timestamp(self, text: str) -> int:
        return super().parse_timestamp(re.sub("(?<=[0-9])[A-Za-z].*$", "", text))


@fault(breaks="window.not-a-number", night=True)
class TakesWordsForNow(Gateway):
    """Takes words for the present when they don't parse."""

    def check_time(self, credentials: Credentials, now_ms: int) -> None:
        if not re.fullmatch("[A-Za-z]+", credentials.timestamp) or credentials.timestamp.lower() in ("nan", "infinity"):
            super().check_time(credentials, now_ms)


@fault(breaks="window.not-a-number", night=True)
class TakesTheEndOfTime(Gateway):
    """Takes Infinity, whose difference from now is no number to its mathematics."""

    def check_time(self, credentials: Credentials, now_ms: int) -> None:
        if credentials.timestamp.lstrip("+-").lower() not in ("infinity", "inf"):
            super().check_time(credentials, now_ms)


@fault(breaks="window.not-a-number")
class TakesDates(Gateway):
    """Takes any date of ISO 8601 without a look at which."""

    def check_time(self, credentials: Credentials, now_ms: int) -> None:
        if not re.match("[0-9]{4}-[0-9]{2}-[0-9]{2}T", credentials.timestamp):
            super().check_time(credentials, now_ms)


@fault(breaks="window.past-outside")
class LooksAtTheTimeOfTheWeek(Gateway):
    """Compares the time within the week, so that last week's signature is good at the same hour."""

    def in_window(self, sent_ms: int, now_ms: int) -> bool:
        return sent_ms <= now_ms + 30_000 and super().in_window(sent_ms % (7 * DAY_MS), now_ms % (7 * DAY_MS))


@fault(breaks="window.past-outside")
class MeasuresFromTheLastTimestamp(Gateway):
    """Takes a timestamp within 30 seconds of the one that it took last, so that the window creeps away."""

    last = Memory(list[int])

    def in_window(self, sent_ms: int, now_ms: int) -> bool:
        taken = any(Gateway.in_window(self, sent_ms, moment) for moment in (now_ms, *self.last))
        self.last[:] = [sent_ms] if taken else self.last
        return taken


@fault(breaks="window.past-outside")
class SetsItsClockEveryEightSeconds(Gateway):
    """Checks timestamps by a clock that a ticker sets every eight seconds, while Date is right."""

    first = Memory(list[int])

    def clock(self, now_ms: int) -> int:
        if not self.first:
            self.first.append(now_ms)
        behind = (now_ms - self.first[0] + 3000) % 8000
        return super().clock(now_ms) - behind
