"""Rows for the tests of the store: jobs, and posts with their organizations."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.engine import Row

from models.accounts import Account
from models.database import Database
from models.posts import Delivery, Media, Post
from models.statuses import PostStatus
from models.store import clock
from models.store.jobs import job_queue
from models.store.jobs.job_queue import Claim
from models.store.posts import posts
from models.store.tenants import connections, organizations
from models.tables import ACCOUNT, JOB
from models.task_names import JobKind

LONG_TTL = timedelta(minutes=5)
SLOT = datetime(2030, 5, 1, 15, 0, 0, 123456, tzinfo=UTC)


def now(database: Database) -> datetime:
    """The database's clock."""
    with database.read() as session:
        return clock.now(session)


def add_jobs(
    database: Database, wake_ats: Sequence[datetime], organization_id: str = "", prefix: str = ""
) -> list[str]:
    """A job of an organization for each instant, subject `subject-0` and so on, behind the prefix;
    their ids."""
    with database.write() as session:
        return [
            job_queue.enqueue(
                session, JobKind.POST, f"{prefix}subject-{number}", organization_id, wake_at
            )
            for number, wake_at in enumerate(wake_ats)
        ]


def add_job(database: Database) -> str:
    """One job that is due; its id."""
    return add_jobs(database, [now(database)])[0]


def claim_job(database: Database, *job_ids: str, ttl: timedelta = LONG_TTL) -> list[Claim]:
    """Claim in a transaction of its own."""
    with database.write() as session:
        return job_queue.claim(session, job_ids, ttl)


def read_job(database: Database, job_id: str) -> "Row[tuple[object, ...]]":
    """The current row of a job."""
    with database.read() as session:
        return session.connection().execute(select(JOB).where(JOB.c.id == job_id)).one()


def set_job(database: Database, job_id: str, **values: object) -> None:
    """Set a job's columns without the rules of the store."""
    with database.write() as session:
        session.connection().execute(JOB.update().where(JOB.c.id == job_id).values(**values))


def add_organization(database: Database, name: str = "Acme") -> tuple[str, str]:
    """An organization that posts through the simulator; its id and its connection's."""
    with database.write() as session:
        organization, _ = organizations.create(session, name, "simulator")
        connection = connections.ensure_connection(session, organization.id, "simulator")
        return organization.id, connection.id


def connection_of(database: Database, post: Post) -> str:
    """The id of the connection that the organization of a post uses."""
    with database.read() as session:
        return connections.list_used(session, post.organization_id)[0].id


def add_post(
    database: Database,
    status: PostStatus = PostStatus.SCHEDULED,
    media: Sequence[str] = (),
    platforms: Sequence[str] = ("x",),
) -> Post:
    """A post of a new organization, with a media for each link and a delivery for each platform."""
    organization_id, _ = add_organization(database)
    with database.write() as session:
        post = Post(
            organization_id=organization_id,
            post_type="text",
            caption="Grüße 🎉",
            platforms=list(platforms),
            platform_fields={"tiktokAllowDuet": "true"},
            publish_mode="schedule",
            status=status,
            scheduled_for=SLOT,
            opens_at=SLOT - timedelta(hours=24),
            timezone="UTC",
            accepted_at=clock.now(session),
        )
        files = [
            Media(post_id=post.id, position=position, source_url=link)
            for position, link in enumerate(media)
        ]
        targets = [Delivery(post_id=post.id, platform=platform) for platform in platforms]
        posts.insert_all(session, [post], files, targets)
        job_queue.enqueue(session, JobKind.POST, post.id, organization_id, post.accepted_at)
    return post


def add_account(
    database: Database, connection_id: str, platform: str, remote_id: str, *, is_default: bool
) -> str:
    """A connected account; its id."""
    account = Account(
        connection_id=connection_id,
        remote_id=remote_id,
        platform=platform,
        name=remote_id,
        username=remote_id,
        status_level="OK",
        is_default=is_default,
    )
    with database.write() as session:
        session.connection().execute(insert(ACCOUNT).values(account.model_dump()))
    return account.id
