"""Bodies and answers of the operator's calls: organizations."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from services.inputs.empty_values import StrictModel
from services.inputs.field_types import Text

_NAME = "Lantern & Loaf"
_ID = "0197b8e4d2f47c1a9b6e5d3c2a1f0e9d"


class NameBody(StrictModel):
    """A name: of a new organization, or the new one of an organization."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": _NAME}]})

    name: Text


class DeleteBody(StrictModel):
    """`name` must be the organization's name, to confirm. `force`: what may still go out, and
    cannot be taken off, does not hold the deletion up."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": _NAME, "force": False}]})

    name: Text
    force: bool = False


class CreatedAnswer(BaseModel):
    """A new organization; its key is not shown again."""

    id: str = Field(examples=[_ID])
    name: str = Field(examples=[_NAME])
    apiKey: str = Field(examples=["sb_…"])


class OrganizationShown(BaseModel):
    """An organization, as its operator sees it."""

    id: str = Field(examples=[_ID])
    name: str = Field(examples=[_NAME])
    status: Literal["enabled", "disabled", "deleting"]
    createdAt: str = Field(examples=["2026-11-02T09:00:00.000Z"])
    disabledAt: str | None = Field(examples=[None])
    disabledBy: str | None = Field(examples=[None])
    deletionAt: str | None = Field(examples=[None])


class PossiblePublicationShown(BaseModel):
    """A post that its provider may still publish, or may have published unknown to us."""

    postId: str = Field(examples=[_ID])
    platform: str = Field(examples=["linkedin"])
    account: str | None = Field(examples=["Lantern & Loaf"])
    at: str | None = Field(examples=["2026-11-03T18:30:00.000Z"])
    status: str = Field(examples=["scheduled"])
    remoteId: str | None = Field(examples=["S+/p1=="])


class OrganizationAnswer(OrganizationShown):
    """The same, with the number of what may still go out, and the first of them by name."""

    mayGoOut: int = Field(examples=[1])
    mayGoOutPosts: list[PossiblePublicationShown]


class OrganizationsAnswer(BaseModel):
    """All organizations, oldest first."""

    organizations: list[OrganizationShown]
