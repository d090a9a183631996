"""The account of a connection, as a profile."""

from typing import Any, Final

from provider.bluesky.account_calls import AccountCalls
from provider.bluesky.http import BlueskyHttp
from provider.bluesky.sessions import Sessions
from provider.errors import ProviderError, Retry
from provider.protocol import Profile

PLATFORM: Final = "bluesky"
OK: Final = "OK"
# Accounts that cannot be posted to, by the server's codes.
LOST: Final = {
    "RepoTakendown": "TAKENDOWN",
    "RepoSuspended": "SUSPENDED",
    "RepoDeactivated": "DEACTIVATED",
}


async def read_profile(
    http: BlueskyHttp, account: AccountCalls, sessions: Sessions, did: str
) -> Profile:
    """The account, and whether it can be posted to. Reconnect if its credentials are refused."""
    latest = await http.ask("GET", "com.atproto.sync.getLatestCommit", params={"did": did})
    if latest.code in LOST:
        # Nobody can sign in to an account that was taken down.
        handle = await sessions.known_handle() or did
        return Profile(did, PLATFORM, handle, handle, LOST[latest.code])
    session = await account.call("GET", "com.atproto.server.getSession")
    handle = session.get("handle")
    if session.get("did") != did or not isinstance(handle, str):
        raise Retry("Bluesky answered without the account")
    name = await _display_name(http, did)
    return Profile(did, PLATFORM, name or handle, handle, OK)


async def _display_name(http: BlueskyHttp, did: str) -> str | None:
    """The name that the person chose; None without one. It is only shown, so no error matters."""
    params = {"repo": did, "collection": "app.bsky.actor.profile", "rkey": "self"}
    try:
        answer = await http.ask("GET", "com.atproto.repo.getRecord", params=params)
    except ProviderError:
        return None
    return _name_of(answer.body) if answer.is_success else None


def _name_of(record: Any) -> str | None:  # noqa: ANN401  (JSON)
    value = record.get("value")
    name = value.get("displayName") if isinstance(value, dict) else None
    return name.strip() or None if isinstance(name, str) else None
