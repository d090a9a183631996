"""Every request has one line in the log, and an id that all its lines share."""

import logging
from typing import Any

import pytest

from services.public_urls import API_PREFIX
from tests.integration.live_server import OrganizationClient
from tests.wait import wait_until

LOGGER = "api.middleware.access_log"


def lines(caplog: pytest.LogCaptureFixture) -> list[Any]:
    """The requests' lines."""
    return [record for record in caplog.records if record.name == LOGGER]


def some(caplog: pytest.LogCaptureFixture, count: int) -> list[Any]:
    """Wait for so many lines: a response may arrive before its line is written."""
    wait_until(lambda: len(lines(caplog)) >= count, what="the lines of the requests")
    return lines(caplog)


def test_a_request_has_one_line(
    any_organization: OrganizationClient, caplog: pytest.LogCaptureFixture
) -> None:
    """With method, route template, status, duration and organization; without its URL, which may
    contain a token, and without text that the caller chose."""
    with caplog.at_level(logging.INFO, logger=LOGGER):
        any_organization.call("GET", "/posts/0123456789?secret=hush")
        any_organization.api.http.get("/no/such/path?secret=hush")
        found, lost = some(caplog, 2)
    assert found.__dict__["route"] == f"{API_PREFIX}/posts/{{post_id}}"
    assert (found.__dict__["method"], found.__dict__["http_status"]) == ("GET", 404)
    assert found.__dict__["organization"] == any_organization.id
    assert found.__dict__["duration_ms"] >= 0
    assert (lost.__dict__["route"], lost.__dict__["http_status"]) == (None, 404)
    assert "hush" not in caplog.text
    assert "0123456789" not in caplog.text


def test_probes_have_a_line_in_debugging_alone(
    any_organization: OrganizationClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Health checks and scrapes are logged at level DEBUG, so they do not fill the log."""
    with caplog.at_level(logging.DEBUG, logger=LOGGER):
        any_organization.api.http.get("/healthz")
        (line,) = some(caplog, 1)
    assert line.levelno == logging.DEBUG


@pytest.mark.parametrize(
    ("method", "path", "level"),
    [
        ("GET", "/sign-in", logging.DEBUG),
        ("HEAD", "/sign-in", logging.DEBUG),
        ("GET", "/no/such/path", logging.INFO),
        ("POST", "/sign-in", logging.INFO),
    ],
)
def test_polls_of_an_open_page_have_a_line_in_debugging_alone(
    organization: OrganizationClient,
    caplog: pytest.LogCaptureFixture,
    method: str,
    path: str,
    level: int,
) -> None:
    """What a page asks every two seconds is logged at level DEBUG; an error, or a request that
    changes something, keeps its line even with the header of a poll."""
    with caplog.at_level(logging.DEBUG, logger=LOGGER):
        organization.api.http.request(method, path, headers={"X-Poll": "1"})
        (line,) = some(caplog, 1)
    assert line.levelno == level


@pytest.mark.parametrize(
    ("given", "is_taken"),
    [
        ("3f2a9c1e-0000-4d11-8f00-aabbccddeeff", True),
        ("short", False),
        ("x" * 129, False),
        ("two words and more", False),
        ("line\\x1b[2J-break", False),
    ],
)
def test_a_sane_request_id_is_kept(
    any_organization: OrganizationClient, given: str, *, is_taken: bool
) -> None:
    """A proxy's valid id is used; anything else is replaced by a new id."""
    answer = any_organization.api.http.get("/healthz", headers={"X-Request-Id": given})
    assert (answer.headers["x-request-id"] == given) is is_taken
    assert len(answer.headers["x-request-id"]) >= 8
