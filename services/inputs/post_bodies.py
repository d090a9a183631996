"""The bodies of publish, edit and remove."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from services.inputs.empty_values import StrictModel, without_empty
from services.inputs.field_types import AltTexts, Body, Caption, Lines, Link, Platforms, Text
from services.inputs.labels import Labels

PostType = Literal["video", "photo", "text", "document"]
PublishMode = Literal["draft", "publish_now", "schedule", "next_slot"]
AccountId = Annotated[Text, Field(max_length=200)]
FieldValue = Annotated[Lines, Field(max_length=32_768)]
PlatformFields = Annotated[dict[Text, FieldValue], Field(max_length=100)]
MediaPlace = Annotated[int, Field(ge=0, lt=20)]
MEDIA_FIELDS = ("videoUrl", "photoUrls", "documentUrl")
TARGET_FIELDS = ("platforms", "accountIds")
# An edit that asks for one of these alone, with an empty value, removes what the post has.
CLEARABLE = {
    "caption": str,
    "altTexts": list,
    "platformFields": dict,
    "title": str,
    "versions": dict,
    "thread": list,
    "labels": list,
}
# What a provider gets to see.
CONTENT_FIELDS = (
    *(name for name in CLEARABLE if name != "labels"),
    *MEDIA_FIELDS,
    *TARGET_FIELDS,
)
CHANGES = (*CONTENT_FIELDS, "labels", "mode", "scheduledAt")
EXAMPLES: JsonDict = {
    "publish": [
        {
            "postType": "video",
            "caption": "Watch it rise",
            "videoUrl": "https://cdn.example.com/loaf.mp4",
            "platforms": ["youtube", "facebook"],
            "publishMode": "next_slot",
            "platformFields": {"youtubeFirstComment": "Out of the oven at 8"},
        },
        {
            "postType": "text",
            "caption": "Fresh at 8",
            "platforms": ["facebook"],
            "publishMode": "schedule",
            "scheduledAt": "2030-05-01T10:00:00",
            "timezone": "America/New_York",
        },
        {
            "postType": "text",
            "caption": "Fresh at 8",
            "platforms": ["facebook"],
            "publishMode": "next_slot",
            "slot": "2030-05-01T10:00",
        },
        {
            "postType": "text",
            "caption": "Fresh at 8",
            "platforms": ["facebook"],
            "thread": [{"text": "And challah on Friday"}],
        },
        {
            "postType": "text",
            "caption": "Rye is back. We bake it on Wednesdays and Saturdays.",
            "platforms": ["bluesky", "x"],
            "versions": {"x": {"caption": "Rye is back!"}},
            "labels": ["Rye", "Autumn 2026"],
        },
    ],
    "edit": [
        {"postId": "post_id", "mode": "schedule", "scheduledAt": "2030-05-01T15:00:00.000Z"},
        {"jobId": "job_id", "caption": "Fresh at 9", "version": 3},
        {"postId": "post_id", "platforms": ["x", "facebook"], "versions": {"x": {"caption": "8!"}}},
    ],
    "remove": [{"postId": "post_id"}],
    "swap": [{"with": "other_post_id"}],
    "move": [{"slot": "2030-05-01T15:00:00.000Z"}, {"slot": "2030-05-01T10:00"}],
}


class VersionBody(StrictModel):
    """What is different for one network or account; the rest is the common text.

    `media`: which files, by their place from 0, in the order of this version. `altTexts`: one for
    each photo of this version.
    """

    caption: Caption | None = None
    platformFields: PlatformFields | None = None
    altTexts: AltTexts = None
    media: Annotated[list[MediaPlace], Field(max_length=20)] | None = None


class ThreadItemBody(StrictModel):
    """A text that follows the post, with photos or a video. Without a text it has files."""

    text: Caption = ""
    photoUrls: Annotated[list[Link], Field(max_length=20)] | None = None
    videoUrl: Link | None = None
    altTexts: AltTexts = None


class PublishBody(Body):
    """POST publish: what to post, where, and when. `slot`: with `next_slot`, the slot of the queue
    that it is to have, in place of the next free one."""

    model_config = ConfigDict(json_schema_extra={"examples": EXAMPLES["publish"]})

    postType: PostType
    caption: Caption
    platforms: Platforms | None = None
    accountIds: Annotated[list[AccountId], Field(max_length=50)] | None = None
    publishMode: PublishMode | None = None
    scheduledAt: Annotated[Text, Field(max_length=64)] | None = None
    slot: Annotated[Text, Field(max_length=64)] | None = None
    timezone: str | None = None
    videoUrl: Link | None = None
    photoUrls: Annotated[list[Link], Field(max_length=20)] | None = None
    altTexts: AltTexts = None
    documentUrl: Link | None = None
    platformFields: PlatformFields | None = None
    title: Annotated[Text, Field(max_length=300)] | None = None
    versions: Annotated[dict[Text, VersionBody], Field(max_length=50)] | None = None
    thread: Annotated[list[ThreadItemBody], Field(max_length=25)] | None = None
    labels: Labels | None = None
    sourceVideoId: Annotated[Text, Field(max_length=200)] | None = None
    sourcePlaylistId: Annotated[Text, Field(max_length=200)] | None = None


class EditBody(Body):
    """POST edit: `postId` or `jobId`, and what is to change. `version`: of the post that was read;
    where it is another one by now, nothing changes.

    Each field replaces what the post has, as a whole. `platforms` without `accountIds` keeps the
    named accounts of the networks that stay.

    An empty caption or title, an empty thread, no labels, a list without any alt text, and `{}` for
    platformFields or versions remove what the post has where the request asks for no other change.
    Beside another one they mean "not given", as tools send it that fill in every field.
    """

    model_config = ConfigDict(json_schema_extra={"examples": EXAMPLES["edit"]})

    postId: Text | None = None
    jobId: Text | None = None
    version: Annotated[int, Field(ge=1)] | None = None
    mode: Literal["draft", "schedule"] | None = None
    scheduledAt: Annotated[Text, Field(max_length=64)] | None = None
    caption: Caption | None = None
    platforms: Platforms | None = None
    accountIds: Annotated[list[AccountId], Field(max_length=50)] | None = None
    videoUrl: Link | None = None
    photoUrls: Annotated[list[Link], Field(max_length=20)] | None = None
    altTexts: AltTexts = None
    documentUrl: Link | None = None
    platformFields: PlatformFields | None = None
    title: Annotated[Text, Field(max_length=300)] | None = None
    versions: Annotated[dict[Text, VersionBody], Field(max_length=50)] | None = None
    thread: Annotated[list[ThreadItemBody], Field(max_length=25)] | None = None
    labels: Labels | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_empty_as_not_given(cls, values: Any) -> Any:  # noqa: ANN401  (not validated yet)
        if not isinstance(values, dict):
            return values
        given = without_empty(cls.model_fields, values)
        changes = values.keys() & set(CHANGES)
        for name, kind in CLEARABLE.items():
            if changes == {name} and isinstance(values[name], kind):
                given[name] = values[name]
            elif given.get(name) in ([], {}):
                given[name] = None
        for name in ("photoUrls", *TARGET_FIELDS):
            if given.get(name) == []:
                given[name] = None
        return given


class DuplicateBody(Body):
    """POST posts/{id}/duplicate: files for the copy, where it is not to have those of the post."""

    videoUrl: Link | None = None
    photoUrls: Annotated[list[Link], Field(max_length=20)] | None = None
    altTexts: AltTexts = None
    documentUrl: Link | None = None


class RemoveBody(Body):
    """POST remove: `postId` or `jobId`."""

    model_config = ConfigDict(json_schema_extra={"examples": EXAMPLES["remove"]})

    postId: Text | None = None
    jobId: Text | None = None


class AcknowledgeBody(Body):
    """POST posts/{id}/acknowledge. `by`: who leaves the post as it is."""

    by: Annotated[Text, Field(min_length=1, max_length=200)] | None = None


class MoveBody(Body):
    """POST posts/{id}/move: a slot of the queue, as an instant, or by the wall clock of the
    organization's zone."""

    model_config = ConfigDict(json_schema_extra={"examples": EXAMPLES["move"]})

    slot: Annotated[Text, Field(min_length=1, max_length=64)]


class SwapBody(Body):
    """POST posts/{id}/swap. `with`: the id of the post to exchange the slots with."""

    model_config = ConfigDict(json_schema_extra={"examples": EXAMPLES["swap"]})

    other: Annotated[Text, Field(alias="with", min_length=1, max_length=64)]
