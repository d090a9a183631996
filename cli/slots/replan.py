"""Replans the posts of one organization, or of all, for `slotbeat slots replan`."""

from typing import Any, NamedTuple

from cli.app_context import open_context, organization_timezone
from cli.bootstrap import load_settings_or_fail, resolve_organization_id
from cli.output import fail
from cli.time_format import format_local
from models.migrate import record_tzdata_version
from models.store.tenants import organizations
from services.context import AppContext
from services.queue_control import present_move, replan_organization


class ReplanResult(NamedTuple):
    """The moves as JSON, and as table rows with times in each organization's zone."""

    moves: list[dict[str, Any]]
    table_rows: list[list[object]]


def replan_organizations(
    org: str | None, *, all_organizations: bool, dry_run: bool
) -> ReplanResult:
    """Move posts whose slot was removed or has moved; a dry run only lists them."""
    if all_organizations and org is not None:
        fail("--org: cannot be used with --all", code=2)
    context = open_context(load_settings_or_fail())
    result = ReplanResult([], [])
    for owner, zone in _organization_timezones(
        context, org, all_organizations=all_organizations
    ).items():
        for move in replan_organization(context, owner, dry_run=dry_run):
            result.moves.append(present_move(move))
            before, after = format_local(move.before, zone), format_local(move.after, zone)
            result.table_rows.append([move.post_id, before, after or "backlog", move.why])
    if all_organizations and not dry_run:
        record_tzdata_version(context.database)
    context.database.close()
    return result


def _organization_timezones(
    context: AppContext, org: str | None, *, all_organizations: bool
) -> dict[str, str]:
    """The ids of the selected organizations with their default time zones."""
    owner = None if all_organizations else resolve_organization_id(context.database, org)
    with context.database.read() as session:
        owners = [owner] if owner else [each.id for each in organizations.list_all(session)]
        return {each: organization_timezone(session, each) for each in owners}
