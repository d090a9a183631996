"""Fills an organization with rows of every table that has rows of organizations, and a file."""

import asyncio
from collections.abc import AsyncIterator

from sqlmodel import Session, SQLModel

from models.accounts import Account, DisconnectedAccount
from models.idempotency_keys import IdempotencyKey
from models.ids import new_id
from models.posts import Attempt, Delivery, Media, Post, PostLabel, Upload
from models.queue_slots import Firing, QueueSlot, ReleasedSeat, Seat
from models.store import clock
from models.store.jobs import job_queue
from models.store.tenants import api_keys, page_sessions, stored_credentials
from models.stored_files import StoredFile
from models.task_names import JobKind
from models.webhooks import WebhookDelivery, WebhookEndpoint
from tests.integration.worker.worker_harness import WorkerHarness
from tests.service_context import CIPHER


def fill_organization(harness: WorkerHarness) -> str:
    """Write the rows and the file of the harness's organization; returns the file's id."""
    file_id = new_id()
    asyncio.run(harness.storage.put(file_id, _content(), 10))
    with harness.database.write() as session:
        account = _add_account(session, harness.organization_id)
        _add_post(session, harness.organization_id, account, file_id)
        _add_webhook(session, harness.organization_id)
        _add_others(session, harness.organization_id)
    return file_id


async def _content() -> AsyncIterator[bytes]:
    yield b"content"


def _add(session: Session, *rows: SQLModel) -> None:
    for row in rows:  # one after another: each may refer to the one before
        session.add(row)
        session.flush()


def _add_account(session: Session, owner: str) -> Account:
    own = stored_credentials.set_credentials(session, owner, "simulator", "sealed")
    account = Account(
        connection_id=own.id, remote_id="1", platform="x", name="A", username="a", status_level="OK"
    )
    now = clock.now(session)
    _add(session, account)
    _add(session, DisconnectedAccount(organization_id=owner, account_id=account.id, at=now))
    return account


def _add_post(session: Session, owner: str, account: Account, file_id: str) -> None:
    now = clock.now(session)
    file = StoredFile(
        id=file_id, organization_id=owner, name="a", content_type="image/png", size=7,
        sha256="0", created_at=now,
    )  # fmt: skip
    post = Post(
        organization_id=owner, post_type="text", caption="A", platforms=["x"],
        publish_mode="next_slot", timezone="UTC", accepted_at=now, scheduled_for=now,
    )  # fmt: skip
    media = Media(
        post_id=post.id, position=0, stored_file_id=file.id, source_url=CIPHER.encrypt("slotbeat:")
    )
    rule = QueueSlot(organization_id=owner, rule="1 10:00", timezone="UTC")
    _add(session, file, post, media, rule)
    local = now.replace(tzinfo=None)
    firing = Firing(queue_slot_id=rule.id or 0, local_at=local, slot_at=now, fired_at=now)
    _add(
        session,
        Upload(media_id=media.id, connection_id=account.connection_id),
        Delivery(post_id=post.id, platform="x", account_id=account.id),
        PostLabel(post_id=post.id, key="a", organization_id=owner, label="A"),
        Attempt(post_id=post.id, subject_id=post.id, step="accept", outcome="scheduled", at=now),
        firing,
        Seat(
            organization_id=owner, queue_slot_id=rule.id or 0, local_at=local, slot_at=now,
            number=0, post_id=post.id,
        ),
    )  # fmt: skip
    job_queue.enqueue(session, JobKind.POST, post.id, owner, now)
    job_queue.enqueue(session, JobKind.FIRING, str(firing.id), owner, now)


def _add_webhook(session: Session, owner: str) -> None:
    now = clock.now(session)
    endpoint = WebhookEndpoint(
        organization_id=owner, url="sealed", secret="sealed", events=[], created_at=now
    )
    sent = WebhookDelivery(
        endpoint_id=endpoint.id, event_id="1", event="webhook.test", payload="{}", created_at=now
    )
    _add(session, endpoint, sent)
    job_queue.enqueue(session, JobKind.WEBHOOK, sent.id, owner, now)


def _add_others(session: Session, owner: str) -> None:
    now = clock.now(session)
    _add(
        session,
        ReleasedSeat(organization_id=owner, slot_at=now),
        IdempotencyKey(
            organization_id=owner, key="k", fingerprint="f", lease_until=now, created_at=now
        ),
    )
    key, token = api_keys.create_key(session, owner)[1], new_id()
    found = page_sessions.find_key(session, key, now)
    assert found is not None
    session_id = page_sessions.start(session, token, "Firefox", "", now)
    page_sessions.add_key(session, session_id, found, now)
    job_queue.ensure_due(session, JobKind.QUEUE, owner, owner, now)
