"""Chooses which call fails, and how. Pure: random seed and clock are arguments.

| kind         | what the client gets                                                | where       |
|--------------|---------------------------------------------------------------------|-------------|
| rate_limit   | 429 with Retry-After (`seconds`, as a date when `httpDate`)         | every call  |
| server_error | 500; the call had no effect                                         | every call  |
| hang         | no answer for `seconds`, then a closed connection; no effect        | every call  |
| lost_answer  | the call is done and committed, then the connection is cut          | every call  |
| media_error  | the confirm succeeds, and the media ends in ERROR                   | confirm     |
| expired_url  | an upload URL that has expired already                              | initiate    |
| outage       | 503 on every call for `seconds`; cannot be random                   | everywhere  |
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

RATE_LIMIT: Final = "rate_limit"
SERVER_ERROR: Final = "server_error"
HANG: Final = "hang"
LOST_ANSWER: Final = "lost_answer"
MEDIA_ERROR: Final = "media_error"
EXPIRED_URL: Final = "expired_url"
OUTAGE: Final = "outage"

KINDS: Final = (RATE_LIMIT, SERVER_ERROR, HANG, LOST_ANSWER, MEDIA_ERROR, EXPIRED_URL)
# A media error is final for the file, so it is random only when its name is given.
RANDOM_KINDS: Final = (RATE_LIMIT, SERVER_ERROR, HANG, LOST_ANSWER, EXPIRED_URL)

_ONLY_ON: Final = {MEDIA_ERROR: "confirm_media", EXPIRED_URL: "initiate_media"}
ANY_CALL: Final = "*"
STAGE_CALL: Final = "stage_post"


@dataclass
class Fault:
    """A targeted fault: skips `skip` matching calls, then fails the next `times`.

    `call` is a call's name, `stage_post` for any transition, or `*`. `subject` narrows it to one
    id. `seconds` is the Retry-After, the hanging time or the length of the outage, by kind.
    """

    kind: str
    call: str = ANY_CALL
    times: int = 1
    skip: int = 0
    subject: str | None = None
    seconds: float | None = None
    http_date: bool = False

    def matches(self, call: str, subject: str, *, transition: bool) -> bool:
        """Whether the fault applies to this call."""
        if _ONLY_ON.get(self.kind, call) != call or self.subject not in {None, subject}:
            return False
        return self.call in {ANY_CALL, call} or (transition and self.call == STAGE_CALL)


class FaultInjector:
    """The queue of targeted faults, and the generator of random ones.

    One call on one subject gets at most `in_a_row` random faults in a row, so retries succeed.
    """

    def __init__(self, rate: float, seed: int, kinds: Sequence[str], in_a_row: int) -> None:
        self._max_in_a_row = in_a_row
        self.configure_random(rate, seed, kinds)
        self.clear()

    def configure_random(self, rate: float, seed: int, kinds: Sequence[str]) -> None:
        """Seed the random faults: the same seed and order of calls gives the same faults."""
        self.rate, self.kinds = rate, tuple(kinds)
        self._rng = random.Random(seed)  # noqa: S311 (must be repeatable)
        self._streaks: Counter[tuple[str, str]] = Counter()

    def clear(self) -> None:
        """Remove the targeted faults and end the outage; random faults keep their rate."""
        self.queue: list[Fault] = []
        self._outage_until = 0

    def begin_outage(self, until: int) -> None:
        """All calls answer 503 before this instant (ms)."""
        self._outage_until = until

    def is_outage(self, now: int) -> bool:
        """Whether every call answers 503 now."""
        return now < self._outage_until

    def choose_fault(self, call: str, subject: str, *, transition: bool = False) -> Fault | None:
        """The fault of this call: a targeted one, else perhaps a random one, else None."""
        return self._choose_targeted(call, subject, transition) or self._choose_random(
            call, subject
        )

    def _choose_targeted(self, call: str, subject: str, transition: bool) -> Fault | None:
        for fault in self.queue:
            if not fault.matches(call, subject, transition=transition):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.times -= 1
            if not fault.times:
                self.queue.remove(fault)
            return fault
        return None

    def _choose_random(self, call: str, subject: str) -> Fault | None:
        kinds = [kind for kind in self.kinds if _ONLY_ON.get(kind, call) == call]
        if not kinds or self._rng.random() >= self.rate:
            self._streaks.pop((call, subject), None)
            return None
        if self._streaks[call, subject] >= self._max_in_a_row:
            del self._streaks[call, subject]
            return None
        self._streaks[call, subject] += 1
        return Fault(self._rng.choice(kinds), call)
