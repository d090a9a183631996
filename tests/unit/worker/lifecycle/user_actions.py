"""People who change a post at any time between acceptance and its end."""

from datetime import timedelta
from enum import StrEnum

from sqlmodel import Session

from models.database import Database
from models.statuses import DeliveryStatus
from models.store.posts import posts
from scheduler.recurrence.occurrences import Rule
from scheduler.recurrence.patterns import parse_cron
from scheduler.seating.replace_rules import replace_rules
from services.context import AppContext
from services.errors import Conflict, ValidationFailed
from services.inputs.post_bodies import EditBody, MoveBody
from services.posts.edit import edit
from services.posts.lookup import lock_post
from services.posts.move import move
from services.posts.remove import remove
from services.posts.retry import retry
from tests.service_context import build_test_context
from tests.unit.worker.lifecycle.accepted_post import PLATFORMS
from tests.unit.worker.lifecycle.post_simulation import PostSimulation


class UserAction(StrEnum):
    """What a person asks for."""

    REWORD = "reword"
    POSTPONE = "postpone"
    HURRY = "hurry"
    DRAFT = "draft"
    REMOVE = "remove"
    RETRY = "retry"
    MOVE = "move"
    OTHER_FILES = "other files"
    ONE_NETWORK = "one network"
    BOTH_NETWORKS = "both networks"


SCHEDULE_DELAY = {
    UserAction.POSTPONE: timedelta(hours=5),
    UserAction.HURRY: timedelta(seconds=40),
    UserAction.MOVE: timedelta(hours=3),
}
HOURLY = Rule(parse_cron("0 * * * *"), "UTC")


def apply_user_action(
    simulation: PostSimulation, database: Database, act: UserAction, number: int
) -> None:
    """Does what the API does, in the simulation's session; a refused action changes nothing."""
    context = build_test_context(database, simulation.policy.scheduling, provider="model")
    seen = simulation.snapshot()
    session, before = simulation.session, seen.post
    # An edit of a post that is live on a part of its accounts changes the others alone.
    simulation.live_before_edit |= {
        each.id for each in seen.deliveries if each.status is DeliveryStatus.PUBLISHED
    }
    try:
        with session.begin_nested():
            _change(simulation, session, context, act, number)
    except (Conflict, ValidationFailed):
        assert simulation.snapshot().post == before


def _change(
    simulation: PostSimulation, session: Session, context: AppContext, act: UserAction, number: int
) -> None:
    found = lock_post(session, simulation.post.organization_id, simulation.post.id, None)
    if act is UserAction.REMOVE:
        remove(session, context, found, simulation.now)
    elif act is UserAction.RETRY:
        retry(session, context, found, simulation.now)
    elif act is UserAction.MOVE:
        replace_rules(
            session,
            found.settings,
            [HOURLY],
            simulation.now,
            simulation.policy.scheduling.lead_time,
        )
        slot = (simulation.now + SCHEDULE_DELAY[act]).replace(minute=0, second=0, microsecond=0)
        move(session, context, found, MoveBody(slot=slot.isoformat()), simulation.now)
    else:
        edit(session, context, found, _edit(simulation, act, number), simulation.now)
    session.expire_all()
    assert posts.get(session, simulation.post.organization_id, simulation.post.id) is not None


def _edit(simulation: PostSimulation, act: UserAction, number: int) -> EditBody:
    if act is UserAction.REWORD:
        return EditBody(caption=f"Words, version {number}")
    if act is UserAction.OTHER_FILES:
        return EditBody(photoUrls=[f"https://source.test/{number}.jpg"])
    if act is UserAction.ONE_NETWORK:
        return EditBody(platforms=[*PLATFORMS[:1]])
    if act is UserAction.BOTH_NETWORKS:
        return EditBody(platforms=[*PLATFORMS])
    if act is UserAction.DRAFT:
        return EditBody(mode="draft")
    return EditBody(mode="schedule", scheduledAt=(simulation.now + SCHEDULE_DELAY[act]).isoformat())
