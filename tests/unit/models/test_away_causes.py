"""What an error of the database means for a person: the cause in words, and what to do."""

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from models.database_errors import away_cause, away_reason, public_reason
from tests.unit.models.test_database_errors import wrapped

BY_STATE = {
    "53300": "takes no more connections",
    "53100": "disk is full",
    "53200": "no memory left",
    "25006": "only reads",
    "57P03": "starting or stopping",
    "57P01": "ended our connections",
    "28P01": "user or password",
    "08006": "cannot be reached",
}
# Where a connection is refused the driver has no SQLSTATE, and a pooler has one for everything.
BY_WORDS = {
    "FATAL:  sorry, too many clients already": "takes no more connections",
    "FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute": (
        "takes no more connections"
    ),
    'FATAL:  too many connections for role "app"': "takes no more connections",
    "FATAL:  no more connections allowed (max_client_conn)": "pooler takes no more clients",
    "FATAL:  query_wait_timeout": "pooler has no server connection free",
    "server conn crashed?": "pooler does not reach it",
    "FATAL:  pgbouncer cannot connect to server": "pooler does not reach it",
    "server login has been failing, try again later (server_login_retry)": (
        "pooler does not reach it"
    ),
    "FATAL:  client_login_timeout (server down)": "pooler does not reach it",
    "FATAL:  the database system is starting up": "starting or stopping",
    'FATAL:  password authentication failed for user "app"': "user or password",
    "could not extend file: No space left on device": "disk is full",
    "Connection refused\n\tIs the server running on that host?": "cannot be reached",
}


@pytest.mark.parametrize(("state", "said"), BY_STATE.items())
def test_a_state_is_explained(state: str, said: str) -> None:
    """Each SQLSTATE that counts as away, and that a person can do something about."""
    cause = away_cause(wrapped(psycopg.errors.lookup(state)("pas de service")))
    assert cause is not None
    assert said in cause.sentence
    assert cause.fix


@pytest.mark.parametrize(("words", "said"), BY_WORDS.items())
@pytest.mark.parametrize("kind", [psycopg.OperationalError, psycopg.errors.ProtocolViolation])
def test_the_words_of_servers_and_poolers_are_explained(
    kind: type[psycopg.Error], words: str, said: str
) -> None:
    """As PostgreSQL and PgBouncer write them, for a refused connection and for a statement."""
    error = wrapped(kind(f'connection to server at "db.example", port 5432 failed: {words}'))
    cause = away_cause(error)
    assert cause is not None
    assert said in cause.sentence
    assert away_reason(error) is not None


def test_what_strangers_read_names_no_address() -> None:
    """Health checks and a post's history have the cause, and not the driver's message."""
    known = wrapped(psycopg.OperationalError("db.example: FATAL:  sorry, too many clients already"))
    unknown = wrapped(psycopg.OperationalError("db.example: FATAL:  nanu"))
    defect = DBAPIError.instance(
        "SELECT a", {}, psycopg.errors.UndefinedTable("no db.example"), psycopg.Error
    )
    assert [public_reason(each) for each in (known, unknown, defect)] == [
        "the database does not answer: it takes no more connections",
        "the database does not answer",
        "the database refuses a statement",
    ]
    assert away_cause(defect) is None
    assert public_reason(NoConnectionFree("QueuePool")) == "the database does not answer"
