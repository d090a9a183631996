"""Requests whose end two servers could see at different places: none is answered as two."""

import pytest

from services.public_urls import API_PREFIX
from tests.security.web_process import WebProcess, drip

HIDDEN = f"GET {API_PREFIX}/settings HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {{key}}\r\n\r\n"
# The headers of a POST whose body holds a request that must not be answered.
AMBIGUOUS = {
    "two lengths": "Content-Length: 4\r\nContent-Length: {length}\r\n",
    "lengths in a list": "Content-Length: 4, {length}\r\n",
    "a signed length": "Content-Length: +4\r\n",
    "an underscore in a length": "Content-Length: 1_0\r\n",
    "an unknown coding": "Transfer-Encoding: xchunked\r\n",
    "chunked twice": "Transfer-Encoding: chunked, chunked\r\n",
    "chunked inside": "Transfer-Encoding: chunked, identity\r\n",
    "a blank before the colon": "Content-Length : {length}\r\n",
    "NUL in a header": "X-A: \0\r\n",
    "a bare carriage return in a header": "X-A: b\rContent-Length: {length}\r\n",
}
# What follows is a body that is cut at its limits.
CHUNKS = {
    "a chunk of a negative length": "-1\r\n",
    "a chunk of no hexadecimal length": "0x4\r\nabcd\r\n",
    "a chunk longer than it says": "1\r\nabcd\r\n0\r\n\r\n",
}


def ask(web: WebProcess, headers: str, body: str) -> bytes:
    """The answer to a POST with these headers and this body, until the server closes."""
    head = f"POST /sign-in HTTP/1.1\r\nHost: x\r\n{headers}\r\n"
    with web.connect() as caller:
        caller.sendall((head + body).replace("{key}", web.key).encode("latin-1"))
        return drip(caller, b"")


@pytest.mark.parametrize("kind", AMBIGUOUS)
def test_an_ambiguous_length_is_refused(web: WebProcess, kind: str) -> None:
    """400 or 501, the connection is closed, and the request in the body is not answered."""
    length = len(HIDDEN.replace("{key}", web.key))
    answer = ask(web, AMBIGUOUS[kind].replace("{length}", str(length)), HIDDEN)
    assert answer.split(b" ")[1] in (b"400", b"501"), answer
    assert answer.count(b"HTTP/1.1 ") == 1
    web.assert_serves()


@pytest.mark.parametrize("kind", CHUNKS)
def test_a_malformed_chunk_ends_the_connection(web: WebProcess, kind: str) -> None:
    """What follows it is no request."""
    answer = ask(web, "Transfer-Encoding: chunked\r\n", CHUNKS[kind] + HIDDEN)
    assert b"queueSlots" not in answer
    assert b" 200 " not in answer.split(b"\r\n", 1)[0]
    web.assert_serves()


def test_a_length_beside_chunks_does_not_count(web: WebProcess) -> None:
    """As the standard has it: the chunks are the body; what follows them is not part of it, and
    the request that the shorter length would show is not answered."""
    headers = "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"
    chunk = f"{len(HIDDEN.replace('{key}', web.key)):x}\r\n{HIDDEN}\r\n0\r\n\r\n"
    answer = ask(web, headers, chunk)
    assert b"queueSlots" not in answer
    assert answer.count(b"HTTP/1.1 ") == 1
