"""An organization's accounts for people: each with its state, the reason, and its connection."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from sqlmodel import Session

from models.accounts import Connection
from models.store import clock
from models.store.posts import held_posts
from models.store.tenants import accounts
from models.store.tenants.accounts import LinkedAccount, ListedAccount
from services.context import AppContext


class AccountState(StrEnum):
    """Whether posts can go out on an account; where not, who must do something."""

    OK = "ok"
    WAITS = "waits"
    NEEDS_ATTENTION = "needs_attention"
    DISCONNECTED = "disconnected"


@dataclass(frozen=True, slots=True)
class AccountOverview:
    """An account. `address`: of the server, where a person named it. `is_own`: of the
    organization's own connection, else of the environment's. `has_form`: a form of ours connects it
    again. `synced_at`: when its provider last told its state. `held`: posts that wait for it."""

    id: str
    platform: str
    name: str
    username: str
    state: AccountState
    reason: str | None
    provider: str
    address: str | None
    is_own: bool
    is_default: bool
    has_form: bool
    synced_at: datetime | None
    held: int

    @property
    def host(self) -> str | None:
        """The server, as it is shown."""
        return urlsplit(self.address).netloc if self.address else None


def list_overviews(
    session: Session, context: AppContext, organization_id: str
) -> list[AccountOverview]:
    """All accounts, also gone and disconnected ones; own connections' first."""
    now = clock.now(session)
    linked = accounts.list_linked(session, organization_id)
    defaults = {each.account.id for each in linked if each.is_default}
    listed = accounts.list_with_connections(session, organization_id)
    waiting = held_posts.count_by_account(session, organization_id)
    held = {
        each.account.id: waiting.get((each.account.id, each.account.platform), 0) for each in listed
    }
    for id_, each in _waited_for(linked, listed).items():
        held[id_] += waiting.get((None, each), 0)
    return [
        replace(
            _describe(context, each, now),
            is_default=each.account.id in defaults,
            held=held[each.account.id],
        )
        for each in listed
    ]


def _waited_for(linked: Sequence[LinkedAccount], listed: Sequence[ListedAccount]) -> dict[str, str]:
    """The account of each network for which posts without a named account wait: the default one,
    else the first one."""
    of_network = {each.account.platform: each.account.id for each in reversed(listed)}
    of_network |= {each.account.platform: each.account.id for each in linked if each.is_default}
    return {id_: platform for platform, id_ in of_network.items()}


def _describe(context: AppContext, listed: ListedAccount, now: datetime) -> AccountOverview:
    account, connection = listed.account, listed.connection
    state, reason = _find_state(listed, now)
    return AccountOverview(
        id=account.id,
        platform=account.platform,
        name=account.name or account.username or account.remote_id,
        username=account.username,
        state=state,
        reason=reason,
        provider=connection.provider,
        address=connection.address,
        is_own=connection.organization_id is not None,
        is_default=False,
        has_form=context.connector.has_form(connection.provider),
        synced_at=connection.accounts_synced_at,
        held=0,
    )


def _find_state(listed: ListedAccount, now: datetime) -> tuple[AccountState, str | None]:
    connection = listed.connection
    if listed.is_disconnected:
        return AccountState.DISCONNECTED, "it was disconnected; its posts wait"
    if connection.refused_at is not None:
        return AccountState.NEEDS_ATTENTION, _refusal(connection)
    problem = accounts.problem_of(listed.account)
    if problem is not None:
        return AccountState.NEEDS_ATTENTION, problem
    until = connection.blocked_until
    if until is not None and until > now:
        return AccountState.WAITS, f"{connection.provider} takes no calls at the moment"
    return AccountState.OK, None


def _refusal(connection: Connection) -> str:
    return f"{connection.provider} refuses the credentials; its posts wait until new ones are set"
