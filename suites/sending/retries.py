"""Whether a plan is sent again: a void answer says nothing of it, and a connection that was lost may be an accident."""

from __future__ import annotations

from contracts.messages import VOID, Reply

TRIES_MAX = 4
TRIES = {"torn": 2, "refused": 3, "garbage": 3}
TRIES_TORN_MAX = 6
"""Where one connection in ten is lost on the way, six in a row are not; then it is the plan that tears them."""
TORN_PROVED = 3
"""After so many plans that tore every connection, others are tried less often: it is no accident."""
RETRY_AFTER_MAX_SECONDS = 8.0
RETRY_AFTER_BELIEVED_SECONDS = 60.0
TRIES_AFTER_LONG = 2
"""Who is told to come back in an hour need not ask four times within the minute."""
BACK_OFF_SECONDS = 1.0


class Retries:
    """What was lost so far on the way to one target, and what that is worth."""

    def __init__(self) -> None:
        self.void = 0
        """Answers that said nothing of a plan."""
        self.silences = 0
        self._torn = 0
        self._given_up = False

    @property
    def torn_proved(self) -> bool:
        """Whether enough plans have torn every connection that they were sent on."""
        return self._torn >= TORN_PROVED

    def wait(self, reply: Reply | None, failure: str, tries: int) -> float | None:
        """Seconds to wait before a plan is sent again; None where its answer stands."""
        if reply is not None and not failure:
            return self._after_answer(reply, tries)
        if failure == "timeout":
            self.silences += 1
            return 0.0 if self.silences == 1 else None
        cut = failure in ("torn", "short")
        most = TRIES_TORN_MAX if cut and not self.torn_proved else TRIES.get(failure, 1)
        if tries < most:
            return 0.1 * tries
        self._torn += cut
        return None

    def _after_answer(self, reply: Reply, tries: int) -> float | None:
        if reply.status not in VOID:
            self._given_up = False
            return None
        self.void += 1
        asked = reply.header("Retry-After") or ""
        seconds = float(asked) if asked.isascii() and asked.isdigit() else BACK_OFF_SECONDS * 2 ** (tries - 1)
        most = TRIES_MAX if seconds <= RETRY_AFTER_BELIEVED_SECONDS else TRIES_AFTER_LONG
        most = most // 2 if self._given_up else most  # nothing was answered since: whoever doubts asks soon
        self._given_up = self._given_up or tries >= most
        return min(seconds, RETRY_AFTER_MAX_SECONDS) if tries < most else None
