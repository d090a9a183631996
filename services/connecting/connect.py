"""Connects an account with what a person entered: tried first, then written in one transaction."""

import asyncio
from collections.abc import Mapping
from typing import Final

from provider.connect_form import NewConnection
from services.connecting.store_connection import (
    ConnectedAccounts,
    ConnectedMeanwhile,
    store_connection,
)
from services.context import AppContext
from services.errors import Conflict

# How often the transaction is begun again, where another one has connected the same account.
TRIES: Final = 3


async def connect_account(
    context: AppContext, organization_id: str, platform: str, values: Mapping[str, str]
) -> ConnectedAccounts:
    """Connect accounts of a network; an account that was connected before keeps its connection.

    `values`: by the names of the form's fields. ValidationFailed where they are wrong,
    ProviderUnavailable where the server does not answer: then nothing was written.
    """
    provider, found = await context.connector.try_values(organization_id, platform, values)
    return await asyncio.to_thread(write_connection, context, organization_id, provider, found)


def write_connection(
    context: AppContext, organization_id: str, provider: str, found: NewConnection
) -> ConnectedAccounts:
    """Write what the provider accepted. Conflict where there is no room for it."""
    for _ in range(TRIES):
        try:
            with context.database.write() as session:
                return store_connection(session, context.cipher, organization_id, provider, found)
        except ConnectedMeanwhile:
            continue
    raise Conflict("the account is being connected by somebody else too; try again")
