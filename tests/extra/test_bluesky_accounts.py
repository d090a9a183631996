"""Accounts at Bluesky's own server: sessions, refusals, and where an account is."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from provider.bluesky.client import Bluesky
from provider.bluesky.directory import Directory, Identity
from provider.bluesky.session import from_text
from provider.errors import GiveUp, ProviderError, Reconnect, RestartUpload, Retry
from provider.protocol import DraftMedia, Profile
from tests.extra.bluesky_person import BlueskyServer, Person, publish, upload
from tests.sample_files import EXAMPLES


@pytest.fixture
def person(bluesky_pds: BlueskyServer) -> Person:
    """A new account."""
    return Person(bluesky_pds)


def test_a_session_is_renewed_by_what_is_kept(person: Person) -> None:
    """A session near its end is refreshed, one that the server cannot read too, also by an upload;
    no second one is created."""

    async def profile(bluesky: Bluesky) -> list[Profile]:
        return await bluesky.profiles()

    async def upload_twice(bluesky: Bluesky) -> str:
        with pytest.raises((RestartUpload, Retry)):
            await upload(bluesky, EXAMPLES / "coffee.jpg", "image/jpeg")
        return await upload(bluesky, EXAMPLES / "coffee.jpg", "image/jpeg")

    def keep(**changes: Any) -> None:  # noqa: ANN401  (any field)
        session = from_text(person.store.text)
        assert session is not None
        person.store.text = replace(session, **changes).to_text()

    handle = person.account.handle
    assert person.run(profile) == [Profile(person.did, "bluesky", handle, handle, "OK")]
    keep(renew_at=0)
    assert person.run(profile)[0].status_level == "OK"
    keep(access="a.b.c")
    assert person.run(profile)[0].status_level == "OK"
    keep(access="a.b.c")
    assert person.run(upload_twice).endswith(" image/jpeg")
    assert person.store.claims == 1


def test_a_revoked_app_password_needs_a_person(person: Person) -> None:
    """When the session can be renewed no more, the error says that a new password is needed."""
    draft = person.draft()
    person.run(lambda bluesky: publish(bluesky, draft))
    person.server.revoke_app_password(person.account)
    person.store.text = None
    with pytest.raises(Reconnect, match="app password"):
        person.run(lambda bluesky: publish(bluesky, person.draft()))
    assert len(person.posts()) == 1


def test_an_account_that_was_taken_down(person: Person) -> None:
    """Its profile says so, under the handle that was known; its posts need a person."""
    person.run(lambda bluesky: bluesky.profiles())
    person.server.take_down(person.did)
    (found,) = person.run(lambda bluesky: bluesky.profiles())
    assert (found.username, found.status_level) == (person.account.handle, "TAKENDOWN")
    calls: list[Callable[[Bluesky], Awaitable[object]]] = [
        lambda bluesky: publish(bluesky, person.draft()),
        lambda bluesky: bluesky.delete("3khuwc44c2222"),
        lambda bluesky: bluesky.get("3khuwc44c2222"),
    ]
    for call in calls:
        with pytest.raises(Reconnect):
            person.run(call)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"caption": "a" * 301}, GiveUp),
        ({"fields": {"blueskyLanguages": "not a language"}}, GiveUp),
        ({"media": (DraftMedia(f"bafkrei{'a' * 52} 3 image/png", "image/png"),)}, RestartUpload),
    ],
)
def test_what_the_server_refuses_is_not_published(
    person: Person, changes: dict[str, Any], kind: type[ProviderError]
) -> None:
    """A post that is too long, or that names a file which is not there, is refused as a whole."""
    with pytest.raises(ProviderError) as failure:
        person.run(lambda bluesky: publish(bluesky, person.draft(**changes)))
    assert type(failure.value) is kind
    assert person.posts() == {}


def test_the_directory_finds_the_account(person: Person) -> None:
    """A handle leads to the account by the server that the person names, a DID by its document."""
    server = person.server

    async def find(typed: str, service: str | None) -> Identity:
        async with httpx.AsyncClient() as client:
            directory = Directory(client, plc=server.plc_url, allow_private=True)
            return await directory.find(typed, service)

    handle = person.account.handle
    assert asyncio.run(find(handle, server.url)) == Identity(person.did, handle, server.url)
    by_did = Identity(person.did, person.did, server.url)
    assert asyncio.run(find(person.did, server.url)) == by_did
    port = httpx.URL(server.url).port
    assert asyncio.run(find(person.did, None)).server == f"http://localhost:{port}"
    with pytest.raises(GiveUp, match="check its spelling"):
        asyncio.run(find("nobody.test", server.url))
