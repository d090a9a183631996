"""The rest of the client: the account, uploads, and the calls that Bluesky does not have."""

import hashlib
from collections.abc import Awaitable, Callable

import httpx
import pytest

from provider.bluesky.client import Bluesky
from provider.bluesky.content_ids import file_id
from provider.bluesky.record_keys import first_key
from provider.errors import GiveUp, ProviderError, Reconnect, RestartUpload, Retry, RetryAfter
from provider.protocol import FileSpec, Idempotency, MediaState, Profile
from tests.unit.provider.bluesky.connections import DID
from tests.unit.provider.bluesky.drafts import MARKER, bluesky_draft
from tests.unit.provider.bluesky.fake_server import ADDRESS, HANDLE, FakeServer, refuse, run
from tests.unit.provider.bluesky.faults import answer_once

BYTES = b"abc"
SHA_256 = hashlib.sha256(BYTES)
FILE = FileSpec("a.png", "image/png", len(BYTES), sha256=SHA_256.hexdigest())
CID = file_id(SHA_256.digest())


def blob(cid: str = CID, size: object = 3) -> httpx.Response:
    """The answer to an upload."""
    found = {"$type": "blob", "ref": {"$link": cid}, "mimeType": "image/webp", "size": size}
    return httpx.Response(200, json={"blob": found})


def finish(server: FakeServer, response: httpx.Response, file: FileSpec = FILE) -> str:
    """The media id of an upload that was answered so."""

    async def upload(bluesky: Bluesky) -> str:
        request = await bluesky.begin_upload(file)
        assert request.media_id is None
        return await bluesky.finish_upload(file, request, response)

    return run(server, upload)


def profile(server: FakeServer) -> Profile:
    """The one account."""
    (found,) = run(server, lambda bluesky: bluesky.profiles())
    return found


def test_the_request_of_an_upload_hides_its_token() -> None:
    """A file goes to the account's server, with a token that no log shows."""
    request = run(FakeServer(), lambda bluesky: bluesky.begin_upload(FILE))
    assert (request.method, request.url) == ("POST", f"{ADDRESS}/xrpc/com.atproto.repo.uploadBlob")
    assert request.headers == {"Authorization": "Bearer access-1", "Content-Type": "image/png"}
    assert "access-1" not in repr(request)


def test_the_answer_names_the_file() -> None:
    """The media id holds what the server found out: its id, its size and its type."""
    assert finish(FakeServer(), blob()) == f"{CID} 3 image/webp"
    assert finish(FakeServer(), blob(), FileSpec("a", "image/png", 3)) == f"{CID} 3 image/webp"


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (blob(size=2), RestartUpload),
        (blob(f"bafkrei{'x' * 52}"), RestartUpload),
        (blob("bafkrei"), Retry),
        (blob(size="3"), Retry),
        (httpx.Response(200, json={}), Retry),
        (httpx.Response(200, html="<html>"), Retry),
        (refuse(400, "InvalidRequest"), GiveUp),
        (refuse(413, "PayloadTooLarge"), GiveUp),
        (httpx.Response(413, html="<html>"), GiveUp),
        (refuse(401, "AccountTakedown"), Reconnect),
        (refuse(429, "RateLimitExceeded"), RetryAfter),
        (refuse(500, "InternalServerError"), Retry),
        (httpx.Response(502, html="<html>"), Retry),
    ],
)
def test_an_upload_that_failed(response: httpx.Response, kind: type[ProviderError]) -> None:
    """A damaged file is sent again, a refused one is not, and what nobody knows is tried again."""
    with pytest.raises(ProviderError) as failure:
        finish(FakeServer(), response)
    assert type(failure.value) is kind


@pytest.mark.parametrize(
    "response",
    [
        refuse(400, "ExpiredToken"),
        refuse(400, "InvalidToken"),
        refuse(401, "AuthMissing"),
        refuse(500, "InternalServerError"),
    ],
)
def test_the_next_upload_has_a_new_token(response: httpx.Response) -> None:
    """A token that an upload was refused for is not used again; a token that the server cannot
    read is found out by another call."""
    server = FakeServer()

    async def twice(bluesky: Bluesky) -> str:
        request = await bluesky.begin_upload(FILE)
        server.access.clear()
        with pytest.raises((RestartUpload, Retry)):
            await bluesky.finish_upload(FILE, request, response)
        return (await bluesky.begin_upload(FILE)).headers["Authorization"]

    assert run(server, twice) == "Bearer access-2"


def test_a_message_does_not_repeat_the_token() -> None:
    """An error of the server that quotes the token is stored without it."""
    with pytest.raises(GiveUp) as failure:
        finish(FakeServer(), refuse(400, "InvalidRequest", "bad: access-1"))
    assert str(failure.value) == "Bluesky refused: bad: …"


@pytest.mark.parametrize(
    ("record", "name"),
    [
        (httpx.Response(200, json={"value": {"displayName": " Alice "}}), "Alice"),
        (httpx.Response(200, json={"value": {"displayName": ""}}), HANDLE),
        (httpx.Response(200, json={"value": {}}), HANDLE),
        (refuse(400, "RecordNotFound"), HANDLE),
        (refuse(500, "InternalServerError"), HANDLE),
        (httpx.ReadTimeout, HANDLE),
    ],
)
def test_an_account_has_its_name(record: httpx.Response | type[Exception], name: str) -> None:
    """The account has the name that its person chose, and without one that of its handle."""
    server = FakeServer()
    server.faults["getRecord"] = answer_once(record)
    assert profile(server) == Profile(DID, "bluesky", name, HANDLE, "OK")


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("RepoTakendown", "TAKENDOWN"),
        ("RepoSuspended", "SUSPENDED"),
        ("RepoDeactivated", "DEACTIVATED"),
    ],
)
def test_an_account_that_cannot_be_posted_to(code: str, level: str) -> None:
    """A lost account says so without a session, because nobody can sign in to it."""
    server = FakeServer()
    server.faults["getLatestCommit"] = answer_once(refuse(400, code))
    assert profile(server) == Profile(DID, "bluesky", DID, DID, level)
    assert server.calls["createSession"] == 0


def test_a_refused_password_is_no_account() -> None:
    """The account is listed only with credentials that work."""
    server = FakeServer()
    server.password = "another-one"
    with pytest.raises(Reconnect):
        profile(server)


def test_get_shows_only_what_is_there() -> None:
    """A post that is not there is None; an account that is not there is no such answer."""
    server = FakeServer()
    assert run(server, lambda bluesky: bluesky.get(first_key(MARKER))) is None
    server.faults["getRecord"] = answer_once(refuse(400, "InvalidRequest", "Could not locate"))
    with pytest.raises(Reconnect):
        run(server, lambda bluesky: bluesky.get(first_key(MARKER)))


@pytest.mark.parametrize(
    "call",
    [
        lambda bluesky: bluesky.create(bluesky_draft()),
        lambda bluesky: bluesky.find(bluesky_draft()),
        lambda bluesky: bluesky.update("3khuwc44c2222", bluesky_draft()),
        lambda bluesky: bluesky.schedule("3khuwc44c2222"),
        lambda bluesky: bluesky.unschedule("3khuwc44c2222"),
    ],
)
def test_there_are_no_drafts(call: Callable[[Bluesky], Awaitable[object]]) -> None:
    """The calls of providers with drafts are refused, and nothing is sent."""
    server = FakeServer()
    with pytest.raises(GiveUp, match="no drafts"):
        run(server, call)
    assert not server.calls


def test_what_bluesky_can() -> None:
    """Its capabilities and fields are those of records: public at once, deletable, under our id."""

    async def ask(bluesky: Bluesky) -> list[str]:
        await bluesky.confirm_upload("any")
        assert (await bluesky.readiness("any")).state == MediaState.READY
        await bluesky.close()
        fields = dict.fromkeys(("blueskyLanguages", "blueskyThreadItems", "xThreadItems"), "en")
        return bluesky.unsupported_fields(bluesky_draft(fields={**fields, "blueskyNew": "x"}))

    assert run(FakeServer(), ask) == ["blueskyNew"]
    can = Bluesky.capabilities
    assert (can.drafts, can.native_scheduling, can.edit, can.cancel) == (False, False, False, True)
    assert can.idempotency == Idempotency.OWN_ID
