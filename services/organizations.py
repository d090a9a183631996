"""What the operator does with organizations: create, list, rename, switch off and on, delete.

Every change is logged with who made it: the operator's token or the command line.
"""

import logging
from dataclasses import dataclass, field
from typing import Any, Final

from sqlmodel import Session

from models.store import clock
from models.store.jobs import job_queue
from models.store.posts import may_go_out
from models.store.posts.may_go_out import PossiblePublication
from models.store.tenants import connections, organizations, social_settings
from models.store.tenants.organizations import OrganizationState
from models.task_names import JobKind
from scheduler.seating import suspension
from services.context import AppContext
from services.errors import Conflict, NotFound, invalid_field
from services.presenters import format_instant

log = logging.getLogger(__name__)
# Who made a change, in the log.
COMMAND_LINE: Final = "the command line"
MAX_NAME_LENGTH: Final = 200
# How many posts that may still go out are named in an answer.
MAX_NAMED: Final = 100
NOT_FOUND: Final = "there is no such organization"
BEING_DELETED: Final = "the organization is being deleted"


@dataclass(frozen=True, slots=True)
class OrganizationView:
    """An organization's state, and what of it may still go out: how much, and the first by name."""

    state: OrganizationState
    count: int = 0
    named: list[PossiblePublication] = field(default_factory=list)


def create(context: AppContext, name: str, by: str) -> dict[str, Any]:
    """A new organization, with its first API key in clear, which is never shown again."""
    checked = check_name(name)
    with context.database.write() as session:
        row, key = organizations.create(session, checked, context.provider)
    _log("created", row.id, by)
    return {"id": row.id, "name": row.name, "apiKey": key}


def list_all(context: AppContext) -> list[OrganizationState]:
    """All organizations, oldest first."""
    with context.database.read() as session:
        return organizations.list_states(session)


def show(context: AppContext, organization_id: str) -> OrganizationView:
    """One organization; NotFound."""
    with context.database.read() as session:
        return _view(session, organization_id)


def rename(context: AppContext, organization_id: str, name: str, by: str) -> OrganizationView:
    """Give it another name; NotFound, ValidationFailed for a name that is empty or too long."""
    checked = check_name(name)
    with context.database.write() as session:
        _find(session, organization_id)
        organizations.rename(session, organization_id, checked)
        found = _view(session, organization_id)
    _log("renamed", organization_id, by)
    return found


def disable(context: AppContext, organization_id: str, by: str) -> OrganizationView:
    """Switch it off; harmless to repeat. The answer names what its provider may still publish: its
    workers take that off within seconds, where they can."""
    with context.database.write() as session:
        _find(session, organization_id)
        settings = social_settings.lock_organization(session, organization_id)
        suspension.suspend(session, settings, clock.now(session), context.scheduling, by)
        found = _view(session, organization_id)
    _log("switched off", organization_id, by)
    return found


def enable(context: AppContext, organization_id: str, by: str) -> OrganizationView:
    """Switch it on again; harmless to repeat. Conflict while it is being deleted."""
    with context.database.write() as session:
        if _find(session, organization_id).deletion_at is not None:
            raise Conflict(BEING_DELETED)
        # Before the settings: these jobs lock them, too.
        now = clock.now(session)
        job_queue.ensure_due(session, JobKind.QUEUE, organization_id, organization_id, now)
        for connection_id in connections.own_ids(session, organization_id):
            job_queue.ensure_due(session, JobKind.ACCOUNTS, connection_id, organization_id, now)
        settings = social_settings.lock_organization(session, organization_id)
        if settings.deletion_at is not None:
            raise Conflict(BEING_DELETED)
        suspension.resume(session, settings, now, context.scheduling)
        found = _view(session, organization_id)
    _log("switched on", organization_id, by)
    return found


def delete(
    context: AppContext, organization_id: str, name: str, by: str, *, force: bool = False
) -> OrganizationView:
    """Switch it off and start its deletion, which a worker completes. Harmless to repeat; with
    `force` nothing that may still go out holds it up.

    ValidationFailed unless `name` is its name.
    """
    with context.database.write() as session:
        state = _find(session, organization_id)
        if name != state.name:
            raise invalid_field("name", "must be the name of the organization, to confirm")
        # Before the settings, as its worker does.
        now = clock.now(session)
        job_queue.ensure_due(session, JobKind.ORGANIZATION, organization_id, organization_id, now)
        settings = social_settings.lock_organization(session, organization_id)
        settings.deletion_at = settings.deletion_at or now
        settings.is_deletion_forced = settings.is_deletion_forced or force
        # What happens to its posts from now on is told to nobody.
        settings.has_webhooks = False
        suspension.suspend(session, settings, now, context.scheduling, by)
        found = _view(session, organization_id)
    _log("deletion forced" if force else "deletion", organization_id, by)
    return found


def check_name(name: str) -> str:
    """A name without spaces around it; ValidationFailed if it is empty or too long."""
    stripped = name.strip()
    if not stripped:
        raise invalid_field("name", "must not be empty")
    if len(stripped) > MAX_NAME_LENGTH:
        raise invalid_field("name", f"must have at most {MAX_NAME_LENGTH} characters")
    return stripped


def _find(session: Session, organization_id: str) -> OrganizationState:
    states = organizations.list_states(session, organization_id)
    if not states:
        raise NotFound(NOT_FOUND)
    return states[0]


def _view(session: Session, organization_id: str) -> OrganizationView:
    session.flush()
    state = _find(session, organization_id)
    if state.suspended_at is None:
        return OrganizationView(state)
    count = may_go_out.count_possible(session, organization_id)
    named = may_go_out.list_possible(session, organization_id, MAX_NAMED)
    return OrganizationView(state, count, named)


def _log(what: str, organization_id: str, by: str) -> None:
    fields = {"organization": organization_id, "outcome": what, "by": by}
    log.info("organization: %s by %s", what, by, extra=fields)


def present(state: OrganizationState) -> dict[str, Any]:
    """An organization as commands and the API show it."""
    status = "enabled" if state.suspended_at is None else "disabled"
    return {
        "id": state.id,
        "name": state.name,
        "status": "deleting" if state.deletion_at else status,
        "createdAt": format_instant(state.created_at),
        "disabledAt": format_instant(state.suspended_at),
        "disabledBy": state.suspended_by,
        "deletionAt": format_instant(state.deletion_at),
    }


def present_view(found: OrganizationView) -> dict[str, Any]:
    """The same, with what may still go out."""
    named = [present_possible(each) for each in found.named]
    return {**present(found.state), "mayGoOut": found.count, "mayGoOutPosts": named}


def present_possible(each: PossiblePublication) -> dict[str, Any]:
    """A post that its provider may still publish."""
    return {
        "postId": each.post_id,
        "platform": each.platform,
        "account": each.account,
        "at": format_instant(each.at),
        "status": each.status,
        "remoteId": each.remote_id,
    }
