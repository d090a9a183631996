"""What the client sends, and where: ids, credentials, pages, and the state that it must check."""

import math
from typing import Any

import httpx
import pytest

from provider.errors import OutcomeUnknown, ProviderError, Retry, RetryAfter
from provider.protocol import FileSpec, RemoteStage, UploadRequest
from provider.swonkie.list_calls import READ_TRIES
from tests.unit.provider.swonkie.fake_swonkie import (
    API_ID,
    API_KEY,
    BASE,
    DRAFT,
    call_swonkie,
    raise_error,
    respond_with,
)

ID = "S+/w?#%=="
QUOTED = b"S%2B%2Fw%3F%23%25%3D%3D"
LINK = "https://blob.test/u?sig=do-not-show"
POST = {"id": ID, "stage": "PUBLISHING"}


class ScriptedServer:
    """A server that sends its responses in turn, the last one for ever, and records the
    requests."""

    def __init__(self, *answers: Any) -> None:  # noqa: ANN401
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The next response, a status with a JSON body, or 200 with this one."""
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, httpx.Response):
            return answer
        if isinstance(answer, int):
            return httpx.Response(answer, json={"message": "no"})
        return httpx.Response(200, json=answer)

    @property
    def paths(self) -> list[bytes]:
        """The paths as they were sent."""
        return [request.url.raw_path for request in self.requests]


def test_ids_travel_percent_encoded() -> None:
    """Base64 in a path keeps its `+`, `/` and `=`, on every call with an id."""
    script = ScriptedServer({**POST, "status": "SUCCESS"})
    call_swonkie(script, lambda swonkie: swonkie.get(ID))
    call_swonkie(script, lambda swonkie: swonkie.publish_now(ID, DRAFT, held_until=math.inf))
    call_swonkie(script, lambda swonkie: swonkie.delete(ID))
    call_swonkie(script, lambda swonkie: swonkie.readiness(ID))
    call_swonkie(script, lambda swonkie: swonkie.confirm_upload(ID))
    posts, files = b"/v2/posts/" + QUOTED, b"/v2/media/" + QUOTED
    assert script.paths == [posts, posts + b"/stage/publishNow", posts, files, files]


def test_every_call_carries_the_credentials() -> None:
    """Both headers, on each call of the API."""
    script = ScriptedServer([])
    call_swonkie(script, lambda swonkie: swonkie.profiles())
    headers = script.requests[0].headers
    assert (headers["X-API-ID"], headers["X-API-KEY"]) == (API_ID, API_KEY)


def test_the_credentials_are_in_no_message() -> None:
    """No error shows the credentials, or the host that they were sent to."""
    for server in (
        raise_error(httpx.ReadTimeout),
        *map(respond_with, [302, 400, 401, 403, 409, 429, 500]),
    ):
        with pytest.raises(ProviderError) as caught:
            call_swonkie(server, lambda swonkie: swonkie.create(DRAFT))
        text = f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"
        assert not [secret for secret in (API_ID, API_KEY, BASE) if secret in text]


def test_an_upload_is_data() -> None:
    """The call announces a POST_MEDIA; the response says where and how to send the bytes."""
    script = ScriptedServer({"mediaId": "m", "uploadUrl": LINK})
    found = call_swonkie(script, lambda it: it.begin_upload(FileSpec("a.jpg", "image/jpeg", 3)))
    assert script.requests[0].content == b'{"destinationType":"POST_MEDIA","name":"a.jpg"}'
    headers = {"x-ms-blob-type": "BlockBlob", "Content-Type": "image/jpeg"}
    assert found == UploadRequest("PUT", LINK, headers, media_id="m")


def test_a_reconcile_reads_all_pages() -> None:
    """The cursor is followed to the end, with the filter on every page. Then the pages before the
    last one are read again: a deletion may have moved a post to them."""
    mine = {"id": "p", "stage": "DRAFT", "briefing": {"markdown": DRAFT.marker}}
    other = {
        "id": "q",
        "stage": "DRAFT",
        "profiles": [{"id": DRAFT.profile_id}],
        "briefing": {"markdown": DRAFT.marker + "1"},
    }
    first, last = {"data": [other], "nextCursor": "7"}, {"data": [mine], "nextCursor": None}
    script = ScriptedServer(first, last, first)
    found = call_swonkie(script, lambda swonkie: swonkie.find(DRAFT))
    assert [post.id for post in found] == ["p"]
    assert [dict(request.url.params) for request in script.requests] == [
        {"profileIds": DRAFT.profile_id},
        {"profileIds": DRAFT.profile_id, "cursor": "7"},
        {"profileIds": DRAFT.profile_id},
    ]


@pytest.mark.parametrize("end", [{"nextCursor": None}, {"total": 1}, {"hasMore": False}, {}])
def test_a_list_of_one_page_is_read_once(end: dict[str, Any]) -> None:
    """One call, where the page says that the list ends, or is plainly not full."""
    mine = {"id": "p", "stage": "DRAFT", "briefing": {"markdown": DRAFT.marker}}
    script = ScriptedServer({"data": [mine], **end})
    assert [post.id for post in call_swonkie(script, lambda it: it.find(DRAFT))] == ["p"]
    assert len(script.requests) == 1


def test_a_list_without_end_is_no_answer() -> None:
    """A cursor that never ends raises, because "not there" would be wrong."""
    with pytest.raises(OutcomeUnknown):
        call_swonkie(
            respond_with(200, json={"data": [], "nextCursor": "7"}), lambda it: it.find(DRAFT)
        )


def test_a_transition_must_leave_a_trace() -> None:
    """`success: true` counts only if the post shows it."""
    for stage, legal in (("PUBLISHING", True), ("DRAFT", False)):
        script = ScriptedServer({"success": True}, {"id": ID, "stage": stage})
        if legal:
            assert (
                call_swonkie(
                    script, lambda it: it.publish_now(ID, DRAFT, held_until=math.inf)
                ).stage
                is RemoteStage.PUBLISHING
            )
        else:
            with pytest.raises(OutcomeUnknown):
                call_swonkie(script, lambda it: it.publish_now(ID, DRAFT, held_until=math.inf))


@pytest.mark.parametrize("status", [401, 404, 429, 500])
def test_a_transition_that_was_accepted_is_never_called_undone(status: int) -> None:
    """If only the read after `success: true` fails, the transition may have happened."""
    with pytest.raises(OutcomeUnknown):
        call_swonkie(
            ScriptedServer({"success": True}, status),
            lambda swonkie: swonkie.publish_now(ID, DRAFT, held_until=math.inf),
        )


FIRST_PAGE = {"data": [{"id": "p"}], "nextCursor": "7"}
LAST_PAGE = {"data": [{"id": "q"}]}


@pytest.mark.parametrize("failures", [READ_TRIES - 1, READ_TRIES])
def test_a_page_that_fails_is_asked_again(failures: int) -> None:
    """Not the first page, which shows an outage; and not for ever."""
    script = ScriptedServer(FIRST_PAGE, *[500] * failures, LAST_PAGE, FIRST_PAGE)
    if failures < READ_TRIES:
        assert len(call_swonkie(script, lambda it: it.profiles())) == 2
        assert len(script.requests) == 3 + failures
    else:
        with pytest.raises(Retry):
            call_swonkie(script, lambda it: it.profiles())
        assert len(script.requests) == 1 + READ_TRIES


@pytest.mark.parametrize("seconds", [0, 3600])
def test_a_long_reading_waits_for_a_busy_provider_but_not_long(seconds: int) -> None:
    """It goes on at the page that got the 429; a long wait ends it, and blocks the connection."""
    busy = [httpx.Response(429, headers={"Retry-After": str(seconds)}) for _ in range(2)]
    script = ScriptedServer(FIRST_PAGE, busy[0], LAST_PAGE, busy[1], FIRST_PAGE)
    if seconds:
        with pytest.raises(RetryAfter):
            call_swonkie(script, lambda it: it.profiles())
    else:
        assert len(call_swonkie(script, lambda it: it.profiles())) == 2
    assert len(script.requests) == (2 if seconds else 5)
