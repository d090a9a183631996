"""Every table as SQLAlchemy's `Table`, for statements; importing this fills the metadata.

A statement over a `Table` yields rows; one over a model (`select(Post)`) yields model objects,
which cost more.
"""

from sqlalchemy import Table
from sqlmodel import SQLModel

from models.accounts import Account, Connection, DisconnectedAccount
from models.heartbeats import Heartbeat
from models.idempotency_keys import IdempotencyKey
from models.jobs import Job
from models.organizations import (
    ApiKey,
    Installation,
    Organization,
    PageSession,
    PageSessionKey,
    SocialSettings,
)
from models.posts import Attempt, Delivery, Media, Post, PostLabel, Upload
from models.queue_slots import Firing, QueueSlot, ReleasedSeat, Seat
from models.stored_files import StoredFile
from models.webhooks import WebhookDelivery, WebhookEndpoint


def _table(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


INSTALLATION = _table(Installation)
ORGANIZATION = _table(Organization)
API_KEY = _table(ApiKey)
PAGE_SESSION = _table(PageSession)
PAGE_SESSION_KEY = _table(PageSessionKey)
SETTINGS = _table(SocialSettings)
CONNECTION = _table(Connection)
ACCOUNT = _table(Account)
DISCONNECTED_ACCOUNT = _table(DisconnectedAccount)
QUEUE_SLOT = _table(QueueSlot)
FIRING = _table(Firing)
SEAT = _table(Seat)
RELEASED_SEAT = _table(ReleasedSeat)
POST = _table(Post)
POST_LABEL = _table(PostLabel)
MEDIA = _table(Media)
UPLOAD = _table(Upload)
DELIVERY = _table(Delivery)
ATTEMPT = _table(Attempt)
STORED_FILE = _table(StoredFile)
JOB = _table(Job)
HEARTBEAT = _table(Heartbeat)
IDEMPOTENCY_KEY = _table(IdempotencyKey)
WEBHOOK_ENDPOINT = _table(WebhookEndpoint)
WEBHOOK_DELIVERY = _table(WebhookDelivery)
