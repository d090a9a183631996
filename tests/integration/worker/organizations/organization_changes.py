"""What the operator does with organizations, and the rows that belong to one."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Table, select
from sqlmodel import SQLModel

import models.tables  # noqa: F401  (fills the metadata)
from models.database import Database
from models.posts import Post
from services import organizations
from services.organizations import OrganizationView
from tests.integration.worker.worker_harness import WorkerHarness

BY = "a test"
FAR = 7200
Rows = dict[str, list[tuple[object, ...]]]


def switch_off(harness: WorkerHarness) -> OrganizationView:
    """Switch the harness's organization off."""
    return organizations.disable(harness.context(), harness.organization_id, BY)


def switch_on(harness: WorkerHarness) -> OrganizationView:
    """Switch the harness's organization on."""
    return organizations.enable(harness.context(), harness.organization_id, BY)


def delete_organization(harness: WorkerHarness, *, force: bool = False) -> OrganizationView:
    """Ask for the deletion of the harness's organization."""
    id_ = harness.organization_id
    return organizations.delete(harness.context(), id_, "Acme", BY, force=force)


def exists(harness: WorkerHarness) -> bool:
    """Whether the harness's organization is still there."""
    listed = organizations.list_all(harness.context())
    return any(each.id == harness.organization_id for each in listed)


def put_on_timer(harness: WorkerHarness, seconds: float = FAR, **fields: Any) -> Post:  # noqa: ANN401
    """A post that the provider's timer holds."""
    post = harness.schedule(seconds, **{"platforms": ["x"], **fields})

    def handed_over() -> bool:
        states = {each.status for each in harness.deliveries(post).values()}
        return states == {"scheduled"} and harness.read_job(post.id).claim is None

    harness.dispatch_until(handed_over, what="the provider's timer")
    return post


@dataclass(frozen=True, slots=True)
class OwnedRows:
    """The rows of an organization by table, and their ids."""

    rows: Rows
    ids: set[str]


def find_owned(database: Database, organization_id: str) -> OwnedRows:
    """The rows that refer to an organization, directly or through other rows, by foreign keys; and
    the jobs of such rows."""
    keys: dict[str, set[object]] = {"organization": {organization_id}}
    found: Rows = {}
    with database.read() as session:
        tables = [table for table in SQLModel.metadata.sorted_tables if table.name != "job"]
        for table in [*tables, SQLModel.metadata.tables["job"]]:
            rows = session.connection().execute(select(table)).all()
            mine = [row for row in rows if _is_owned(table, row, keys, organization_id)]
            found[table.name] = sorted((tuple(row) for row in mine), key=repr)
            if "id" in table.c:
                keys[table.name] = {row.id for row in mine}
    texts = {each for own in keys.values() for each in own if isinstance(each, str)}
    return OwnedRows(found, texts)


def _is_owned(
    table: Table, row: Row[Any], keys: dict[str, set[object]], organization_id: str
) -> bool:
    if table.name == "organization":
        return bool(row.id == organization_id)
    if table.name == "job":
        return row.subject_id in {str(each) for own in keys.values() for each in own}
    values = row._mapping
    return any(
        values[key.parent.name] in keys.get(key.column.table.name, set())
        for key in table.foreign_keys
    )


def all_rows(database: Database) -> Rows:
    """Every row of every table, but for the heartbeats."""
    with database.read() as session:
        return {
            table.name: sorted(
                (tuple(row) for row in session.connection().execute(select(table))), key=repr
            )
            for table in SQLModel.metadata.sorted_tables
            if table.name != "heartbeat"
        }
