"""The migration that tells jobs their organization."""

from alembic import command
from sqlalchemy import text
from sqlmodel import Session

from models.database import Database
from models.migrate import alembic_config
from models.store import clock
from models.store.jobs import job_queue
from models.store.tenants import stored_credentials
from models.store.webhooks import webhook_log
from models.tables import FIRING, QUEUE_SLOT
from models.task_names import JobKind
from models.webhooks import WebhookEndpoint
from tests.integration.store.row_factories import add_post
from tests.integration.store.test_migrations import migrate
from tests.integration.store.webhook_factories import add_endpoint


def _downgrade(database: Database) -> None:
    config = alembic_config()
    with database.migration_transaction() as session:
        config.attributes["connection"] = session.connection()
        command.downgrade(config, "0012")


def _owners(database: Database) -> dict[tuple[str, str], str]:
    query = text("SELECT kind, subject_id, organization_id FROM job")
    with database.read() as session:
        return {(row[0], row[1]): row[2] for row in session.connection().execute(query)}


def _add_firing(session: Session, owner: str) -> str:
    """A firing of a rule of the organization; its id, as a job's subject."""
    connection, now = session.connection(), clock.now(session)
    rule = {"organization_id": owner, "rule": "1 10:00", "timezone": "UTC"}
    slot = connection.execute(QUEUE_SLOT.insert().values(rule).returning(QUEUE_SLOT.c.id))
    at = {"local_at": now.replace(tzinfo=None), "slot_at": now, "fired_at": now}
    row = FIRING.insert().values(queue_slot_id=slot.scalar_one(), **at).returning(FIRING.c.id)
    return str(connection.execute(row).scalar_one())


def test_each_kind_of_job_gets_its_organization(database: Database) -> None:
    """Jobs that were made before the migration get the organization of their subject, whatever
    their kind; the sync of the environment's accounts and jobs without a subject get none."""
    post = add_post(database)
    owner = post.organization_id
    endpoint_id = add_endpoint(database, owner)
    with database.write() as session:
        now = clock.now(session)
        stored_credentials.set_credentials(session, owner, "swonkie", "sealed")
        endpoint = session.get_one(WebhookEndpoint, endpoint_id)
        webhook_log.enqueue_test(session, endpoint, now)
        firing = _add_firing(session, owner)
        job_queue.enqueue(session, JobKind.FIRING, firing, owner, now)
        job_queue.enqueue(session, JobKind.QUEUE, owner, owner, now)
        job_queue.enqueue(session, JobKind.POST, "gone", "", now)
    before = _owners(database)
    assert before[JobKind.FIRING, firing] == before[JobKind.POST, post.id] == owner
    later = {JobKind.ORGANIZATION}  # kinds that came after this migration
    assert {kind for kind, _ in before} == set(JobKind) - later
    _downgrade(database)
    migrate(database, "head")
    assert _owners(database) == before
