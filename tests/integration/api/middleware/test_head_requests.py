"""HEAD is answered wherever GET is, by the API, the pages, the feed and the health checks."""

import re
from collections.abc import Iterator

import httpx
import pytest
from fastapi import APIRouter
from fastapi.routing import iter_route_contexts

import ui
from api.main import ROUTE_MODULES
from api.routes import health, metrics
from services.public_urls import API_PREFIX
from tests.integration.live_server import ApiServer, OrganizationClient
from ui.organization_path import ORGANIZATION_PREFIX

# They differ from one answer to the next.
CHANGING = {"date", "x-request-id", "etag", "content-length", "x-ratelimit-remaining"}
FILE = b"%PDF-1.7\n" + bytes(300_000)


def readable_paths() -> Iterator[str]:
    """Every path of the application that answers GET; a parameter becomes `none`."""
    ours = [(API_PREFIX, module.router) for module in ROUTE_MODULES]
    others = [("", router) for router in (health.router, metrics.router, *ui.OPEN_ROUTERS)]
    pages = [(ORGANIZATION_PREFIX, router) for router in ui.ORGANIZATION_ROUTERS]
    for prefix, router in [*ours, *others, *pages]:
        start = prefix.format(organization="none")
        yield from (start + path for path in get_paths(router))
    yield "/openapi.json"


def get_paths(router: APIRouter) -> Iterator[str]:
    """The paths of a router that answer GET."""
    for each in iter_route_contexts(router.routes):
        if "GET" in (each.methods or ()):
            yield re.sub(r"\{[^}]*\}", "none", each.path or "")


def compare(get: httpx.Response, head: httpx.Response) -> None:
    """Assert that a HEAD was answered as the GET was, without a body."""
    assert head.status_code == get.status_code
    assert head.content == b""
    assert head.headers.keys() == get.headers.keys()
    for name in head.headers.keys() - CHANGING:
        assert head.headers[name] == get.headers[name], name


@pytest.mark.parametrize("path", sorted(set(readable_paths())))
def test_head_is_answered_as_get(sqlite_api: ApiServer, path: str) -> None:
    """A HEAD of any path is answered with the status and the headers of its GET, and no body."""
    headers = {"Authorization": f"Bearer {sqlite_api.create_organization().key}"}
    get, head = (
        sqlite_api.http.request(method, path, headers=headers, follow_redirects=False)
        for method in ("GET", "HEAD")
    )
    assert get.status_code != 405
    compare(get, head)


def test_the_head_of_a_file_names_its_size(organization: OrganizationClient) -> None:
    """HEAD of an uploaded file has the Content-Length and the type of the file."""
    sent = organization.call(
        "POST", "/media", content=FILE, headers={"Content-Type": "application/pdf"}
    )
    path = f"/media/{sent.json()['media']['id']}"
    head = organization.call("HEAD", path)
    compare(organization.call("GET", path), head)
    assert head.headers["content-length"] == str(len(FILE))


def test_head_needs_the_key_that_get_needs(sqlite_api: ApiServer) -> None:
    """HEAD opens nothing that GET does not: without a key it is refused too."""
    path = f"{API_PREFIX}/posts?organizationId=x"
    get, head = (sqlite_api.http.request(method, path) for method in ("GET", "HEAD"))
    assert get.status_code == 401
    compare(get, head)


def test_a_path_without_get_refuses_head(sqlite_api: ApiServer) -> None:
    """HEAD of a path that only takes POST is 405, and Allow does not name it."""
    refused = sqlite_api.http.head(f"{API_PREFIX}/publish")
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


def test_allow_names_head_beside_get(sqlite_api: ApiServer) -> None:
    """The Allow header of a 405 names HEAD where GET is."""
    refused = sqlite_api.http.delete(f"{API_PREFIX}/settings")
    assert refused.headers["allow"] == "GET, HEAD, PUT"
