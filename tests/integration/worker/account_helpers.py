"""Changes of the accounts in a worker harness."""

from models.accounts import Account, Connection
from models.posts import Post
from models.store import clock
from models.store.jobs import job_queue
from models.store.posts import account_wakeups
from models.store.tenants import accounts, connections, social_settings
from models.task_names import JobKind
from tests.integration.worker.worker_harness import WorkerHarness


def set_profile(harness: WorkerHarness, network: str, **fields: object) -> None:
    """The provider's profile is like this from now on, and the account job has run."""
    url = f"{harness.simulator.origin}/_simulator/profiles"
    harness.http.patch(url, json={"network": network, **fields}).raise_for_status()
    sync_accounts(harness)


def sync_accounts(harness: WorkerHarness) -> None:
    """Run the account job, and wait for its end."""
    before = read_connection(harness).accounts_synced_at
    with harness.database.write() as session:
        job_queue.ensure_due(
            session, JobKind.ACCOUNTS, read_connection(harness).id, "", clock.now(session)
        )
    harness.dispatch_until(
        lambda: read_connection(harness).accounts_synced_at != before, what="a look at the accounts"
    )


def run_account_job(harness: WorkerHarness) -> None:
    """Run the account job, and wait until it is released, whatever it found."""
    connection_id = read_connection(harness).id
    with harness.database.write() as session:
        now = clock.now(session)
        job_queue.ensure_due(session, JobKind.ACCOUNTS, connection_id, "", now)
    harness.dispatch_until(
        lambda: harness.read_job(connection_id).wake_at > now, what="the end of the account job"
    )


def read_connection(harness: WorkerHarness) -> Connection:
    """The organization's connection."""
    with harness.database.read() as session:
        found = connections.find_connection(session, harness.organization_id, "simulator")
    assert found is not None
    return found


def read_account(harness: WorkerHarness, platform: str, place: int = 0) -> Account:
    """An account on a platform, the oldest first."""
    with harness.database.read() as session:
        known = accounts.list_accounts(session, read_connection(harness).id)
    return [each for each in known if each.platform == platform][place]


def set_disconnected(harness: WorkerHarness, platform: str, *, connect: bool = False) -> None:
    """Disconnect the first account on a platform, or connect it again, as the API does."""
    gone = read_account(harness, platform)
    with harness.database.write() as session:
        social_settings.lock_organization(session, harness.organization_id)
        now = clock.now(session)
        if connect:
            accounts.reconnect(session, harness.organization_id, [gone])
        else:
            accounts.disconnect(session, harness.organization_id, gone.id, now)
        account_wakeups.wake_posts_of_accounts(session, [gone], now, harness.organization_id)


def wait_until_held(harness: WorkerHarness, post: Post, platform: str) -> str:
    """The error of a delivery that is held for its account; waits until it is held."""
    harness.dispatch_until(
        lambda: harness.deliveries(post)[platform].is_held, what="the wait for an account"
    )
    harness.dispatch_until(lambda: harness.read_job(post.id).claim is None, what="the job's rest")
    return harness.deliveries(post)[platform].error or ""
