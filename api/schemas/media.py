"""The answer to POST media."""

from typing import Final

from pydantic import BaseModel, ConfigDict, JsonValue

_EXAMPLE: Final[dict[str, JsonValue]] = {
    "id": "01a1ffe2812f71989636281eb0d02bec",
    "url": "slotbeat://media/01a1ffe2812f71989636281eb0d02bec",
    "name": "clip.mp4",
    "contentType": "video/mp4",
    "size": 5242880,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "createdAt": "2026-05-01T10:00:00.000Z",
    "expiresAt": "2026-05-08T10:00:00.000Z",
}


class MediaShown(BaseModel):
    """A file of the organization's own. `url` goes where posts name their media; `size` in bytes.

    A file that no post was made with by `expiresAt` is deleted.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: str
    url: str
    name: str
    contentType: str
    size: int
    sha256: str
    createdAt: str
    expiresAt: str


class MediaAnswer(BaseModel):
    """The answer to POST media."""

    media: MediaShown


class MediaGone(BaseModel):
    """The answer to DELETE media/{id}."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"media": {"id": _EXAMPLE["id"]}}]})

    media: dict[str, str]
