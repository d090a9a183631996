"""Refusals of use cases as HTTP answers."""

import json

import pytest

from api.errors import STATUS_OF, ApiError, error_response, status_of
from services import errors
from services.errors import POSTING_DISABLED, FieldError, ServiceError

BAD_CAPTION = FieldError(field="caption", message="must not be empty")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.ValidationFailed(BAD_CAPTION), 400, "INVALID_INPUT"),
        (errors.PostingDisabled(), 403, "FORBIDDEN"),
        (errors.NotFound("no"), 404, "NOT_FOUND"),
        (errors.Conflict("no"), 409, "CONFLICT"),
        (errors.FileTooLarge("no"), 413, "PAYLOAD_TOO_LARGE"),
        (errors.PublicationFailed("no"), 502, "PROVIDER_ERROR"),
        (errors.StorageDown("no"), 503, "UNAVAILABLE"),
        (ApiError(401, "no"), 401, "UNAUTHORIZED"),
    ],
)
def test_each_refusal_has_its_status_and_code(
    error: ApiError | ServiceError, status: int, code: str
) -> None:
    """The contract's numbers, and the code beside them."""
    response = error_response(error)
    body = json.loads(bytes(response.body))
    assert (status_of(error), response.status_code, body["status"]) == (status,) * 3
    assert (body["code"], body["message"]) == (code, error.message)


def test_every_refusal_has_a_status() -> None:
    """A class that is added and not mapped is found here."""
    assert set(STATUS_OF) == set(ServiceError.__subclasses__())


def test_a_subclass_answers_as_its_base() -> None:
    """A finer class of a refusal needs no entry of its own."""

    class Finer(errors.Conflict):
        pass

    assert status_of(Finer("no")) == 409


def test_details_name_the_fields() -> None:
    """The message joins them; other refusals have none."""
    body = json.loads(bytes(error_response(errors.ValidationFailed(BAD_CAPTION)).body))
    assert body["message"] == "caption: must not be empty"
    assert body["details"] == [BAD_CAPTION]
    disabled = json.loads(bytes(error_response(errors.PostingDisabled()).body))
    assert disabled["message"] == POSTING_DISABLED
    assert "details" not in disabled


def test_many_problems_are_the_first_ones_and_a_count() -> None:
    """50 at most in `details`, a few in the message, and no name of a field is endless: an answer
    is not many times as large as its request."""
    problems = [FieldError(field=f"a{number}", message="is wrong") for number in range(1_000)]
    body = json.loads(bytes(error_response(errors.ValidationFailed(*problems)).body))
    assert len(body["details"]) == errors.MAX_PROBLEMS
    assert body["details"][:49] == problems[:49]
    assert body["details"][-1] == {"field": "body", "message": "has 951 more problems"}
    assert body["message"] == (
        "a0: is wrong; a1: is wrong; a2: is wrong; a3: is wrong; a4: is wrong; and more problems"
    )
    unknown = {"type": "extra_forbidden", "loc": ("body", "x" * 100_000), "msg": "", "input": 1}
    (named, *_) = errors.field_errors([unknown] * 1_000)
    assert len(named["field"]) <= errors.MAX_FIELD_NAME
