"""What keeps posts from going out, from the rows of heartbeats and of a connection alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ids import min_id_at
from models.store.jobs.heartbeats import ALIVE_WINDOW
from models.store.jobs.publishing_state import ConnectionState, PublishingState
from models.store.tenants.accounts import NamedAccount
from models.task_names import ACCOUNTS_INTERVAL
from services.publishing_obstacles import (
    BLOCK_HOLD,
    SILENCE_MARGIN,
    Obstacle,
    ObstacleKind,
    add_accounts,
    find_obstacles,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
SYNCED = NOW - timedelta(minutes=5)
# Beat and worker are alive, and the provider answered five minutes ago.
ANSWERING = ConnectionState(
    id=min_id_at(NOW - DAY) + "0" * 20,
    provider="swonkie",
    blocked_until=None,
    refused_at=None,
    credentials_at=None,
    synced_at=SYNCED,
    next_sync_at=SYNCED + ACCOUNTS_INTERVAL,
    has_accounts=True,
)
FINE = PublishingState(beat=NOW - SECOND, worker=NOW - SECOND, connections=(ANSWERING,))
LONG_AGO = NOW - ACCOUNTS_INTERVAL - timedelta(minutes=5)
# Five minutes ago the accounts were due to be read; since then every try has failed.
SILENT = replace(ANSWERING, synced_at=LONG_AGO, next_sync_at=NOW + SECOND)
NEW = replace(ANSWERING, synced_at=None, next_sync_at=NOW - DAY, has_accounts=False)


def at(*connections: ConnectionState) -> PublishingState:
    """Beat and worker are alive, and the organization uses these connections."""
    return replace(FINE, connections=connections)


def obstacle(kind: ObstacleKind, since: datetime | None, provider: str = "swonkie") -> Obstacle:
    """The obstacle at the provider."""
    return Obstacle(kind, since, provider, connection_id=ANSWERING.id)


def kinds(state: PublishingState, *, is_starting: bool = False) -> list[str]:
    """The kinds of the obstacles."""
    return [each.kind for each in find_obstacles(state, NOW, is_starting=is_starting)]


def found(state: PublishingState) -> list[Obstacle]:
    """The obstacles."""
    return list(find_obstacles(state, NOW))


def test_nothing_is_said_while_all_is_well() -> None:
    """Nothing is said while beat, worker and provider answer, or before the first post."""
    assert found(FINE) == found(at()) == []


moments = st.none() | st.timedeltas(-DAY, timedelta(0)).map(lambda ago: NOW + ago)


@given(beat=moments, worker=moments)
def test_a_missing_process_is_named_with_its_last_sign(
    beat: datetime | None, worker: datetime | None
) -> None:
    """What is missing is named exactly when its last heartbeat is older than half a minute, or when
    there is none, with the instant of the last one."""
    is_dead = [at is None or NOW - at > ALIVE_WINDOW for at in (beat, worker)]
    last = max((at for at in (beat, worker) if at), default=None)
    expected = {
        (False, False): [],
        (True, False): [Obstacle(ObstacleKind.NO_BEAT, beat)],
        (False, True): [Obstacle(ObstacleKind.NO_WORKER, worker)],
        (True, True): [Obstacle(ObstacleKind.NO_PROCESS, last)],
    }
    assert found(replace(FINE, beat=beat, worker=worker)) == expected[is_dead[0], is_dead[1]]


def test_the_first_seconds_of_a_process_prove_nothing_about_others() -> None:
    """While the pages start, beat and worker may be starting too; a refusal counts at once."""
    dead = replace(FINE, beat=None, worker=NOW - DAY)
    assert kinds(dead, is_starting=True) == []
    refused = replace(dead, connections=(replace(ANSWERING, refused_at=NOW),))
    assert kinds(refused, is_starting=True) == ["credentials_refused"]
    assert kinds(at(SILENT), is_starting=True) == []


@pytest.mark.parametrize(
    ("ahead", "synced", "expected"),
    [
        (60 * SECOND, SYNCED, True),
        (60 * SECOND, NOW, True),
        (-SECOND, SYNCED, True),
        (-SECOND, NOW, False),
        (SECOND - BLOCK_HOLD, None, True),
        (-BLOCK_HOLD, SYNCED, False),
    ],
)
def test_a_blocked_provider_is_away_until_it_has_answered(
    ahead: timedelta, synced: datetime | None, expected: bool
) -> None:
    """A block counts until it ends, and a little longer unless the provider has answered since."""
    state = at(replace(ANSWERING, blocked_until=NOW + ahead, synced_at=synced))
    wanted = [obstacle(ObstacleKind.PROVIDER_BLOCKED, synced)] if expected else []
    assert found(state) == wanted


def test_refused_credentials_are_named_before_a_block() -> None:
    """Only a person can help there, so that the refusal is said, with its instant."""
    state = at(replace(ANSWERING, refused_at=LONG_AGO, blocked_until=NOW + DAY))
    assert found(state) == [obstacle(ObstacleKind.CREDENTIALS_REFUSED, LONG_AGO)]


def test_a_provider_that_does_not_answer_is_named_with_its_last_answer() -> None:
    """It is silent once reading its accounts is overdue and has been tried in vain."""
    assert found(at(SILENT)) == [obstacle(ObstacleKind.PROVIDER_SILENT, LONG_AGO)]
    tried = replace(NEW, next_sync_at=NOW)
    assert found(at(tried)) == [obstacle(ObstacleKind.PROVIDER_SILENT, None)]


def test_each_connection_has_its_own_obstacle() -> None:
    """One connection that answers hides no other that does not, and the provider is named."""
    other = replace(SILENT, provider="other")
    assert found(at(ANSWERING, other)) == [
        obstacle(ObstacleKind.PROVIDER_SILENT, LONG_AGO, "other")
    ]


@pytest.mark.parametrize(
    "connection",
    [
        # Overdue, but not tried yet: the worker was away, and has just come back.
        replace(SILENT, next_sync_at=LONG_AGO + ACCOUNTS_INTERVAL),
        NEW,
        # One try failed a moment ago.
        replace(SILENT, synced_at=NOW - ACCOUNTS_INTERVAL - SILENCE_MARGIN),
        # New credentials were stored a moment ago.
        replace(NEW, credentials_at=NOW - SECOND, next_sync_at=NOW),
        # It answers, with a list of accounts that cannot be read to its end.
        replace(NEW, next_sync_at=NOW, has_accounts=True),
    ],
)
def test_a_question_that_was_not_asked_proves_no_silence(connection: ConnectionState) -> None:
    """Nothing is said of a provider that nobody has asked in vain for a while."""
    assert found(at(connection)) == []


def test_without_a_worker_nobody_asks_the_provider() -> None:
    """The missing worker is named alone, because the silence follows from it."""
    assert kinds(replace(at(SILENT), worker=None)) == ["no_worker"]


def test_the_settings_of_the_organization_are_obstacles_too() -> None:
    """Social posting that is switched off, and a queue that is paused."""
    assert kinds(replace(FINE, is_enabled=False, is_paused=True)) == [
        "switched_off",
        "queue_paused",
    ]


def test_accounts_are_named_and_the_most_important_comes_first() -> None:
    """Those of the connection that is meant; and single ones that must be connected again, unless
    their whole connection is refused."""
    other = "another connection"
    accounts = [
        NamedAccount(ANSWERING.id, "bluesky", "lantern", "RECONNECT"),
        NamedAccount(ANSWERING.id, "x", "@lantern", "OK"),
        NamedAccount(other, "facebook", "Lantern", "EXPIRED"),
    ]
    refused = at(replace(ANSWERING, refused_at=NOW))
    paused = Obstacle(ObstacleKind.QUEUE_PAUSED, None)
    first, second, last = add_accounts([paused, *find_obstacles(refused, NOW)], accounts)
    assert (first.kind, first.networks) == (ObstacleKind.CREDENTIALS_REFUSED, ("bluesky", "x"))
    assert second == Obstacle(
        ObstacleKind.ACCOUNT_REFUSED, None, accounts=(("facebook", "Lantern"),)
    )
    assert last == paused
    assert add_accounts([], accounts[1:2]) == []
