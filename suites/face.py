"""What a test sees of a run: the demand that a clause is kept."""

from __future__ import annotations

from typing import Protocol

from contracts.catalogue import Clause


class Gate(Protocol):
    """A run that has been made, or is made at the first demand."""

    def demand(self, clause: Clause) -> None:
        """Return where the clause is kept on evidence.

        Raises:
            AssertionError: it is broken; the message is the finding's.
        """
