"""Inserts organizations with queued posts in bulk, with the rows that the API would write."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Table, text

from models import tables
from models.database import Database
from models.encryption import Cipher
from models.posts import Delivery, Media, Post
from models.statuses import PostStatus
from models.store import clock
from models.store.jobs import job_queue
from models.store.posts import history
from models.store.sql import bulk
from models.store.tenants import organizations, social_settings
from models.tables import DELIVERY, MEDIA, POST, SEAT
from models.task_names import JobKind
from scheduler.recurrence.occurrences import Rule
from scheduler.recurrence.patterns import parse_cron, parse_weekly
from scheduler.seating.assignment import FreeSeat
from scheduler.seating.free_seats import find_free_seats
from scheduler.seating.replace_rules import replace_rules
from scheduler.seating.scheduling_config import SchedulingConfig

Rows = dict[Table, list[dict[str, Any]]]
SCHEDULING = SchedulingConfig()
# Posts in one transaction.
BATCH_SIZE = 1_000
ZONE = "America/New_York"
LINK = "https://cdn.example.com/clip.mp4"
# Twelve slots a day with three seats each: 13,104 seats within the horizon.
TWELVE_A_DAY = [
    Rule(parse_weekly(day, f"{hour:02d}:00"), ZONE) for day in range(7) for hour in range(8, 20)
]
DAILY_CRON = [Rule(parse_cron("0 8-19 * * *"), ZONE)]
ONE_A_WEEK = [Rule(parse_weekly(1, "10:00"), ZONE)]


@dataclass(frozen=True, slots=True)
class SeedCase:
    """An organization: rules, limits, the seated share of its queue, and the posts to publish."""

    title: str
    rules: list[Rule]
    per_slot: int = 3
    shorts_per_week: int = 0
    # The share of the queued posts with a seat; the rest waits in the backlog.
    seated: float = 1
    # The post type of the backlog, and the types that are published in turn.
    waiting_type: str = "text"
    published_types: tuple[str, ...] = ("text",)


CASES = {
    "seated": SeedCase("all seated, twelve slots a day", TWELVE_A_DAY),
    "cron": SeedCase("all seated, one cron rule", DAILY_CRON),
    "full": SeedCase("the calendar is full, the rest waits", ONE_A_WEEK, 1, seated=0.0052),
    "limits": SeedCase(
        "a weekly limit holds the videos up", TWELVE_A_DAY, 3, 10, 0.0, "video", ("video",)
    ),
    "mixed": SeedCase(
        "half seated, half held up by a weekly limit",
        TWELVE_A_DAY, 3, 10, 0.5, "video", ("text", "video"),
    ),
}  # fmt: skip


def create_organization(database: Database, cipher: Cipher, case: SeedCase, posts: int) -> str:
    """Create an organization with `posts` queued posts; returns its API key."""
    with database.write() as session:
        organization, key = organizations.create(session, case.title, "simulator")
        settings = social_settings.lock_organization(session, organization.id)
        settings.max_posts_per_slot, settings.default_platforms = case.per_slot, ["x"]
        settings.max_shorts_per_week = case.shorts_per_week
        settings.default_timezone = ZONE
        session.add(settings)
        replace_rules(session, settings, case.rules, clock.now(session), SCHEDULING.lead_time)
        now = clock.now(session)
        seated = round(posts * case.seated)
        free_seats = list(islice(find_free_seats(session, settings, now, SCHEDULING), seated))
    seeder = PostSeeder(database, organization.id, cipher.encrypt(LINK), now)
    seeder.insert_posts("text", [*free_seats])
    seeder.insert_posts(case.waiting_type, [None] * (posts - len(free_seats)))
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    return key


@dataclass(frozen=True, slots=True)
class PostSeeder:
    """Writes an organization's posts, in batches: a transaction must not be idle for long."""

    database: Database
    owner: str
    link: str
    now: datetime

    def insert_posts(self, post_type: str, free_seats: Sequence[FreeSeat | None]) -> None:
        """A post for each free seat; a post for None waits in the backlog."""
        for start in range(0, len(free_seats), BATCH_SIZE):
            rows = self._rows(post_type, free_seats[start : start + BATCH_SIZE])
            ids = [row["id"] for row in rows[POST]]
            with self.database.write() as session:
                for table, values in rows.items():
                    bulk.insert_many(session, table, values)
                bulk.insert_many(
                    session, tables.JOB, [_job(each, self.owner, self.now) for each in ids]
                )
                history.record(session, *_accepted(ids, self.now))

    def _rows(self, post_type: str, free_seats: Sequence[FreeSeat | None]) -> Rows:
        rows: Rows = {POST: [], MEDIA: [], DELIVERY: [], SEAT: []}
        for free_seat in free_seats:
            post = _post(self.owner, post_type, free_seat, self.now)
            rows[POST].append(post.model_dump())
            rows[DELIVERY].append(Delivery(post_id=post.id, platform="x").model_dump())
            if post_type == "video":
                media = Media(post_id=post.id, position=0, source_url=self.link)
                rows[MEDIA].append(media.model_dump())
            if free_seat:
                rows[SEAT].append(_seat(self.owner, post.id, free_seat))
        return rows


def _job(post_id: str, organization_id: str, now: datetime) -> dict[str, Any]:
    return {**job_queue.new_row(JobKind.POST, post_id, organization_id, now), "wake_at": None}


def _accepted(ids: list[str], now: datetime) -> Iterator[history.HistoryEntry]:
    return (history.HistoryEntry(each, each, "accept", "backlog", now) for each in ids)


def _post(owner: str, post_type: str, free_seat: FreeSeat | None, now: datetime) -> Post:
    return Post(
        organization_id=owner,
        post_type=post_type,
        caption="Hello",
        platforms=["x"],
        publish_mode="next_slot",
        status=PostStatus.SCHEDULED if free_seat else PostStatus.BACKLOG,
        scheduled_for=free_seat.slot.at if free_seat else None,
        local_at=free_seat.slot.local if free_seat else None,
        opens_at=free_seat.slot.at - SCHEDULING.lead_time if free_seat else None,
        timezone=free_seat.zone if free_seat else ZONE,
        accepted_at=now,
    )


def _seat(owner: str, post_id: str, free_seat: FreeSeat) -> dict[str, Any]:
    return {
        "organization_id": owner,
        "queue_slot_id": free_seat.queue_slot_id,
        "local_at": free_seat.slot.local,
        "slot_at": free_seat.slot.at,
        "number": free_seat.number,
        "post_id": post_id,
    }
