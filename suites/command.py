"""What the commands beside the gate have in common: usage, the screen, interrupts, and whose answer counts."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import NoReturn

from reports.results import Result
from suites.target import UsageError

USAGE_EXIT = 4
WORST_FIRST = (Result.BROKEN, Result.VIOLATED, Result.INTERRUPTED, Result.UNUSABLE, Result.HOLDS)
"""Of several answers the first of these counts: what is surely broken outweighs what could not be seen."""


class Parser(argparse.ArgumentParser):
    """Wrong usage is exit 4; argparse's own 2 is an interrupt's here."""

    def error(self, message: str) -> NoReturn:
        """Tell it in a sentence.

        Raises:
            UsageError: always.
        """
        raise UsageError(f"{message}; --help names what there is")


def parser(name: str, description: str | None) -> Parser:
    """A parser whose help is the docstring of its module, set as it is."""
    return Parser(prog=name, description=description, formatter_class=argparse.RawDescriptionHelpFormatter)


def say(lines: Sequence[str]) -> None:
    """Print lines now; what the terminal has no letters for is escaped."""
    coding = sys.stdout.encoding or "utf-8"
    sys.stdout.write("\n".join(lines).encode(coding, "backslashreplace").decode(coding) + "\n")
    sys.stdout.flush()


def end_as_interrupted() -> None:
    """From now on, TERM and HUP are interrupts like Ctrl-C; that is one, too, in a job in a shell's background."""
    for end in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(end, _as_interrupt)


def from_the_shell(main: Callable[[], int]) -> int:
    """The exit status of a command; TERM and HUP are interrupts like Ctrl-C at any moment, wrong usage a sentence."""
    end_as_interrupted()
    try:
        return main()
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return USAGE_EXIT
    except KeyboardInterrupt:
        return Result.INTERRUPTED.exit_status


def _as_interrupt(_signum: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
