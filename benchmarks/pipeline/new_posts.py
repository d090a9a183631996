"""Posts to publish now, committed in bulk as the API would write them."""

from collections.abc import Sequence
from itertools import cycle, islice
from typing import Any

from sqlmodel import Session

from benchmarks.pipeline.bluesky_calls import ACCOUNTS
from models import tables
from models.database import Database
from models.encryption import Cipher
from models.posts import Delivery, Media, Post
from models.statuses import Desired, PostStatus
from models.store import clock
from models.store.jobs import job_queue
from models.store.sql import bulk
from models.tables import DELIVERY, MEDIA, POST
from models.task_names import JobKind
from tests.bluesky.connected_account import connect_account
from tests.bluesky.pds_client import BlueskyAccount

TABLES = ((POST, Post), (MEDIA, Media), (DELIVERY, Delivery))
FACEBOOK = {"platform": "facebook"}
# A target: the columns of a delivery that say where it goes.
Target = dict[str, Any]


class NewPosts:
    """Inserts posts; returns their ids. Files are those of the stub at the address `stub`."""

    def __init__(self, database: Database, cipher: Cipher, stub: str) -> None:
        self._database, self._cipher, self._stub = database, cipher, stub

    def insert_files(self, organization: str, count: int, path: str, kind: str = "photo") -> None:
        """Posts with one file each. `path` is one of the stub, or an address."""
        address = path if "://" in path else self._stub + path
        self._insert(organization, count, self._cipher.encrypt(address), kind, [FACEBOOK])

    def insert_texts(self, organization: str, count: int) -> list[str]:
        """Posts without files."""
        return self._insert(organization, count, None, "text", [FACEBOOK])

    def connect_bluesky(self, organization: str) -> list[Target]:
        """Connect an organization to the stub's Bluesky accounts."""
        return [self._connect(organization, did) for did in ACCOUNTS]

    def insert_bluesky(self, organization: str, count: int, targets: Sequence[Target]) -> None:
        """Posts without files, for the accounts in turn."""
        self._insert(organization, count, None, "text", targets)

    def _connect(self, organization: str, did: str) -> Target:
        account = BlueskyAccount(did, f"{did[8:]}.test", "none", "none", "none")
        id_ = connect_account(self._database, self._cipher, organization, account, self._stub)
        return {"platform": "bluesky", "account_id": id_, "is_named": True}

    def _insert(
        self,
        organization: str,
        count: int,
        link: str | None,
        post_type: str,
        targets: Sequence[Target],
    ) -> list[str]:
        with self._database.write() as session:
            now = clock.now(session)
            rows: dict[str, list[dict[str, Any]]] = {table.name: [] for table, _ in TABLES}
            for target in islice(cycle(targets), count):
                post = Post(
                    organization_id=organization, post_type=post_type,
                    caption="Hello", platforms=[target["platform"]], publish_mode="publish_now",
                    desired=Desired.PUBLISHED_NOW, status=PostStatus.PUBLISHING, timezone="UTC",
                    accepted_at=now,
                )  # fmt: skip
                rows[POST.name].append(post.model_dump())
                if link is not None:
                    media = Media(post_id=post.id, position=0, source_url=link)
                    rows[MEDIA.name].append(media.model_dump())
                rows[DELIVERY.name].append(Delivery(post_id=post.id, **target).model_dump())
            ids = [row["id"] for row in rows[POST.name]]
            _write(session, rows, [
                job_queue.new_row(JobKind.POST, id_, organization, now) for id_ in ids
            ])  # fmt: skip
        return ids


def _write(
    session: Session, rows: dict[str, list[dict[str, Any]]], jobs: list[dict[str, Any]]
) -> None:
    for table, _ in TABLES:
        bulk.insert_many(session, table, rows[table.name])
    bulk.insert_many(session, tables.JOB, jobs)
