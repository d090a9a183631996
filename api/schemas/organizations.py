"""Bodies and answers of the operator's calls: organizations."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from services.inputs.empty_values import StrictModel
from services.inputs.field_types import Text

_NAME = "Lantern & Loaf"


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

    id: str
    name: str = Field(examples=[_NAME])
    apiKey: str


class OrganizationShown(BaseModel):
    """An organization, as its operator sees it."""

    id: str
    name: str = Field(examples=[_NAME])
    status: Literal["enabled", "disabled", "deleting"]
    createdAt: str
    disabledAt: str | None
    disabledBy: str | None
    deletionAt: str | None


class PossiblePublicationShown(BaseModel):
    """A post that its provider may still publish, or may have published unknown to us."""

    postId: str
    platform: str
    account: str | None
    at: str | None
    status: str
    remoteId: str | None


class OrganizationAnswer(OrganizationShown):
    """The same, with the number of what may still go out, and the first of them by name."""

    mayGoOut: int
    mayGoOutPosts: list[PossiblePublicationShown]


class OrganizationsAnswer(BaseModel):
    """All organizations, oldest first."""

    organizations: list[OrganizationShown]
