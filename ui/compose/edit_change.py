"""The composer's form as a change of the post that it edits: what is different is asked for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session

from models.store.posts import post_changes
from scheduler.seating.free_seats import next_free_slots
from services.context import AppContext
from services.errors import Conflict, ValidationFailed
from services.inputs.post_bodies import (
    CHANGES,
    CLEARABLE,
    CONTENT_FIELDS,
    MEDIA_FIELDS,
    EditBody,
    MoveBody,
    PublishBody,
    VersionBody,
)
from services.posts import edit, move, retry
from services.posts.apply_change import PostChange
from services.posts.edit_conflict import check_version
from services.posts.lookup import PostWithSettings, lock_post
from ui.compose.choices import FormChoices
from ui.compose.compose_body import SLOT, build_body, form_problems
from ui.compose.compose_form import SubmittedForm
from ui.compose.stored_form import load_stored_form
from ui.sign_in.visitor import Visitor

# The choices of "When" that are modes of an edit.
EDIT_MODES: Final = ("schedule", "draft")


def edit_change(form: SubmittedForm, visitor: Visitor, choices: FormChoices) -> PostChange:
    """The change that makes the post what the form says. ValidationFailed names all problems."""

    def change(
        session: Session, context: AppContext, found: PostWithSettings, now: datetime
    ) -> None:
        problems = form_problems(form)
        if problems:
            raise ValidationFailed(*problems)
        stored = load_stored_form(session, context, visitor, choices, found.post.id)
        before, after = build_body(stored), build_body(form)
        kept = _kept_versions(found.post.versions, before, after, choices)
        body = _edit_body(form, before, after, kept)
        media = post_changes.load_media(session, found.post.id)
        check_version(found, media, body)
        if _asks_for_something(body):
            edit.edit(session, context, found, body, now)
            # Networks may have gone, or have come.
            found = lock_post(session, visitor.organization_id, found.post.id, None)
        if slot := _slot(session, context, form, found, now):
            move.move(session, context, found, MoveBody(slot=slot), now)
        if form.values["retry"]:
            retry.retry(session, context, found, now)

    return change


def _edit_body(
    form: SubmittedForm, before: PublishBody, after: PublishBody, versions: Mapping[str, Any]
) -> EditBody:
    """What an edit asks for. It is not validated again: an empty value clears a field here, also
    beside other changes."""
    before = _with_own_fields(before, versions)
    after = _with_own_fields(after, versions)
    values: dict[str, Any] = {
        name: _or_clear(name, getattr(after, name))
        for name in (*CONTENT_FIELDS, "labels")
        if getattr(before, name) != getattr(after, name)
    }
    if values.keys() & set(MEDIA_FIELDS) and after.altTexts:
        values["altTexts"] = after.altTexts  # new files would take the texts away
    mode = form.values["publishMode"]
    if mode in EDIT_MODES:
        values |= {"mode": mode, "scheduledAt": after.scheduledAt}
    text = form.values["version"]
    version = int(text) if text.isascii() and text.isdigit() else None
    return EditBody.model_construct(version=version, **values)


def _kept_versions(
    versions: Mapping[str, Any], before: PublishBody, after: PublishBody, choices: FormChoices
) -> dict[str, Any]:
    """The stored versions without those of networks and accounts that the post leaves."""
    gone = _targets(before, choices) - _targets(after, choices)
    return {name: each for name, each in versions.items() if name not in gone}


def _targets(body: PublishBody, choices: FormChoices) -> set[str]:
    ids = body.accountIds or []
    networks = {choices.platform_of.get(each, each) for each in ids}
    return {*(body.platforms or []), *ids, *networks}


def _or_clear(name: str, value: object) -> object:
    return CLEARABLE[name]() if value is None and name in CLEARABLE else value


def _with_own_fields(body: PublishBody, versions: Mapping[str, Any]) -> PublishBody:
    """The request with the platform fields that stored versions have of their own: the form has no
    place for these, and so must not take them away."""
    own = {
        name: each["platformFields"] for name, each in versions.items() if "platformFields" in each
    }
    if not own:
        return body
    merged = {**(body.versions or {})}
    for name, fields in own.items():
        shown = merged.get(name) or VersionBody()
        merged[name] = shown.model_copy(update={"platformFields": fields})
    return body.model_copy(update={"versions": merged})


def _asks_for_something(body: EditBody) -> bool:
    return any(getattr(body, name) is not None for name in CHANGES)


def _slot(
    session: Session,
    context: AppContext,
    form: SubmittedForm,
    found: PostWithSettings,
    now: datetime,
) -> str | None:
    """The slot that the post is to move to, if it is to move."""
    mode = form.values["publishMode"]
    if mode == SLOT:
        return form.values[SLOT].strip()
    if mode != "next_slot":
        return None
    free = next_free_slots(session, found.settings, now, context.scheduling, 1)
    if not free:
        raise Conflict("no slot of the queue is free; choose a time, or leave the post where it is")
    return free[0].isoformat()
