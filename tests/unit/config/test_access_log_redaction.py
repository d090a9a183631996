"""The web server's access log has no tokens of URLs."""

import logging

import pytest

from config.logging_setup import redact_access_log

LINE = '%s - "%s %s HTTP/%s" %d'


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/a/calendar.ics?token=sbf_secret", "/a/calendar.ics?token=…"),
        ("/a/calendar.ics?x=1&token=sbf_secret&y=2", "/a/calendar.ics?x=1&token=…&y=2"),
        ("/a/calendar.ics?Token=sbf_secret", "/a/calendar.ics?Token=…"),
        ("/a/calendar.ics?%74oken=sbf_secret", "/a/calendar.ics?%74oken=…"),
        ("/a/calendar.ics?token=sbf_secret%20more", "/a/calendar.ics?token=…"),
        ("/a/posts?limit=5&cursor=abc", "/a/posts?limit=5&cursor=abc"),
        ("/a/posts", "/a/posts"),
        ("/connect/callback?user_login=a&password=b%20c", "/connect/callback?…"),
    ],
)
def test_a_token_in_an_address_is_not_written(
    path: str, shown: str, caplog: pytest.LogCaptureFixture
) -> None:
    """However the parameter is written, its value is hidden, and the rest stays."""
    redact_access_log()
    with caplog.at_level(logging.INFO, logger="uvicorn.access"):
        logging.getLogger("uvicorn.access").info(LINE, "127.0.0.1:1", "GET", path, "1.1", 200)
    assert caplog.messages == [f'127.0.0.1:1 - "GET {shown} HTTP/1.1" 200']


def test_hiding_twice_is_hiding_once() -> None:
    """Each process configures logging more than once; the filter is added once."""
    redact_access_log()
    count = len(logging.getLogger("uvicorn.access").filters)
    redact_access_log()
    assert len(logging.getLogger("uvicorn.access").filters) == count
