"""What becomes of the accounts of a workshop."""

from models.organizations import Account, Workspace
from models.posts import Post
from models.store import clock
from models.store.jobs import job_queue
from models.store.posts import account_wakeups
from models.store.queue import seats
from models.store.tenants import accounts, organizations
from models.task_names import JobKind
from tests.integration.worker.workshop import Workshop


def profile(shop: Workshop, network: str, **fields: object) -> None:
    """The provider's profile is like this from now on, and its accounts are read."""
    url = f"{shop.simulator.origin}/_simulator/profiles"
    shop.http.patch(url, json={"network": network, **fields}).raise_for_status()
    sync(shop)


def sync(shop: Workshop) -> None:
    """Have the accounts read, and wait for it."""
    before = workspace(shop).accounts_synced_at
    with shop.database.write() as session:
        job_queue.ensure_due(session, JobKind.ACCOUNTS, workspace(shop).id, clock.now(session))
    shop.until(lambda: workspace(shop).accounts_synced_at != before, what="a look at the accounts")


def workspace(shop: Workshop) -> Workspace:
    """The organization's workspace."""
    with shop.database.read() as session:
        found = organizations.find_workspace(session, shop.organization_id, "simulator")
    assert found is not None
    return found


def account(shop: Workshop, platform: str, place: int = 0) -> Account:
    """An account on a platform, the oldest first."""
    with shop.database.read() as session:
        known = accounts.list_accounts(session, workspace(shop).id)
    return [each for each in known if each.platform == platform][place]


def disconnect(shop: Workshop, platform: str, *, connect: bool = False) -> None:
    """Use the first account on a platform no more, or again, as the API does."""
    gone = account(shop, platform)
    with shop.database.write() as session:
        seats.lock_organization(session, shop.organization_id)
        now = clock.now(session)
        if connect:
            accounts.reconnect(session, shop.organization_id, [gone])
        else:
            accounts.disconnect(session, shop.organization_id, gone.id, now)
        account_wakeups.wake_posts_of_accounts(session, [gone], now, shop.organization_id)


def held(shop: Workshop, post: Post, platform: str) -> str:
    """What a delivery says that waits for its account; it must come to wait."""
    shop.until(lambda: shop.deliveries(post)[platform].is_held, what="the wait for an account")
    shop.until(lambda: shop.job(post.id).claim is None, what="the job's rest")
    return shop.deliveries(post)[platform].error or ""
