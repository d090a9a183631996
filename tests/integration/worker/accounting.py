"""What becomes of the accounts of a workshop."""

from models.organizations import Account, Workspace
from models.posts import Post
from models.store import clock
from models.store.jobs import job_queue
from models.store.posts import account_wakeups
from models.store.queue import seats
from models.store.tenants import accounts, organizations
from models.task_names import JobKind
from tests.integration.worker.workshop import WorkerHarness


def set_profile(shop: WorkerHarness, network: str, **fields: object) -> None:
    """The provider's profile is like this from now on, and its accounts are read."""
    url = f"{shop.simulator.origin}/_simulator/profiles"
    shop.http.patch(url, json={"network": network, **fields}).raise_for_status()
    sync_accounts(shop)


def sync_accounts(shop: WorkerHarness) -> None:
    """Have the accounts read, and wait for it."""
    before = read_workspace(shop).accounts_synced_at
    with shop.database.write() as session:
        job_queue.ensure_due(session, JobKind.ACCOUNTS, read_workspace(shop).id, clock.now(session))
    shop.dispatch_until(lambda: read_workspace(shop).accounts_synced_at != before, what="a look at the accounts")


def read_workspace(shop: WorkerHarness) -> Workspace:
    """The organization's workspace."""
    with shop.database.read() as session:
        found = organizations.find_workspace(session, shop.organization_id, "simulator")
    assert found is not None
    return found


def read_account(shop: WorkerHarness, platform: str, place: int = 0) -> Account:
    """An account on a platform, the oldest first."""
    with shop.database.read() as session:
        known = accounts.list_accounts(session, read_workspace(shop).id)
    return [each for each in known if each.platform == platform][place]


def set_disconnected(shop: WorkerHarness, platform: str, *, connect: bool = False) -> None:
    """Use the first account on a platform no more, or again, as the API does."""
    gone = read_account(shop, platform)
    with shop.database.write() as session:
        seats.lock_organization(session, shop.organization_id)
        now = clock.now(session)
        if connect:
            accounts.reconnect(session, shop.organization_id, [gone])
        else:
            accounts.disconnect(session, shop.organization_id, gone.id, now)
        account_wakeups.wake_posts_of_accounts(session, [gone], now, shop.organization_id)


def wait_until_held(shop: WorkerHarness, post: Post, platform: str) -> str:
    """What a delivery says that waits for its account; it must come to wait."""
    shop.dispatch_until(lambda: shop.deliveries(post)[platform].is_held, what="the wait for an account")
    shop.dispatch_until(lambda: shop.read_job(post.id).claim is None, what="the job's rest")
    return shop.deliveries(post)[platform].error or ""
