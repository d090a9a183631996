"""Sends a file's bytes to the URL that a provider named."""

from collections.abc import AsyncIterator

import httpx

from provider.aiohttp_client import HttpClient
from provider.errors import GiveUp, RestartUpload, Retry
from provider.protocol import Upload


async def send_file(
    client: HttpClient, upload: Upload, body: AsyncIterator[bytes], size: int
) -> None:
    """Send `size` bytes. RestartUpload if the URL has expired, Retry if the connection failed.

    `client` must not send the provider's credentials: the URL is signed, and has another host.
    """
    headers = {**upload.headers, "Content-Length": str(size)}
    try:
        response = await client.request(upload.method, upload.url, content=body, headers=headers)
    except httpx.RequestError as error:
        raise Retry(f"the upload broke off ({type(error).__name__})") from error
    _check_response(response)


def _check_response(response: httpx.Response) -> None:
    status = response.status_code
    if response.is_success:
        return
    if status == 403:  # an expired or broken signature: a new link is needed, not a new PUT
        raise RestartUpload("the upload link has expired", status)
    if status >= 500 or status in (408, 429):
        raise Retry(f"the upload host answered {status}", status)
    raise GiveUp(f"the upload host refused the file ({status})", status)
