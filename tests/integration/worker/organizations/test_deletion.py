"""The deletion of an organization: all that is its own, and nothing of another's."""

import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, SQLModel

from models.posts import Post
from models.statuses import DeliveryStatus, PostStatus
from models.store import clock
from models.store.jobs import job_queue
from models.store.tenants import organizations as stored
from models.tables import DELIVERY, POST
from models.task_names import JobKind
from services import organizations
from services.errors import Conflict, ValidationFailed
from tests.integration.api.other_tenant import read_rows
from tests.integration.scheduler.queue_factories import database_url
from tests.integration.worker.organizations.full_organization import fill_organization
from tests.integration.worker.organizations.organization_changes import (
    BY,
    all_rows,
    delete_organization,
    exists,
    find_owned,
    put_on_timer,
    switch_on,
)
from tests.integration.worker.worker_harness import WorkerHarness
from tests.paths import ROOT
from tests.processes import Process
from tests.wait import wait_until
from worker.jobs.delete_organization import delete_organization as delete_job

# Tables without rows of organizations. `fill_organization` must fill every other one.
# A session of the pages may hold keys of several organizations; without any it ends by itself.
SHARED_TABLES = {"installation", "heartbeat", "page_session"}


def add_organization(harness: WorkerHarness) -> None:
    """Make another organization the harness's."""
    with harness.database.write() as session:
        harness.organization_id = stored.create(session, "Acme", "simulator")[0].id


def stored_keys(harness: WorkerHarness) -> set[str]:
    """The keys of all stored files."""
    later = datetime.now(UTC) + timedelta(days=1)
    return {key for page in harness.storage.keys_before(later) for key in page}


def run_deletion_alone(harness: WorkerHarness) -> None:
    """Run the job of the deletion, and no other."""
    job_id = harness.read_job_of(JobKind.ORGANIZATION, harness.organization_id).id
    harness.send(harness.runners[-1], [job_id]).result()
    wait_until(lambda: not exists(harness), 30, "the deletion")


def test_no_row_and_no_file_is_left_and_nothing_else_changes(harness: WorkerHarness) -> None:
    """Of every table that has rows of organizations, all rows of this one are gone, its file is
    gone, and every other row is what it was. A new table fails here until it is thought of."""
    kept, kept_file = harness.organization_id, fill_organization(harness)
    add_organization(harness)
    fill_organization(harness)
    delete_organization(harness)
    owned = find_owned(harness.database, harness.organization_id)
    assert {name for name, rows in owned.rows.items() if not rows} == SHARED_TABLES
    assert SQLModel.metadata.tables.keys() == owned.rows.keys()
    others = {
        name: [row for row in rows if row not in owned.rows[name]]
        for name, rows in all_rows(harness.database).items()
    }
    run_deletion_alone(harness)
    assert all_rows(harness.database) == others
    assert not any(read_rows(harness.database, owned.ids).values())
    assert stored_keys(harness) == {kept_file}
    assert len(find_owned(harness.database, kept).rows["post"]) == 1


def test_what_a_timer_holds_is_gone_there_first(harness: WorkerHarness) -> None:
    """Posts on the provider's timer are deleted at the provider before their rows are; another
    organization's stays on it."""
    add_organization(harness)
    put_on_timer(harness)
    add_organization(harness)
    for _ in range(3):
        put_on_timer(harness)
    assert delete_organization(harness).count == 3
    harness.dispatch_until(lambda: not exists(harness), what="the deletion")
    rows = harness.simulator_state("posts")["posts"]
    assert sorted((row["stage"], row["deleted"]) for row in rows if not row["deleted"]) == [
        ("SCHEDULED", False)
    ]
    assert len(rows) == 4


def test_what_may_have_gone_out_holds_it_up_and_is_named(harness: WorkerHarness) -> None:
    """A post of which nobody knows whether it went out is named, and its organization stays until
    a person has looked, or the deletion is forced."""
    post = harness.schedule(7200, platforms=["x"])
    _make_unknown(harness, post)
    (named,) = delete_organization(harness).named
    assert (named.post_id, named.platform, named.status) == (post.id, "x", "unknown")
    assert named.at == harness.post(post.id).scheduled_for
    job = harness.read_job_of(JobKind.ORGANIZATION, harness.organization_id)
    harness.dispatch_until(
        lambda: (
            harness.read_job_of(JobKind.ORGANIZATION, harness.organization_id).wake_at
            != job.wake_at
        ),
        what="its wait",
    )
    assert exists(harness)
    with pytest.raises(Conflict, match="being deleted"):
        switch_on(harness)
    assert delete_organization(harness, force=True).named == [named]
    harness.dispatch_until(lambda: not exists(harness), what="the deletion")


def _make_unknown(harness: WorkerHarness, post: Post) -> None:
    with harness.database.write() as session:
        for table, key in ((POST, POST.c.id), (DELIVERY, DELIVERY.c.post_id)):
            status = PostStatus.UNKNOWN if table is POST else DeliveryStatus.UNKNOWN
            session.connection().execute(table.update().where(key == post.id).values(status=status))


def test_the_name_confirms_it(harness: WorkerHarness) -> None:
    """With another name nothing is changed."""
    before = all_rows(harness.database)
    with pytest.raises(ValidationFailed, match="name: must be the name"):
        organizations.delete(harness.context(), harness.organization_id, "Acme 2", BY)
    assert all_rows(harness.database) == before


def test_a_running_step_writes_nothing_afterwards(
    harness: WorkerHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker in the middle of a call, when a forced deletion is complete, loses its claim: it
    writes nothing, and the provider publishes nothing."""
    monkeypatch.setattr(sys.modules[delete_job.__module__], "FORCED_WAIT", timedelta(0))
    post = harness.schedule(7200, platforms=["x"])
    harness.inject_fault(kind="hang", call="create_post", seconds=1)
    harness.dispatch_until(lambda: harness.count_faults("hang") == 1, what="the call")
    delete_organization(harness, force=True)
    run_deletion_alone(harness)
    harness.stop_runner(harness.runners[-1])
    assert not any(read_rows(harness.database, {post.id, harness.organization_id}).values())
    assert harness.simulator_state("ledger")["publications"] == []


def test_a_job_that_is_woken_too_late_ends(harness: WorkerHarness) -> None:
    """A worker may wake the jobs of the queue and of a connection just after they were deleted:
    they end without a subject."""
    delete_organization(harness)
    run_deletion_alone(harness)

    def wake(session: Session) -> None:
        owner, now = harness.organization_id, clock.now(session)
        for kind in (JobKind.QUEUE, JobKind.ACCOUNTS):
            job_queue.ensure_due(session, kind, owner, owner, now)

    with harness.database.write() as session:
        wake(session)
    harness.dispatch_until(
        lambda: not any(read_rows(harness.database, {harness.organization_id}).values()),
        what="the end of the jobs",
    )


def test_it_goes_on_after_sigkill(harness: WorkerHarness, tmp_path: Path) -> None:
    """A worker that is killed in the middle of a deletion leaves it to another, which ends it."""
    for _ in range(60):
        harness.schedule(7200, platforms=["x"])
    delete_organization(harness)
    command = [
        sys.executable,
        "-m",
        "tests.integration.worker.organizations.crashing_deletion",
        database_url(harness.database),
    ]
    with Process(command, log=tmp_path / "doomed.log", cwd=ROOT) as worker:
        assert worker.wait() == -signal.SIGKILL, worker.output()
    left = find_owned(harness.database, harness.organization_id).rows
    assert 0 < len(left["post"]) < 60
    harness.dispatch_until(lambda: not exists(harness), what="the deletion")
    assert not any(read_rows(harness.database, {harness.organization_id}).values())
