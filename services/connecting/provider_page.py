"""Accounts that are linked at the environment's provider: its page, and reading them again."""

from urllib.parse import urlencode, urlsplit, urlunsplit

from models.store import clock
from models.store.jobs import job_queue
from models.store.posts import account_wakeups
from models.store.tenants import accounts, connections, social_settings
from models.task_names import JobKind
from services.context import AppContext


def connect_at_provider(context: AppContext, organization_id: str, platform: str) -> str:
    """Begin to link an account at the provider's page: what was disconnected here of the platform
    is connected again, and the accounts are read. Returns the id of the connection."""
    with context.database.write() as session:
        social_settings.lock_organization(session, organization_id)
        connection = connections.ensure_connection(session, organization_id, context.provider)
        known = accounts.list_accounts(session, connection.id)
        wanted = [account for account in known if account.platform == platform]
        accounts.reconnect(session, organization_id, wanted)
        account_wakeups.wake_posts_of_accounts(session, wanted, clock.now(session), organization_id)
    request_sync(context, connection.id)
    return connection.id


def request_sync(context: AppContext, connection_id: str) -> None:
    """Make the sync job due now. This transaction must not hold the lock of the settings: the
    worker takes that lock while it holds the job, so the two could deadlock."""
    with context.database.write() as session:
        organization_id = connections.owner_of(session, connection_id)
        now = clock.now(session)
        job_queue.ensure_due(session, JobKind.ACCOUNTS, connection_id, organization_id, now)


def provider_page_url(context: AppContext, platform: str, return_url: str | None) -> str:
    """The URL of the provider's page, with the platform and the page to return to."""
    parameters = {"platform": platform}
    if return_url is not None:
        parameters["redirectUrl"] = return_url
    parts = urlsplit(context.connect_url)
    query = "&".join(part for part in (parts.query, urlencode(parameters)) if part)
    return urlunsplit(parts._replace(query=query))
