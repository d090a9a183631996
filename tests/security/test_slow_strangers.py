"""Callers that send or read slowly hold nothing: real web processes, with few descriptors."""

import socket
import time
from pathlib import Path

import httpx
import pytest

from services.public_urls import API_PREFIX
from tests.security.web_process import (
    DESCRIPTORS,
    PATIENCE,
    REQUEST_TIMEOUT,
    WebProcess,
    drip,
    run_web,
)
from tests.wait import wait_until

KEY = "Authorization: Bearer {key}\r\n"
JSON = "Content-Type: application/json\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


def post(path: str, *headers: str) -> str:
    """The head of a POST of 1,000 bytes."""
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n{''.join(headers)}\r\n"


# By what is slow: what is sent at once, what is sent again and again, and the answer's status.
SLOW: dict[str, tuple[str, bytes, bytes]] = {
    "half a line": ("GET /heal", b"", b""),
    "half the headers": ("GET /healthz HTTP/1.1\r\nHost: x\r\nX-", b"x", b""),
    "endless headers": ("GET /healthz HTTP/1.1\r\nHost: x\r\n", b"X-A: b\r\n", b""),
    "nothing": ("", b"", b""),
    "a stranger's JSON": (post(f"{API_PREFIX}/publish", JSON), b" ", b" 400 "),
    "a stranger's file": (post(f"{API_PREFIX}/media"), b"x", b" 400 "),
    "a stranger's form": (post("/o/none/rules/blackouts", FORM), b"a", b" 303 "),
    "signing in": (post("/sign-in", FORM, "Sec-Fetch-Site: same-origin\r\n"), b"a", b" 408 "),
    "a tenant's JSON": (post(f"{API_PREFIX}/publish", JSON, KEY), b" ", b" 408 "),
    "a tenant's import": (
        post(f"{API_PREFIX}/import", "Content-Type: text/csv\r\n", KEY),
        b"x",
        b" 408 ",
    ),
    "a tenant's file": (post(f"{API_PREFIX}/media", KEY), b"x", b" 408 "),
}


@pytest.mark.parametrize("kind", SLOW)
def test_who_sends_slowly_is_cut_off(web: WebProcess, kind: str) -> None:
    """The server itself closes the connection, after an answer if the headers were whole; others
    are answered meanwhile."""
    head, piece, status = SLOW[kind]
    with web.connect() as caller:
        caller.sendall(head.replace("{key}", web.key).encode())
        web.assert_serves()
        answer = drip(caller, piece)
    assert status in answer.split(b"\r\n", 1)[0] + b" "
    assert (b"connection: close" in answer.lower()) is bool(status)


def test_who_does_not_read_an_answer_is_cut_off(web: WebProcess) -> None:
    """A caller that asks for megabytes and reads nothing gives its descriptor back."""
    before = web.count_sockets()
    with web.connect(receive_buffer=4_096) as caller:
        caller.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 60)
        wait_until(lambda: web.count_sockets() > before, 10, "the connection")
        wait_until(lambda: web.count_sockets() <= before, 20, "the end of the connection")
    web.assert_serves()


def test_who_goes_on_is_not_cut_off(web: WebProcess) -> None:
    """A connection may be used again and again, for longer than one request may take: each request
    has a time of its own."""
    ends = time.monotonic() + 2 * REQUEST_TIMEOUT
    with httpx.Client(base_url=f"http://127.0.0.1:{web.port}", timeout=PATIENCE) as caller:
        ports = set()
        while time.monotonic() < ends:
            answer = caller.get("/healthz")
            ports.add(answer.extensions["network_stream"].get_extra_info("client_addr"))
    assert len(ports) == 1


def test_half_requests_shut_nobody_out(tmp_path: Path, sqlite_template: Path) -> None:
    """More of them than there are descriptors, without any deadline for them: others are answered,
    the oldest make place, and the log has one line for all."""
    patient = {"request_timeout": "3600", "stall_timeout": "3600"}
    with run_web(tmp_path, sqlite_template, **patient) as web:
        held: list[socket.socket] = []
        try:
            for number in range(2 * DESCRIPTORS):
                held.append(web.connect())
                held[-1].sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-")
                if number % 64 == 0:
                    web.assert_serves()
            web.assert_serves()
            assert web.count_sockets() < DESCRIPTORS // 2
            assert drip(held[0], b"x") == b""
        finally:
            for each in held:
                each.close()
        lines = web.process.output().splitlines()
    assert sum("waited longest" in each for each in lines) == 1
    assert not [each for each in lines if "Too many open files" in each]
