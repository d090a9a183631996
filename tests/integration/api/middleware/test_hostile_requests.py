"""Hostile requests to every operation are answered with a 4xx in the error shape."""

import json
import logging
import re
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.middleware.body_limit import MAX_JSON_BYTES
from tests.integration.live_server import OPERATOR, ApiServer, OrganizationClient, expect_error
from tests.wait import wait_until

JSON = {"Content-Type": "application/json"}
BODIES: dict[str, tuple[bytes, dict[str, str]]] = {
    "broken": (b'{"a": ', JSON),
    "deep": (b"[" * 100_000 + b"]" * 100_000, JSON),
    "deep object": (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, JSON),
    "long integer": (b'{"a": ' + b"1" * 10_000 + b"}", JSON),
    "infinite": (b'{"a": 1e400}', JSON),
    "NaN": (b'{"a": NaN}', JSON),
    "NUL": (rb'{"organizationId": "\u0000", "caption": "\u0000"}', JSON),
    "surrogate": (rb'{"organizationId": "\ud800"}', JSON),
    "surrogate name": (rb'{"\udfff": 1}', JSON),
    "not UTF-8": (b'{"a": "\xff"}', JSON),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), JSON),
    "twice": (b'{"a": 1, "a": 2}', JSON),
    "array": (b"[1]", JSON),
    "text": (b'"text"', JSON),
    "number": (b"7", JSON),
    "form": (b"a=1", {"Content-Type": "application/x-www-form-urlencoded"}),
    "no type": (b"{}", {"Content-Type": ""}),
    "zipped": (b"\x1f\x8b\x08\x00", {**JSON, "Content-Encoding": "gzip"}),
    "too large": (b'{"a": "' + b"x" * MAX_JSON_BYTES + b'"}', JSON),
}
TOO_LARGE, UNKNOWN_KIND = {"too large"}, {"form", "no type"}
FILES = ("/media", "/import")


@pytest.fixture(scope="module")
def paths(sqlite_api: ApiServer) -> dict[str, list[str]]:
    """The methods of every path under the prefix, with ids filled in."""
    told = sqlite_api.http.get("/openapi.json").json()["paths"]
    found = {path: [each.upper() for each in item] for path, item in told.items()}
    return {re.sub(r"\{\w+\}", "0" * 32, path): each for path, each in found.items()}


def short(path: str) -> str:
    """A path without the prefix."""
    return path.removeprefix("/api/organizations/social-posts")


@pytest.mark.parametrize("kind", BODIES)
def test_a_bad_body_is_refused_by_every_operation(
    organization: OrganizationClient, paths: dict[str, list[str]], kind: str
) -> None:
    """Every route answers 400, 413 or 415 in the error shape, before the key is checked."""
    content, headers = BODIES[kind]
    status = 413 if kind in TOO_LARGE else 415 if kind in UNKNOWN_KIND else 400
    code = {400: "INVALID_INPUT", 413: "PAYLOAD_TOO_LARGE", 415: "UNSUPPORTED_MEDIA_TYPE"}[status]
    for path, methods in paths.items():
        for method in {"POST", "PUT", "DELETE"} & set(methods):
            if short(path) not in FILES:
                sent = {"content": content, "headers": headers}
                expect_error(organization.call(method, short(path), **sent), status, code)


def test_a_body_that_a_route_needs_must_be_there(
    organization: OrganizationClient, paths: dict[str, list[str]]
) -> None:
    """An empty body, white space and null are 400 where a body is required, never a 5xx."""
    for path, methods in paths.items():
        for method in {"POST", "PUT"} & set(methods):
            for content in (b"", b" ", b"null", b"{}"):
                answer = organization.call(method, short(path), content=content, headers=JSON)
                assert answer.status_code < 500, (method, path, content, answer.text)
    for needed in ("/publish", "/edit", "/remove", "/connect", "/webhooks"):
        for content in (b"", b"null"):
            answer = organization.call("POST", needed, content=content, headers=JSON)
            expect_error(answer, 400, "INVALID_INPUT")


@pytest.mark.parametrize("bad", ["a%00b", "%ED%A0%80"])
def test_a_bad_text_in_an_address_is_refused(any_api: ApiServer, bad: str) -> None:
    """NUL, unpaired surrogates and invalid UTF-8 in any query or path do not reach the database."""
    organization = any_api.create_organization()
    told = any_api.http.get("/openapi.json").json()["paths"]
    for path, item in told.items():
        for method, operation in item.items():
            answers = [_call(organization, method, re.sub(r"\{\w+\}", bad, path))]
            for each in operation.get("parameters", []):
                if each["in"] == "query":
                    filled = re.sub(r"\{\w+\}", "0", path)
                    answers.append(_call(organization, method, f"{filled}?{each['name']}={bad}"))
            for answer in answers if "{" in path else answers[1:]:
                expect_error(answer, 400, "INVALID_INPUT")


def _call(organization: OrganizationClient, method: str, path: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {organization.key}"}
    return organization.api.http.request(method.upper(), path, headers=headers)


@pytest.mark.parametrize("id_", ["", "x" * 5_000, "' OR 1=1 --", "😀", "1e9"])
def test_a_strange_text_in_an_address_is_no_failure(any_api: ApiServer, id_: str) -> None:
    """Strange ids and parameters get a 4xx or an answer, never a 5xx."""
    organization = any_api.create_organization()
    told = any_api.http.get("/openapi.json").json()["paths"]
    for path, item in told.items():
        for method, operation in item.items():
            names = [
                each["name"] for each in operation.get("parameters", []) if each["in"] == "query"
            ]
            filled = short(re.sub(r"\{\w+\}", lambda _: id_ or "%20", path))
            if path == "/readyz":
                continue
            for name in [*names, "unknown"]:
                answer = organization.call(method.upper(), filled, params={name: id_})
                assert answer.status_code < 500, (method, path, name, answer.text)


@pytest.mark.parametrize("token", ["é", "\xff", "x" * 5_000, "sb\tx"])
def test_a_strange_key_is_no_failure(sqlite_api: ApiServer, token: str) -> None:
    """Any strange Authorization header: 401 or 400."""
    headers = {b"Authorization": b"Bearer " + token.encode("latin-1")}
    answer = sqlite_api.http.get("/api/organizations/social-posts/settings", headers=headers)
    assert answer.status_code in (400, 401), answer.text
    both = {**headers, b"Prefer": b"wait=\xff", b"Idempotency-Key": b"\xe9"}
    assert sqlite_api.http.get("/healthz", headers=both).status_code == 200


def test_a_body_that_never_ends_is_cut_off(organization: OrganizationClient) -> None:
    """Chunks without a Content-Length: 413 after 1 MiB, and the caller can read the answer."""
    sent = 0

    def chunks() -> Iterator[bytes]:
        nonlocal sent
        while sent < 8 << 20:
            sent += 65_536
            yield b" " * 65_536

    answer = organization.call("POST", "/publish", content=chunks(), headers=JSON)
    expect_error(answer, 413, "PAYLOAD_TOO_LARGE")
    assert answer.headers["connection"] == "close"
    assert organization.posts() == []


def test_numbers_that_no_database_takes_are_refused(any_organization: OrganizationClient) -> None:
    """The largest numbers that JSON allows, in every field that takes a number or a text."""
    told = any_organization.api.http.get("/openapi.json").json()
    for path, item in told["paths"].items():
        for method, operation in item.items():
            content = operation.get("requestBody", {}).get("content", {})
            for body in _with_numbers(content.get("application/json", {}), told):
                filled = short(re.sub(r"\{\w+\}", "0" * 32, path))
                answer = any_organization.call(method.upper(), filled, json=body)
                assert answer.status_code < 500, (path, body, answer.text)


def _with_numbers(content: dict[str, Any], told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Bodies in which one field is a huge number."""
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    schema = told["components"]["schemas"].get(name, {})
    good = (schema.get("examples") or [{}])[0]
    for field in schema.get("properties", {}):
        for value in (10**99, -(10**99), 2**63, 1e300, [10**99], {"a": 10**99}):
            yield {**good, field: value}


def test_who_hangs_up_leaves_no_traceback(
    organization: OrganizationClient, caplog: pytest.LogCaptureFixture
) -> None:
    """A caller that disconnects during its body, or before its answer, is no error, and what it
    asked for may be done or not."""
    address = organization.api.http.base_url
    body = json.dumps({"postType": "text", "caption": "x", "platforms": ["x"]}).encode()
    with caplog.at_level(logging.INFO):
        for path in ("/publish", "/media", "/import"):
            for sent, length in ((body[:5], len(body)), (body, len(body))):
                head = (
                    f"POST /api/organizations/social-posts{path} HTTP/1.1\r\nHost: x\r\n"
                    f"Authorization: Bearer {organization.key}\r\n"
                    f"Idempotency-Key: {path}{len(sent)}\r\n"
                    f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
                ).encode()
                with socket.create_connection((address.host, address.port or 0)) as caller:
                    caller.sendall(head + sent)
        wait_until(
            lambda: sum("POST " in each.getMessage() for each in caplog.records) == 6, 10, "the log"
        )
    assert len(organization.posts()) <= 1
    assert [each.getMessage() for each in caplog.records if each.exc_info] == []
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]


def test_the_operator_is_told_the_same(sqlite_api: ApiServer) -> None:
    """A bad organizationId from the operator is a 4xx too, in the query and in the body."""
    headers = {"Authorization": f"Bearer {OPERATOR}"}
    strange: list[Any] = ["x" * 10_000, "🙂", "0" * 32, ["a"], 10**50, {}, True]
    for bad in strange:
        url = "/api/organizations/social-posts/settings"
        answer = sqlite_api.http.put(url, headers=headers, json={"organizationId": bad})
        assert 400 <= answer.status_code < 500, answer.text
