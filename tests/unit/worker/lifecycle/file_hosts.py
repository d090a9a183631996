"""The other hosts that a worker calls: the media's source and the blob host."""

import httpx

from tests.sample_files import JPEG


def serve_files(request: httpx.Request) -> httpx.Response:
    """The media's source and the blob host."""
    if request.method == "PUT":
        return httpx.Response(201)
    length = {"Content-Length": str(len(JPEG))}
    return httpx.Response(200, headers=length, stream=httpx.ByteStream(JPEG))


def mock_transport() -> httpx.MockTransport:
    """The transport for the fetcher."""
    return httpx.MockTransport(serve_files)
