"""The documented shapes of the contract's answers, field by field."""

import re
from typing import Any

import httpx

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
TEXT, FLAG, NUMBER, TEXT_OR_NULL, INSTANT_OR_NULL, LIST = (
    "text", "flag", "number", "text or null", "instant or null", "list",
)  # fmt: skip
Shape = dict[str, Any]

SETTINGS: Shape = {
    "isEnabled": FLAG,
    "approveApiPosts": FLAG,
    "defaultTimezone": TEXT,
    "defaultPlatforms": [TEXT],
    "queueSlots": [{"dayOfWeek": NUMBER, "time": TEXT}],
    "maxPostsPerSlot": NUMBER,
    "maxShortsOfSameVideo": NUMBER,
    "maxShortsPerWeek": NUMBER,
    "minimumVideoDurationSeconds": NUMBER,
    "processOnlyPlaylistId": TEXT_OR_NULL,
}
PROFILE: Shape = {
    "connected": FLAG,
    "profileId": TEXT_OR_NULL,
    "connectedAccounts": [TEXT],
    "accountLinks": [{"accountId": TEXT, "platform": TEXT}],
}
CONNECT: Shape = {"access_url": TEXT, "platform": TEXT, "profileId": TEXT}
NEXT_SLOT: Shape = {"timezone": TEXT, "nextSlot": INSTANT_OR_NULL, "nextSlots": [INSTANT_OR_NULL]}
POST: Shape = {
    "id": TEXT,
    "status": TEXT,
    "title": TEXT_OR_NULL,
    "caption": TEXT,
    "platforms": [TEXT],
    "createdAt": INSTANT_OR_NULL,
    "scheduledFor": INSTANT_OR_NULL,
    "providerJobId": TEXT_OR_NULL,
    "previewUrl": TEXT_OR_NULL,
    "thumbnailUrl": TEXT_OR_NULL,
    "providerError": TEXT_OR_NULL,
    "providerPlatforms": LIST,
    "providerLastEvent": TEXT_OR_NULL,
    "isPublishedOnPlatform": FLAG,
}
POSTS: Shape = {"posts": [POST]}
PUBLISHED: Shape = {
    "socialPost": {
        "id": TEXT,
        "status": TEXT,
        "providerJobId": TEXT,
        "scheduledFor": INSTANT_OR_NULL,
    },
    "providerPostId": TEXT,
}
CHANGED: Shape = {"post": {"id": TEXT, "status": TEXT, "scheduledFor": INSTANT_OR_NULL}}


def expect_success(answer: httpx.Response, shape: Shape) -> Any:  # noqa: ANN401
    """Assert that an answer is a success with this shape; returns its body. Further fields are
    allowed."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    check_shape(body, shape, "answer")
    return body


def check_shape(value: object, shape: object, where: str) -> None:
    """Assert that a value has the documented type, with all fields below it."""
    if isinstance(shape, dict):
        assert isinstance(value, dict), where
        for name, part in shape.items():
            assert name in value, f"{where}.{name} is missing"
            check_shape(value[name], part, f"{where}.{name}")
    elif isinstance(shape, list):
        assert isinstance(value, list), where
        for index, each in enumerate(value):
            check_shape(each, shape[0], f"{where}[{index}]")
    else:
        assert _has_type(str(shape), value), f"{where} is {value!r}, not {shape}"


def _has_type(kind: str, value: object) -> bool:
    if kind == INSTANT_OR_NULL:
        return value is None or (isinstance(value, str) and bool(INSTANT.fullmatch(value)))
    if kind == TEXT_OR_NULL:
        return value is None or isinstance(value, str)
    types: dict[str, type] = {TEXT: str, FLAG: bool, NUMBER: int, LIST: list}
    return type(value) is types[kind]
