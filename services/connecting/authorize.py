"""Connects an account on a page of its server: begins there, and finishes with its answer."""

import asyncio
import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from services.connecting.connect import write_connection
from services.connecting.connect_link import ConnectLink
from services.connecting.pending_authorization import PendingAuthorization
from services.connecting.store_connection import ConnectedAccounts
from services.context import AppContext


@dataclass(frozen=True, slots=True)
class BegunAuthorization:
    """The server's page, and what the person's browser keeps until `finish`."""

    url: str = field(repr=False)
    authorization: PendingAuthorization


async def begin_authorization(
    context: AppContext,
    asked: ConnectLink,
    values: Mapping[str, str],
    callback: str | None,
    *,
    has_link: bool,
) -> BegunAuthorization:
    """Begin at the server that a person entered. `callback`: our address, to which we add the
    state; None: the server shows a code. Nothing is written.

    ValidationFailed where the values are wrong, ProviderUnavailable where the server does not
    answer.
    """
    state = secrets.token_urlsafe(16)
    address = f"{callback}?{urlencode({'state': state})}" if callback else None
    page = await context.connector.begin(asked.organization_id, asked.platform, values, address)
    authorization = PendingAuthorization(asked, has_link, dict(page.pending), state, time.time())
    return BegunAuthorization(page.url, authorization)


def read_answer(
    authorization: PendingAuthorization, parameters: list[tuple[str, str]]
) -> dict[str, str] | None:
    """What the server added to our address; None where the state is another.

    Only the browser that began has the authorization of a state. So nobody can send another person
    a link that connects the sender's account to that person's organization.
    """
    mine = authorization.state.encode()
    rest = [
        (name, value)
        for name, value in parameters
        if name != "state" or not hmac.compare_digest(value.encode(), mine)
    ]
    has_state = len(rest) < len(parameters)
    return dict(rest) if has_state else None


async def finish_authorization(
    context: AppContext, authorization: PendingAuthorization, answer: Mapping[str, str]
) -> ConnectedAccounts:
    """Connect with the server's answer; errors as `connect_account` has them, and then nothing was
    written. A repetition does no harm: the server takes a code once, and the same account makes no
    second connection."""
    asked = authorization.asked
    provider, found = await context.connector.finish(
        asked.organization_id, asked.platform, authorization.provider_values, answer
    )
    return await asyncio.to_thread(
        write_connection, context, asked.organization_id, provider, found
    )
