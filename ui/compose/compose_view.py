"""Renders the composer: the form with what was typed, what is wrong, counts and previews."""

from dataclasses import dataclass
from typing import Any, Final

from fastapi import Request
from starlette.responses import Response

from api.errors import status_of
from models.statuses import PostStatus
from services.errors import EditedMeanwhile, ServiceError
from services.inputs.field_types import PLATFORMS
from ui.calendar.post_card import platform_name
from ui.calendar.slot_picker import SlotWeek
from ui.compose import compose_body
from ui.compose.check_form import FormCheck
from ui.compose.choices import FormChoices
from ui.compose.compose_form import SubmittedForm
from ui.compose.file_fields import POST_FILES
from ui.compose.kept_files import MAX_FILES
from ui.compose.option_fields import UNSET, network_options, option_labels
from ui.compose.thread_fields import thread_form
from ui.compose.version_fields import PARTS, field_name, version_labels
from ui.compose.when_fields import (
    EDIT_MODES,
    LIVE_MODES,
    NEW_MODES,
    PENDING_MODES,
    when_form,
)
from ui.fetch_request import is_fetch_request
from ui.forms import error_sentence
from ui.sign_in.visitor import Visitor
from ui.templating import render

POST_TYPES: Final = {
    "text": "Text", "photo": "Photos", "video": "Video", "document": "Document",
}  # fmt: skip
LABELS: Final = {
    "caption": "Caption", "postType": "Type", "platforms": "Accounts", "links": "Links",
    "files": "Files", "publishMode": "When", "slot": "Slot", "scheduledAt": "Date and time",
    "labels": "Labels", "title": "Title", "sourceVideoId": "Source video",
    "sourcePlaylistId": "Source playlist",
}  # fmt: skip
CHANGED_MEANWHILE: Final = (
    "Somebody has changed this post since you opened it. Nothing of yours was saved yet."
)
# Fields in a closed section; it is open if one of them has a value or an error.
FOLDED_FIELDS: Final = ("sourceVideoId", "sourcePlaylistId")


@dataclass(frozen=True, slots=True)
class Editor:
    """What is written in the composer. `slots`: a week of them, to pick one. `status`: of the post
    that is edited; None for a new one. `error`: why the form was refused."""

    form: SubmittedForm
    choices: FormChoices
    check: FormCheck
    slots: SlotWeek
    status: PostStatus | None = None
    error: ServiceError | None = None


@dataclass(frozen=True, slots=True)
class VersionPanel:
    """What the form shows of the version of a network or an account. `platform`: of an account."""

    key: str
    name: str
    platform: str
    is_open: bool


def render_editor(request: Request, visitor: Visitor, editor: Editor) -> Response:
    """The page, or the part of it that the script replaces."""
    return render(
        "compose_part.html" if is_fetch_request(request) else "compose.html",
        visitor,
        status=status_of(editor.error) if editor.error else 200,
        current_path="/compose",
        **_variables(visitor, editor),
    )


def _variables(visitor: Visitor, editor: Editor) -> dict[str, Any]:
    form, choices, error = editor.form, editor.choices, editor.error
    problems = compose_body.messages_of(error) if error else {}
    touched = [*problems, *_filled_fields(form)]
    names = choices.account_names
    return {
        **check_variables(editor.check),
        **thread_form(form, problems),
        **when_form(form, choices, visitor, _modes(editor.status)),
        "choices": choices,
        "slot_week": editor.slots,
        "chosen": {
            (name, each) for name in ("platforms", "accountIds") for each in form.get_all(name)
        },
        "versions": _version_panels(choices, touched),
        "options": network_options(choices.options, editor.check.carried, touched),
        "unset": UNSET,
        "labels": {**LABELS, **version_labels(names), **option_labels()},
        "files": form.files(),
        "file_names": POST_FILES,
        "max_files": MAX_FILES,
        "values": form.values,
        "types": POST_TYPES,
        "is_edit": editor.status is not None,
        "is_failed": editor.status in (PostStatus.FAILED, PostStatus.PARTIAL, PostStatus.MISSED),
        "problem": _problem(error),
        "conflict": error.conflict if isinstance(error, EditedMeanwhile) else None,
        "problems": problems,
        "source_open": not set(FOLDED_FIELDS).isdisjoint(touched),
    }


def _problem(error: ServiceError | None) -> str | None:
    """What is wrong with the form as a whole."""
    if error is None or error.details:
        return None
    return CHANGED_MEANWHILE if isinstance(error, EditedMeanwhile) else error_sentence(error)


def check_variables(check: FormCheck) -> dict[str, Any]:
    """The variables of the part that changes while somebody writes."""
    return {"check": check, "counts": check.counts, "previews": check.previews}


def _modes(status: PostStatus | None) -> tuple[str, ...]:
    if status is None:
        return NEW_MODES
    if status is PostStatus.PARTIAL:
        return LIVE_MODES
    return PENDING_MODES if status is PostStatus.PENDING_APPROVAL else EDIT_MODES


def _version_panels(choices: FormChoices, touched: list[str]) -> list[VersionPanel]:
    keys = {each: (platform_name(each), each) for each in PLATFORMS}
    keys |= {key: (name, choices.platform_of[key]) for key, name in choices.account_names.items()}
    return [
        VersionPanel(key, name, platform, any(field_name(key, part) in touched for part in PARTS))
        for key, (name, platform) in keys.items()
    ]


def _filled_fields(form: SubmittedForm) -> list[str]:
    """The names of the fields with a value."""
    return [name for name, texts in form.texts.items() if any(text.strip() for text in texts)]
