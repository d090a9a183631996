"""Re-planning for the command line: of one organization, or of all."""

from typing import Any, NamedTuple

from api.deps import Surroundings
from api.routes.queue import plan_moves, shown
from cli.around import open_surroundings, zone_of
from cli.opening import organization_id, settings_or_fail
from cli.output import fail
from cli.times import local
from models.store import organizations
from models.upgrade import record_tzdata_version


class Replanned(NamedTuple):
    """The moves for programs, and for people: by the clock of each organization."""

    moves: list[dict[str, Any]]
    cells: list[list[object]]


def replanned(org: str | None, *, every: bool, dry_run: bool) -> Replanned:
    """Move posts whose slot is gone or has moved; a dry run only says which."""
    if every and org is not None:
        fail("--org: goes without --all", code=2)
    around = open_surroundings(settings_or_fail())
    found = Replanned([], [])
    for owner, zone in _zones(around, org, every=every).items():
        for move in plan_moves(around, owner, dry_run=dry_run):
            found.moves.append(shown(move))
            before, after = local(move.before, zone), local(move.after, zone)
            found.cells.append([move.post_id, before, after or "backlog", move.why])
    if every and not dry_run:
        record_tzdata_version(around.database)
    around.database.close()
    return found


def _zones(around: Surroundings, org: str | None, *, every: bool) -> dict[str, str]:
    """The organizations that are meant, with the zones in which they read times."""
    owner = None if every else organization_id(around.database, org)
    with around.database.read() as session:
        owners = [owner] if owner else [each.id for each in organizations.list_all(session)]
        return {each: zone_of(session, each) for each in owners}
