"""The bodies of approve, reject and release."""

from typing import Annotated

from pydantic import Field

from services.inputs.field_types import Body, Lines


class RejectBody(Body):
    """POST posts/{id}/reject."""

    reason: Annotated[Lines, Field(max_length=2_000)] | None = None


class ReleaseBody(Body):
    """POST posts/{id}/release: out in its turn, or into the next free slot of the queue."""

    nextSlot: bool = False
