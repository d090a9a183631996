"""What browsers are told where the site is reached by https."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.public_urls import API_PREFIX
from tests.integration.live_server import ApiServer, run_api
from tests.integration.ui.browser_client import HTML
from ui.sign_in.session import COOKIE_NAME

HTTPS = {"X-Forwarded-Proto": "https"}


@pytest.fixture
def https_api(tmp_path: Path) -> Iterator[ApiServer]:
    """The API behind a proxy that ends https; uvicorn trusts it by its address."""
    url = f"sqlite:///{tmp_path / 'slotbeat.db'}"
    with run_api(url, hsts_seconds=86_400) as api:
        yield api


def test_the_session_cookie_is_bound_to_the_host(https_api: ApiServer) -> None:
    """By https its name begins with `__Host-`, so that no other site of the domain can set it; one
    without the prefix opens nothing there."""
    organization, http = https_api.create_organization(), https_api.http
    headers = {**HTTPS, "Sec-Fetch-Site": "same-origin"}
    signed_in = http.post("/sign-in", data={"key": organization.key}, headers=headers)
    name, _, rest = signed_in.headers["set-cookie"].partition("=")
    attributes = set(rest.split("; ")[1:])
    assert name == f"__Host-{COOKIE_NAME}"
    assert {"Secure", "HttpOnly", "Path=/"} <= attributes
    assert not [each for each in attributes if each.startswith("Domain")]
    value, page = rest.partition(";")[0], signed_in.headers["location"]
    http.cookies.clear()
    for cookie, status in ((name, 200), (COOKIE_NAME, 303)):
        answer = http.get(page, headers={**HTTPS, **HTML, "Cookie": f"{cookie}={value}"})
        assert answer.status_code == status
        http.cookies.clear()


def test_browsers_are_told_to_use_https_alone(https_api: ApiServer) -> None:
    """With SLOTBEAT_HSTS_SECONDS, on pages and on the API's answers."""
    for path in ("/sign-in", "/nowhere", f"{API_PREFIX}/settings", "/healthz"):
        answer = https_api.http.get(path, headers={**HTTPS, **HTML})
        assert answer.headers["strict-transport-security"] == "max-age=86400"
