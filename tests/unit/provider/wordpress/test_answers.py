"""Answers, and the errors that they mean: by the code in the body, where the status lies."""

import httpx
import pytest

from provider.errors import (
    GiveUp,
    OutcomeUnknown,
    ProviderError,
    Reconnect,
    RestartUpload,
    Retry,
    RetryAfter,
)
from provider.wordpress.answers import Answer, read_answer, to_provider_error
from tests.unit.provider.wordpress.scripted_site import HTML, ok, refuse


def read(response: httpx.Response) -> Answer:
    """The answer in a response, whose message needs no cleaning."""
    return read_answer(response, str)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "rest_invalid_param", GiveUp),
        (400, "empty_content", GiveUp),
        (401, "rest_not_logged_in", Reconnect),
        (401, "rest_cannot_create", Reconnect),
        (401, "incorrect_password", Reconnect),
        (403, "rest_cannot_create", Reconnect),
        (403, "rest_cannot_publish", Reconnect),
        (403, "rest_forbidden_context", Reconnect),
        (403, "rest_cannot_edit", GiveUp),
        (403, "rest_cannot_assign_term", GiveUp),
        (404, "rest_post_invalid_id", GiveUp),
        (404, "rest_no_route", Retry),
        (412, "rest_upload_hash_mismatch", RestartUpload),
        (429, "too_many_requests", RetryAfter),
        (500, "rest_upload_sideload_error", GiveUp),
        (500, "rest_upload_unknown_error", GiveUp),
    ],
)
@pytest.mark.parametrize("repeatable", [True, False])
def test_a_refusal_is_sorted_by_its_code(
    status: int, code: str, kind: type[ProviderError], *, repeatable: bool
) -> None:
    """Each refusal is the same error whether the call may be repeated or not: it did nothing."""
    error = to_provider_error(read(refuse(status, code)), repeatable=repeatable)
    assert type(error) is kind
    assert error.http_status == status


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(200, html=HTML),
        httpx.Response(200, text='<b>Notice</b>: undefined index{"id": 7, "status": "draft"}'),
        httpx.Response(200, json="OK"),
        refuse(200, "rest_post_invalid_id"),
        httpx.Response(301, headers={"Location": "https://elsewhere.test"}),
        httpx.Response(401, html=HTML),
        httpx.Response(403, html=HTML),
        httpx.Response(404, html=HTML),
        httpx.Response(404, json={"error": "no such upstream"}),
        httpx.Response(403, json={"code": "blocked", "message": "by the firewall"}),
        httpx.Response(500, html=HTML),
        refuse(500, "internal_server_error"),
        refuse(500, "db_insert_error"),
        httpx.Response(503, html=HTML, headers={"Retry-After": "600"}),
    ],
)
def test_what_is_no_answer_of_the_api_proves_nothing(response: httpx.Response) -> None:
    """It is no success, and in doubt if the call must not be repeated, whatever its status is."""
    answer = read(response)
    assert not answer.is_success
    assert not answer.refuses_password
    assert type(to_provider_error(answer, repeatable=True)) is Retry
    assert type(to_provider_error(answer, repeatable=False)) is OutcomeUnknown


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_parameter_is_a_refusal(status: int) -> None:
    """Without rights, the list of drafts is an invalid parameter: the reason behind it counts."""
    reason = {"code": "rest_forbidden_status", "message": "No", "data": {"status": status}}
    answer = read(refuse(400, "rest_invalid_param", details={"status": reason, "page": None}))
    assert answer.refuses_password is (status == 401)
    error = to_provider_error(answer, repeatable=True)
    assert type(error) is Reconnect
    assert error.http_status == status


def test_a_busy_host_says_how_long() -> None:
    """A 429 is a RetryAfter, also as HTML; without a header it is a short one."""
    named = httpx.Response(429, html=HTML, headers={"Retry-After": "40"})
    for response, seconds in ((named, 40), (httpx.Response(429, html=HTML), 10)):
        error = to_provider_error(read(response), repeatable=False)
        assert isinstance(error, RetryAfter)
        assert error.seconds == seconds


def test_a_file_that_the_host_does_not_take() -> None:
    """A 413 of the host's server is final, though it is HTML."""
    error = to_provider_error(read(httpx.Response(413, html=HTML)), repeatable=False)
    assert type(error) is GiveUp


def test_a_list_says_how_long_it_is() -> None:
    """The numbers are those of the headers; without them they are not known."""
    answer = read(ok([], X_WP_Total="101", X_WP_TotalPages="2"))
    assert (answer.is_success, answer.total, answer.pages) == (True, 101, 2)
    assert read(ok([], X_WP_Total="?")).total is None


def test_the_message_names_the_parameters() -> None:
    """A refusal says which of the parameters is wrong."""
    refused = refuse(400, "rest_invalid_param", "Invalid parameter(s): slug", params={"slug": "No"})
    assert "Invalid parameter(s): slug No" in str(to_provider_error(read(refused), repeatable=True))
