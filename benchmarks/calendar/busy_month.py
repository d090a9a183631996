"""An organization with very many posts in a week or a month, each with a photo."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from models.actors import Actor, ActorKind
from models.database import Database
from models.encryption import Cipher
from models.posts import Delivery, Media, Post
from models.store import clock
from models.store.posts import posts as post_store
from models.store.tenants import organizations, social_settings
from scheduler.recurrence.occurrences import Rule
from scheduler.recurrence.patterns import parse_weekly
from scheduler.seating.replace_rules import replace_rules
from scheduler.seating.scheduling_config import SchedulingConfig
from ui.organization_mark import organization_mark
from ui.sign_in.visitor import Visitor

ZONE: Final = "America/New_York"
# A Monday, far away, and the first of its month.
FIRST_DAY: Final = date(2032, 3, 1)
DAYS: Final = {"week": 7, "month": 31}
NETWORKS: Final = ["facebook", "instagram", "x"]
CAPTION: Final = "Fresh out of the oven at eight, and gone by nine. {}: come early, bring friends!"
# As long as a link with a signature.
LINK: Final = (
    "https://cdn.example.com/photos/{}.jpg?X-Amz-Credential=" + "a" * 60 + "&X-Amz=" + "b" * 64
)


def create_busy_month(database: Database, cipher: Cipher, count: int, view: str) -> Visitor:
    """Insert the organization, its rules and its posts; returns somebody who looks at them."""
    with database.write() as session:
        organization, _ = organizations.create(session, f"Busy {view}", "simulator")
        settings = social_settings.lock_organization(session, organization.id)
        settings.default_timezone, settings.max_posts_per_slot = ZONE, 4
        lead_time = SchedulingConfig().lead_time
        replace_rules(session, settings, [*_rules()], clock.now(session), lead_time)
        _insert_posts(session, cipher, organization.id, count, DAYS[view])
    return Visitor(
        organization_id=organization.id,
        organization=organization.name,
        base="/o/lantern-loaf-3f2a91c4b0d1",
        mark=organization_mark(organization.id, organization.name),
        key=Actor(ActorKind.KEY, "benchmark"),
        session_id="benchmark",
        zone=ZONE,
        is_enabled=True,
        is_paused=False,
        csrf="benchmark",
    )


def _rules() -> Iterator[Rule]:
    for day in range(7):
        for hour in (8, 10, 12, 15, 17, 19, 21):
            yield Rule(parse_weekly(day, f"{hour:02d}:00"), ZONE)


def _insert_posts(session: Any, cipher: Cipher, owner: str, count: int, days: int) -> None:  # noqa: ANN401
    """Posts with instants of their own, spread over the days, from eight to ten in the evening."""
    noon = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, 13, tzinfo=UTC)
    made, media, deliveries = [], [], []
    for number in range(count):
        minutes = (number // days) * 14 * 60 // max(count // days, 1)
        at = noon + timedelta(days=number % days, minutes=minutes)
        post = _post(owner, number, at)
        made.append(post)
        media.append(
            Media(post_id=post.id, position=0, source_url=cipher.encrypt(LINK.format(number)))
        )
        deliveries += [Delivery(post_id=post.id, platform=each) for each in NETWORKS]
    post_store.insert_all(session, made, media, deliveries)


def _post(owner: str, number: int, at: datetime) -> Post:
    return Post(
        organization_id=owner,
        post_type="photo",
        caption=CAPTION.format(number),
        platforms=NETWORKS,
        publish_mode="schedule",
        scheduled_for=at,
        local_at=at.replace(tzinfo=None),
        timezone=ZONE,
        accepted_at=at - timedelta(days=30),
    )
