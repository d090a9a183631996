"""Sends a file's bytes to the URL that a provider named, as they are or in a form."""

import uuid
from collections.abc import AsyncIterator

import httpx

from provider.aiohttp_client import HttpClient
from provider.errors import GiveUp, RestartUpload, Retry
from provider.protocol import MultipartForm, UploadRequest


async def send_file(
    client: HttpClient, request: UploadRequest, body: AsyncIterator[bytes], size: int
) -> httpx.Response:
    """Send `size` bytes; returns the answer, whatever its status. Retry if the connection failed.

    `client` must send no credentials of its own: the URL may be signed, and have another host.
    """
    headers = dict(request.headers)
    if request.form is not None:
        head, tail, boundary = encode_form(request.form)
        headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"
        body, size = _enclose(head, body, tail), len(head) + size + len(tail)
    headers["Content-Length"] = str(size)
    try:
        return await client.request(request.method, request.url, content=body, headers=headers)
    except httpx.RequestError as error:
        raise Retry(f"the upload broke off ({type(error).__name__})") from error


def raise_for_answer(response: httpx.Response) -> None:
    """The usual meaning of a file host's answer. RestartUpload if the URL has expired."""
    status = response.status_code
    if response.is_success:
        return
    if status == 403:  # an expired or broken signature: a new link is needed, not a new PUT
        raise RestartUpload("the upload link has expired", status)
    if status >= 500 or status in (408, 429):
        raise Retry(f"the upload host answered {status}", status)
    raise GiveUp(f"the upload host refused the file ({status})", status)


def encode_form(form: MultipartForm) -> tuple[bytes, bytes, str]:
    """What comes before and after the file's bytes, and the boundary."""
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_quote(name)}"\r\n\r\n{value}\r\n'
        for name, value in form.fields.items()
    ]
    parts.append(
        f"--{boundary}\r\nContent-Disposition: form-data; "
        f'name="{_quote(form.file_field)}"; filename="{_quote(form.file_name)}"\r\n'
        f"Content-Type: {form.content_type}\r\n\r\n"
    )
    return "".join(parts).encode(), f"\r\n--{boundary}--\r\n".encode(), boundary


def _quote(text: str) -> str:
    """A name in a form's header, as browsers write it."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


async def _enclose(head: bytes, body: AsyncIterator[bytes], tail: bytes) -> AsyncIterator[bytes]:
    yield head
    async for chunk in body:
        yield chunk
    yield tail
