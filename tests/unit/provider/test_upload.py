"""Sending a file's bytes to the provider's URL: what is sent, and what refusals mean."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from provider import upload as bytes_of
from provider.errors import GiveUp, ProviderError, RestartUpload, Retry
from provider.protocol import UploadRequest
from tests.unit.provider.swonkie.fake_swonkie import Server, raise_error, respond_with

SECRET = "sig=do-not-show"
UPLOAD = UploadRequest("PUT", f"https://blob.test/u?{SECRET}", {"x-ms-blob-type": "BlockBlob"})


def send(server: Server) -> None:
    """Send three bytes to the upload's URL."""

    async def body() -> AsyncIterator[bytes]:
        yield b"abc"

    async def run() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as client:
            bytes_of.raise_for_answer(await bytes_of.send_file(client, UPLOAD, body(), 3))

    asyncio.run(run())


def test_the_bytes_travel_with_their_length_and_without_credentials() -> None:
    """A PUT as the blob host needs it: its headers, a length, no chunked encoding, no API
    credentials."""
    seen: list[httpx.Request] = []

    def server(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(201)

    send(server)
    put = seen[0]
    assert (put.method, str(put.url)) == ("PUT", UPLOAD.url)
    assert put.headers["Content-Length"] == "3"
    assert put.headers["x-ms-blob-type"] == "BlockBlob"
    assert "Transfer-Encoding" not in put.headers
    assert not [name for name in put.headers if name.lower().startswith("x-api-")]


def test_the_signed_link_is_never_shown() -> None:
    """Neither in the upload's repr, nor in any error of the upload."""
    assert SECRET not in repr(UPLOAD)
    for server in (
        raise_error(httpx.WriteError),
        *map(respond_with, [302, 400, 403, 404, 411, 429, 500]),
    ):
        with pytest.raises(ProviderError) as caught:
            send(server)
        assert SECRET not in f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(403, RestartUpload), (400, GiveUp), (411, GiveUp), (429, Retry), (500, Retry), (408, Retry)],
)
def test_a_refused_upload_has_its_class(status: int, kind: type[ProviderError]) -> None:
    """An expired signature needs a new URL, an outage a retry; the rest is final."""
    with pytest.raises(ProviderError) as caught:
        send(respond_with(status, text="<Error><Code>AuthenticationFailed</Code></Error>"))
    assert type(caught.value) is kind
    assert caught.value.http_status == status


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.WriteError])
def test_a_broken_line_is_tried_again(error: type[httpx.TransportError]) -> None:
    """A PUT may be repeated, wherever it broke off."""
    with pytest.raises(Retry, match="broke off"):
        send(raise_error(error))


def test_a_garbled_answer_does_not_escape_the_error_tree() -> None:
    """A proxy's broken compression is a retry, not a crash."""

    def server(_request: httpx.Request) -> httpx.Response:
        garbled = httpx.ByteStream(b"no gzip")
        return httpx.Response(201, headers={"Content-Encoding": "gzip"}, stream=garbled)

    with pytest.raises(Retry):
        send(server)
