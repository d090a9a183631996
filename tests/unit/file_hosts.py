"""The hosts that a worker meets beside the provider."""

import httpx


def file_hosts(request: httpx.Request) -> httpx.Response:
    """The media's source and the blob host."""
    if request.method == "PUT":
        return httpx.Response(201)
    return httpx.Response(200, headers={"Content-Length": "3"}, stream=httpx.ByteStream(b"abc"))
