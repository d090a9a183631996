"""The organization that gets an account from a person without a session."""

from fastapi.concurrency import run_in_threadpool

from models.store.tenants import organizations
from services.context import AppContext
from services.errors import PostingDisabled


async def load_name(context: AppContext, organization_id: str) -> str:
    """The organization's name; PostingDisabled where it may connect nothing."""

    def read() -> str | None:
        with context.database.read() as session:
            tenant = organizations.find_tenant(session, organization_id)
            is_open = tenant is not None and tenant.is_enabled
            return organizations.read_name(session, organization_id) if is_open else None

    name = await run_in_threadpool(read)
    if name is None:
        raise PostingDisabled
    return name
