"""How long the next bytes of a body may take. Pure."""

import math
from dataclasses import dataclass
from typing import Final

# After its first seconds a body must have come at this rate (bytes/s) on the whole.
LEAST_RATE: Final = 16 << 10


@dataclass(frozen=True, slots=True)
class BodyPace:
    """The time of one caller. `grace`: seconds of waiting that every body has. `stall`: seconds
    without a byte. `rate`: bytes a second after the grace; infinite if the grace must suffice."""

    grace: float
    stall: float
    rate: float = LEAST_RATE

    def allowance(self, size: int, waited: float) -> float:
        """Seconds until the next bytes must be there, after `size` bytes for which the server has
        waited `waited` seconds in all. The time that the server itself took does not count."""
        earned = 0.0 if math.isinf(self.rate) else size / self.rate
        return max(0.0, min(self.stall, self.grace + earned - waited))

    @property
    def sentence(self) -> str:
        """What a caller is told that was too slow."""
        if math.isinf(self.rate):
            return f"the body took more than {self.grace:g} s"
        return (
            f"the body came to a stop: nothing in {self.stall:g} s, or less than "
            f"{LEAST_RATE >> 10} KiB/s after {self.grace:g} s"
        )
