"""Which posts an account's change wakes, and which account is the default of a platform."""

import pytest
from sqlalchemy import update

from models.accounts import Account
from models.database import Database
from models.posts import Post
from models.statuses import DeliveryStatus, PostStatus
from models.store import clock
from models.store.jobs import job_queue
from models.store.posts import account_wakeups, snapshots
from models.store.tenants import accounts
from models.store.tenants.accounts import ConnectedProfile
from models.tables import DELIVERY, JOB
from models.task_names import JobKind
from tests.integration.store.row_factories import add_organization, add_post, connection_of


def sync_accounts(database: Database, connection_id: str, **levels: str) -> list[Account]:
    """Sync the accounts; returns those that changed. `levels`: the status level of each profile by
    its remote id, which begins with the platform."""
    found = [
        ConnectedProfile(id_, id_.split("_")[0], id_, id_, level) for id_, level in levels.items()
    ]
    with database.write() as session:
        now = clock.now(session)
        changed = accounts.sync(session, connection_id, found, now).changed
        account_wakeups.wake_posts_of_accounts(session, changed, now)
        account_wakeups.wake_held_posts(session, connection_id, now)
        return changed


def clear_wakeups(database: Database) -> None:
    """Clear the wake-ups of all jobs."""
    with database.write() as session:
        session.connection().execute(update(JOB).values(wake_at=None))


def is_awake(database: Database, post: Post) -> bool:
    """Whether a post's job is due."""
    with database.read() as session:
        query = JOB.select().where(JOB.c.kind == JobKind.POST, JOB.c.subject_id == post.id)
        return session.connection().execute(query).one().wake_at is not None


def set_delivery(database: Database, post: Post, **values: object) -> None:
    """Set columns of a post's deliveries without the rules of the store."""
    with database.write() as session:
        query = update(DELIVERY).where(DELIVERY.c.post_id == post.id).values(**values)
        session.connection().execute(query)


def test_posts_that_use_an_account_are_woken(database: Database) -> None:
    """Unfinished posts on this platform, of every organization of the connection."""
    mine, theirs, elsewhere = add_post(database), add_post(database), add_post(database)
    ended, done = add_post(database, PostStatus.FAILED), add_post(database)
    set_delivery(database, elsewhere, platform="gmb")
    set_delivery(database, done, status=DeliveryStatus.PUBLISHED)
    sync_accounts(database, connection_of(database, mine), x="OK", gmb="OK")
    for level in ("EXPIRED", "OK"):
        clear_wakeups(database)
        (account,) = sync_accounts(database, connection_of(database, mine), x=level, gmb="OK")
        assert account.platform == "x"
        awake = [is_awake(database, post) for post in (mine, theirs, elsewhere, ended, done)]
        assert awake == [True, True, False, False, False]
    clear_wakeups(database)
    assert sync_accounts(database, connection_of(database, mine), x="OK", gmb="OK") == []
    assert not is_awake(database, mine)


def test_posts_that_name_another_account_are_not_woken(database: Database) -> None:
    """Not even if the default account of their platform changes."""
    post = add_post(database)
    first, second = sync_accounts(database, connection_of(database, post), x_1="OK", x_2="OK")
    set_delivery(database, post, account_id=second.id)
    clear_wakeups(database)
    assert [
        each.id for each in sync_accounts(database, connection_of(database, post), x_2="OK")
    ] == [first.id]
    assert not is_awake(database, post)
    sync_accounts(database, connection_of(database, post), x_1="OK")
    assert is_awake(database, post)


def test_posts_waiting_for_an_account_are_woken_by_any_sync(database: Database) -> None:
    """A wait that began while its account recovered ends with the next sync."""
    post, other = add_post(database), add_post(database)
    (account,) = sync_accounts(database, connection_of(database, post), x="OK")
    set_delivery(database, post, is_held=True)
    set_delivery(database, other, is_held=True)
    with database.write() as session:
        accounts.disconnect(session, other.organization_id, account.id, clock.now(session))
    clear_wakeups(database)
    assert sync_accounts(database, connection_of(database, post), x="OK") == []
    assert (is_awake(database, post), is_awake(database, other)) == (True, False)
    clear_wakeups(database)
    sync_accounts(database, connection_of(database, post), x="EXPIRED")
    clear_wakeups(database)
    sync_accounts(database, connection_of(database, post), x="EXPIRED")
    assert not is_awake(database, post)


@pytest.mark.parametrize(
    ("gone", "cut", "default", "trouble"),
    [
        ((), (), "x_1", None),
        (("x_1",), (), "x_2", None),
        ((), ("x_1",), "x_2", None),
        (("x_1",), ("x_2",), "x_3", None),
        (("x_1", "x_2", "x_3"), (), "x_1", "gone"),
        ((), ("x_1", "x_2", "x_3"), "x_1", "disconnected"),
    ],
)
def test_the_default_moves_to_the_next_account_that_can_be_used(
    database: Database,
    gone: tuple[str, ...],
    cut: tuple[str, ...],
    default: str,
    trouble: str | None,
) -> None:
    """By age; if there is none, the snapshot says which account is missing."""
    post = add_post(database)
    names = ("x_1", "x_2", "x_3")
    known = sync_accounts(database, connection_of(database, post), **dict.fromkeys(names, "OK"))
    sync_accounts(
        database,
        connection_of(database, post),
        **{name: "OK" for name in names if name not in gone},
    )
    with database.write() as session:
        for account in known:
            if account.remote_id in cut:
                now = clock.now(session)
                accounts.disconnect(session, post.organization_id, account.id, now)
    with database.write() as session:
        id_ = job_queue.id_of(session, JobKind.POST, post.id)
        held = job_queue.Claim(id_, JobKind.POST, post.id, "", 0, 0)
        (target,) = snapshots.load(session, held).deliveries
        links = accounts.list_linked(session, post.organization_id)
    assert target.profile_id == default
    assert (trouble or "") in (target.account_problem or "")
    assert (target.account_problem is None) is (trouble is None)
    shown = [each.account.remote_id for each in links if each.is_default]
    assert shown == ([default] if trouble is None else [])


def test_another_organization_keeps_the_default(database: Database) -> None:
    """A connection may be shared: an account that one organization disconnects stays for others."""
    post = add_post(database)
    other, _ = add_organization(database, "Other")
    (account,) = sync_accounts(database, connection_of(database, post), x="OK")
    with database.write() as session:
        accounts.disconnect(session, other, account.id, clock.now(session))
        assert accounts.list_linked(session, other) == []
        assert len(accounts.list_linked(session, post.organization_id)) == 1
