"""Sessions: a short-lived access token, and a refresh token for the next pair."""

import secrets
from dataclasses import dataclass, field
from typing import Any, Final

from simulator.bluesky.domain.accounts import Account
from simulator.bluesky.domain.tokens import ACCESS, REFRESH, sign, verify
from simulator.bluesky.errors import invalid_request
from simulator.bluesky.options import SandboxOptions

AUDIENCE: Final = "did:web:localhost"
FULL_ACCESS: Final = "com.atproto.access"
APP_ACCESS: Final = "com.atproto.appPass"


@dataclass
class Session:
    """What a refresh token stands for. `next_token` is the one that it was exchanged for."""

    did: str
    app_password: str | None
    next_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Pair:
    """The two tokens of a session."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)


class Sessions:
    """All sessions that can be renewed, by the id of their refresh token."""

    def __init__(self, options: SandboxOptions) -> None:
        self._options = options
        self._by_id: dict[str, Session] = {}

    def open(self, account: Account, app_password: str | None, now: int) -> Pair:
        """A new session; `app_password` is the name of what opened it, None for the main one."""
        session = Session(account.did, app_password)
        return Pair(self._access_token(session, now), self._refresh_token(session, now))

    def renew(self, claims: dict[str, Any], now: int) -> Pair:
        """The next pair for a refresh token. The same token again gives the same next one.

        Raises:
            XrpcError: 400 ExpiredToken if the session was ended.
        """
        session = self._by_id.get(claims["jti"])
        if session is None:
            raise invalid_request("Token has been revoked", "ExpiredToken")
        if session.next_token is None:
            following = Session(session.did, session.app_password)
            session.next_token = self._refresh_token(following, now)
        return Pair(self._access_token(session, now), session.next_token)

    def read(self, refresh_token: str, now: int) -> dict[str, Any]:
        """The claims of a refresh token, of an ended session too; XrpcError 400."""
        return verify(refresh_token, REFRESH, self._options.jwt_secret, now)

    def end(self, claims: dict[str, Any]) -> None:
        """The refresh token cannot be used again; harmless to repeat."""
        self._by_id.pop(claims["jti"], None)

    def end_all_of(self, did: str, app_password: str) -> None:
        """End the sessions that this app password opened; their access tokens live on."""
        gone = (did, app_password)
        left = self._by_id.items()
        self._by_id = {i: it for i, it in left if (it.did, it.app_password) != gone}

    def _access_token(self, session: Session, now: int) -> str:
        scope = FULL_ACCESS if session.app_password is None else APP_ACCESS
        return self._token(ACCESS, scope, session.did, now, self._options.access_seconds)

    def _refresh_token(self, session: Session, now: int) -> str:
        id_ = secrets.token_urlsafe(32)
        self._by_id[id_] = session
        return self._token(
            REFRESH, "com.atproto.refresh", session.did, now, self._options.refresh_seconds, jti=id_
        )

    def _token(self, kind: str, scope: str, did: str, now: int, seconds: int, **more: str) -> str:
        begins = now // 1000
        lifetime = {"iat": begins, "exp": begins + seconds}
        claims = {"scope": scope, "aud": AUDIENCE, "sub": did, **more, **lifetime}
        return sign(kind, claims, self._options.jwt_secret)
