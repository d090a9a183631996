"""Which call of a sandbox fails, and how; the choice itself is `simulator.faults`'s.

| kind         | what the client gets                                                          |
|--------------|-------------------------------------------------------------------------------|
| rate_limit   | 429 with Retry-After (`seconds`); no effect                                   |
| server_error | 500; no effect                                                                |
| status       | `status` with the error name `error`; no effect                               |
| hang         | no answer for `seconds`, then a closed connection; no effect                  |
| lost_request | a closed connection at once; no effect                                        |
| lost_answer  | the call is done, then the connection is closed                               |
| delay        | the call is done `seconds` later than it came: after calls that came later    |
| outage       | 503 on every call for `seconds`; cannot be random                             |
"""

from dataclasses import dataclass
from typing import Final

from simulator.faults import HANG, LOST_ANSWER, OUTAGE, RATE_LIMIT, SERVER_ERROR, Fault

STATUS: Final = "status"
LOST_REQUEST: Final = "lost_request"
DELAY: Final = "delay"

KINDS: Final = (RATE_LIMIT, SERVER_ERROR, STATUS, HANG, LOST_REQUEST, LOST_ANSWER, DELAY, OUTAGE)
RANDOM_KINDS: Final = (RATE_LIMIT, SERVER_ERROR, HANG, LOST_REQUEST, LOST_ANSWER)


@dataclass
class SandboxFault(Fault):
    """A targeted fault; `subject` narrows it to the account (DID) whose token comes with a call."""

    status: int = 500
    error: str = "InternalServerError"
