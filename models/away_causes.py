"""Why the database or the broker cannot serve, in words that a person can act on.

By SQLSTATE, and by the server's words: of a refused connection the driver passes those alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class AwayCause:
    """What is wrong, without addresses and names, so that everybody may read it; and what to do.

    `states` are SQLSTATEs or their first letters, `words` are parts of messages.
    """

    sentence: str
    fix: str
    states: tuple[str, ...]
    words: tuple[str, ...]

    def matches(self, state: str, message: str) -> bool:
        """Whether an error with this SQLSTATE, or empty, and this message has this cause."""
        return bool(self.states and state.startswith(self.states)) or any(
            words in message for words in self.words
        )


# The first that matches: a pooler's words tell more than its SQLSTATE, which is the same for all.
DATABASE_CAUSES: Final = (
    AwayCause(
        "its pooler takes no more clients",
        "raise the pooler's max_client_conn, or run fewer processes: each needs up to 20",
        (), ("no more connections allowed",),
    ),
    AwayCause(
        "its pooler has no server connection free",
        "raise the pooler's default_pool_size, or end what holds its connections "
        "(SHOW CLIENTS, SHOW SERVERS)",
        (), ("query_wait_timeout",),
    ),
    AwayCause(
        "its pooler does not reach it",
        "start the server; the pooler's log says what is missing",
        (), ("cannot connect to server", "server login", "server conn crashed", "(server down)",
             "server DNS lookup failed", "server connection closed"),
    ),
    AwayCause(
        "it takes no more connections",
        "raise its max_connections, or run fewer processes: each needs up to 20",
        ("53300",), ("too many clients", "slots are reserved", "too many connections for"),
    ),
    AwayCause(
        "its disk is full", "free some space on its disk",
        ("53100",), ("No space left on device", "disk is full"),
    ),
    AwayCause(
        "it has no memory left",
        "give it more memory; or raise max_locks_per_transaction, where it is shared memory",
        ("53200",), ("out of memory", "out of shared memory"),
    ),
    AwayCause(
        "it only reads", "SLOTBEAT_DATABASE_URL must lead to the primary",
        ("25006",), ("read-only transaction", "session is read-only"),
    ),
    AwayCause(
        "it is starting or stopping", "wait; where it takes long, its log says why",
        ("57P03",), ("is starting up", "in recovery mode", "is shutting down", "not yet accepting"),
    ),
    AwayCause(
        "it ended our connections", "wait; its log says who did it",
        ("57P0",), ("terminating connection", "database removed"),
    ),
    AwayCause(
        "it refuses our user or password",
        "set SLOTBEAT_DATABASE_URL to the user and password that it has, and restart",
        ("28",), ("authentication failed", "no pg_hba.conf entry", "no such user"),
    ),
    AwayCause(
        "it cannot be reached", "start its server, or set SLOTBEAT_DATABASE_URL to where it is",
        ("08",), ("Connection refused", "timeout expired", "could not translate host name",
                  "server closed the connection", "No route to host", "Network is unreachable"),
    ),
)  # fmt: skip


# Redis's words, and RabbitMQ's.
BROKER_CAUSES: Final = (
    AwayCause(
        "its memory is full", "raise its maxmemory, or remove what is not ours",
        (), ("'maxmemory'", "OOM"),
    ),
    AwayCause(
        "it only reads", "SLOTBEAT_BROKER_URL must lead to the primary",
        (), ("read only replica", "READONLY", "UNBLOCKED", "MASTERDOWN"),
    ),
    AwayCause(
        "it cannot write to its disk", "free some space on its disk, or fix its permissions",
        (), ("MISCONF", "unable to persist", "errors writing to the AOF"),
    ),
    AwayCause(
        "it is starting", "wait; where it takes long, its log says why",
        (), ("loading the dataset",),
    ),
    AwayCause(
        "it refuses our user or password",
        "set SLOTBEAT_BROKER_URL to the user and password that it has, and restart",
        (), ("uthentication required", "invalid username-password", "invalid password",
             "already authenticated", "ACCESS_REFUSED", "has no permissions"),
    ),
)  # fmt: skip


def find_cause(causes: Iterable[AwayCause], state: str, message: str) -> AwayCause | None:
    """The cause of an error with this SQLSTATE, or empty, and this message; None where it is one of
    many."""
    return next((cause for cause in causes if cause.matches(state, message)), None)


def broker_reason(error: BaseException) -> str:
    """What a broker's error says, in one line, and what to do about it where that is clear."""
    message = " ".join(str(error).split()) or type(error).__name__
    cause = find_cause(BROKER_CAUSES, "", message)
    return f"{message}; {cause.fix}" if cause else message
