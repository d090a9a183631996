"""An edit of a post from the options of the command line."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import typer
from pydantic import ValidationError
from sqlmodel import Session

from cli.output import fail, print_error, print_json
from cli.posts import post_change
from services.context import AppContext
from services.errors import (
    EditedMeanwhile,
    FieldError,
    ValidationFailed,
    field_errors,
    invalid_field,
)
from services.inputs.post_bodies import EditBody
from services.post_validation.media_links import MEDIA_FIELD
from services.posts.edit import edit
from services.posts.lookup import PostWithSettings


@dataclass(frozen=True, slots=True)
class EditOptions:
    """What was typed; None where an option was left out."""

    caption: str | None
    title: str | None
    links: Sequence[str] | None
    networks: Sequence[str] | None
    accounts: Sequence[str] | None
    labels: Sequence[str] | None
    at: str | None
    draft: bool
    version: int | None

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the API's request, without the files."""
        return {
            "caption": self.caption,
            "title": self.title,
            "platforms": self.networks,
            "accountIds": self.accounts,
            "labels": self.labels if self.labels is None else [*filter(None, self.labels)],
            "mode": "draft" if self.draft else "schedule" if self.at is not None else None,
            "scheduledAt": self.at,
        }


def edit_post(post_id: str, org: str | None, options: EditOptions, *, as_json: bool) -> None:
    """Change the post, and print it."""
    _check(options)
    warnings: list[FieldError] = []

    def change(
        session: Session, context: AppContext, found: PostWithSettings, now: datetime
    ) -> None:
        body = _to_body(options, found.post.post_type)
        warnings.extend(edit(session, context, found, body, now))

    try:
        post_change.apply(post_id, org, change, as_json=as_json, warnings=warnings)
    except EditedMeanwhile as error:
        if as_json:
            print_json({"error": error.message, "conflict": error.conflict})
            raise typer.Exit(1) from None
        print_error(json.dumps(error.conflict, ensure_ascii=False, indent=2))
        raise


def _check(options: EditOptions) -> None:
    if options.draft and options.at is not None:
        fail("--at: cannot be used with --draft", code=2)
    if all(value is None for value in options.fields.values()) and not options.links:
        fail(
            "nothing to change: give --caption, --link, --network, --label, --at or --draft", code=2
        )


def _to_body(options: EditOptions, post_type: str) -> EditBody:
    """The request. The API reads an empty text beside another change as "not given"; here it was
    typed."""
    given = {name: value for name, value in options.fields.items() if value is not None}
    try:
        body = EditBody.model_validate(
            {**given, **_media(options, post_type), "version": options.version}
        )
    except ValidationError as error:
        raise ValidationFailed(*field_errors(error.errors())) from None
    empty: dict[str, Any] = {name: "" for name in ("caption", "title") if given.get(name) == ""}
    if given.get("labels") == []:
        empty["labels"] = []
    return body.model_copy(update=empty)


def _media(options: EditOptions, post_type: str) -> Mapping[str, Any]:
    if not options.links:
        return {}
    name = MEDIA_FIELD.get(post_type)
    if name is None or (post_type != "photo" and len(options.links) > 1):
        count = "no file" if name is None else "one file"
        raise invalid_field("link", f"a {post_type} post has {count}, not {len(options.links)}")
    return {name: [*options.links] if post_type == "photo" else options.links[0]}
