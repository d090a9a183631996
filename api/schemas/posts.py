"""The bodies of publish, edit and remove."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import Body, Caption, Link, Platforms, Text

PostType = Literal["video", "photo", "text", "document"]
PublishMode = Literal["draft", "publish_now", "schedule", "next_slot"]


class PublishBody(Body):
    """POST publish."""

    postType: PostType
    caption: Caption
    platforms: Platforms | None = None
    publishMode: PublishMode | None = None
    scheduledAt: Annotated[Text, Field(max_length=64)] | None = None
    timezone: str | None = None
    videoUrl: Link | None = None
    photoUrls: Annotated[list[Link], Field(max_length=20)] | None = None
    documentUrl: Link | None = None
    platformFields: Annotated[dict[Text, Text], Field(max_length=100)] | None = None
    sourceVideoId: Annotated[Text, Field(min_length=1, max_length=200)] | None = None


class EditBody(Body):
    """POST edit: `postId` or `jobId`, and what is to change."""

    postId: Text | None = None
    jobId: Text | None = None
    mode: Literal["draft", "schedule"] | None = None
    scheduledAt: Annotated[Text, Field(max_length=64)] | None = None
    caption: Caption | None = None


class RemoveBody(Body):
    """POST remove: `postId` or `jobId`."""

    postId: Text | None = None
    jobId: Text | None = None
