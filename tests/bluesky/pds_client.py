"""What tests ask of a PDS, real or sandbox: accounts, records and blobs, and its administrator."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from secrets import token_hex
from typing import Any, Final, Self

import httpx

from tests.bluesky import tokens

# The secrets of every PDS of the tests.
JWT_SECRET: Final = "the-secret-of-the-tests-for-tokens"
ADMIN_PASSWORD: Final = "the-password-of-the-tests"
# Whoever sends it is outside of the rate limits, so that counting records costs nothing.
BYPASS_KEY: Final = "outside-of-the-limits"

POST: Final = "app.bsky.feed.post"
APP_PASSWORD_NAME: Final = "slotbeat"


@dataclass(frozen=True)
class BlueskyAccount:
    """An account at a PDS; `access_token` belongs to a session with the main password."""

    did: str
    handle: str
    password: str = field(repr=False)
    app_password: str = field(repr=False)
    access_token: str = field(repr=False)


class PdsClient:
    """The calls at the PDS at `url`; `headers` go with all of them."""

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        self.url = url
        self.http = httpx.Client(base_url=f"{url}/xrpc/", headers=headers, timeout=60)

    def query(self, call: str, token: str = "", **params: str | int | bool) -> httpx.Response:
        """A GET, whatever it answers; `call` without `com.atproto.`"""
        return self.http.get(f"com.atproto.{call}", params=params, headers=_bearer(token))

    def procedure(
        self, call: str, token: str = "", body: Mapping[str, Any] | None = None
    ) -> httpx.Response:
        """A POST, whatever it answers; `call` without `com.atproto.`"""
        return self.http.post(f"com.atproto.{call}", json=body, headers=_bearer(token))

    def upload(self, token: str, content: bytes, content_type: str | None) -> httpx.Response:
        """An uploadBlob, whatever it answers; without Content-Type if that is None."""
        headers = _bearer(token) | ({"Content-Type": content_type} if content_type else {})
        return self.http.post("com.atproto.repo.uploadBlob", content=content, headers=headers)

    def create_account(self, handle: str = "") -> BlueskyAccount:
        """A new account with one app password; its handle ends in `.test`."""
        handle = handle or f"u{token_hex(6)}.test"
        password = token_hex(8)
        body = {"handle": handle, "password": password, "email": f"{handle}@mail.test"}
        made = _ok(self.procedure("server.createAccount", body=body))
        account = BlueskyAccount(made["did"], handle, password, "", made["accessJwt"])
        return self.with_app_password(account, APP_PASSWORD_NAME)

    def with_app_password(self, account: BlueskyAccount, name: str) -> BlueskyAccount:
        """The account with one more app password, of this name."""
        made = self.procedure("server.createAppPassword", account.access_token, {"name": name})
        return replace(account, app_password=_ok(made)["password"])

    def revoke_app_password(self, account: BlueskyAccount, name: str = APP_PASSWORD_NAME) -> None:
        """The app password opens no session any more, and its sessions cannot be renewed."""
        _ok(self.procedure("server.revokeAppPassword", account.access_token, {"name": name}))

    def create_session(self, account: BlueskyAccount) -> dict[str, Any]:
        """A session with the app password: `accessJwt` and `refreshJwt`."""
        body = {"identifier": account.did, "password": account.app_password}
        return _ok(self.procedure("server.createSession", body=body))

    def delete_session(self, refresh_token: str) -> None:
        """End a session: it cannot be renewed any more."""
        _ok(self.procedure("server.deleteSession", refresh_token))

    def take_down(self, did: str, applied: bool = True) -> None:
        """Take an account down, as the server's moderators do; or put it back."""
        subject = {"$type": "com.atproto.admin.defs#repoRef", "did": did}
        self.http.post(
            "com.atproto.admin.updateSubjectStatus",
            json={"subject": subject, "takedown": {"applied": applied}},
            auth=("admin", ADMIN_PASSWORD),
        ).raise_for_status()

    def list_records(self, did: str, collection: str = POST) -> list[dict[str, Any]]:
        """All records of a collection, newest key first: `uri`, `cid`, `value`."""
        records: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            page = _ok(
                self.query("repo.listRecords", repo=did, collection=collection, limit=100, **cursor)
            )
            records += page["records"]
            if not page.get("cursor"):
                return records
            cursor = {"cursor": page["cursor"]}

    def get_blob(self, did: str, cid: str) -> bytes:
        """The bytes of a blob that a record refers to."""
        return self.query("sync.getBlob", did=did, cid=cid).raise_for_status().content

    def head(self, did: str) -> str:
        """The CID of the last commit of an account."""
        return str(_ok(self.query("sync.getLatestCommit", did=did))["cid"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.http.close()


def expired(token: str) -> str:
    """A token of a PDS of the tests, with an end that has passed."""
    return tokens.expired(token, JWT_SECRET)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _ok(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, f"{answer.status_code} {answer.text}"
    found: dict[str, Any] = answer.json() if answer.content else {}
    return found
