"""The composer's form as the body of the API's `POST publish`. Pure."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from services.errors import FieldError, ServiceError, invalid_field
from services.inputs.labels import split_labels
from services.inputs.post_bodies import PublishBody
from services.post_validation.media_links import MEDIA_FIELD
from ui.compose import alt_text_fields, thread_fields, version_fields
from ui.compose.compose_form import SubmittedForm
from ui.forms import validate_body

LINKS_FIELD: Final = "links"
OPTION_PREFIX: Final = "option:"
# API field → the form field that shows its errors, where the two names differ.
FORM_FIELD_OF: Final = {
    "videoUrl": LINKS_FIELD,
    "photoUrls": LINKS_FIELD,
    "documentUrl": LINKS_FIELD,
    "accountIds": "platforms",
    "timezone": "scheduledAt",
}
MAX_FORM_ID: Final = 200
# The choices of "When". `slot` is the API's `next_slot` with a slot; `keep` leaves a post that is
# edited where it is.
KEEP: Final = "keep"
SLOT: Final = "slot"
MODE_NAMES: Final = {
    KEEP: "As it is",
    "next_slot": "Next free slot",
    SLOT: "Pick a slot",
    "schedule": "At a time",
    "publish_now": "Now",
    "draft": "Draft",
}
# The choices that take a date.
DATED_MODES: Final = ("schedule", "draft")
# What a form without its own choice of a type is by its first file.
_TYPE_FIELD: Final = "postType"


def build_body(form: SubmittedForm) -> PublishBody:
    """Build the request body; ValidationFailed names what is wrong in the form."""
    submitted = form.values
    files, post_type = form.files(), post_type_of(form)
    body: dict[str, Any] = {
        "postType": post_type,
        "caption": submitted["caption"],
        **_when(form),
        **media_fields(post_type, files.links),
    }
    filled = {
        "altTexts": files.alt_texts,
        "versions": version_fields.collect_versions(submitted, len(files.links)),
        "thread": thread_fields.collect_thread(form),
        "platformFields": collect_options(form),
        "labels": split_labels(submitted["labels"]),
    }
    body |= {name: value for name, value in filled.items() if value}
    # No ticked box means none: an absent field would mean the default of the settings.
    for name in ("platforms", "accountIds"):
        body[name] = [each for each in form.get_all(name) if each]
    for name in ("title", "sourceVideoId", "sourcePlaylistId"):
        if submitted[name].strip():
            body[name] = submitted[name].strip()
    return validate_body(PublishBody, body)


def post_type_of(form: SubmittedForm) -> str:
    """The type that was chosen; without a choice, that of the first file."""
    if form.values[_TYPE_FIELD]:
        return form.values[_TYPE_FIELD]
    return next((each.kind for each in form.files().all), "text")


def _when(form: SubmittedForm) -> dict[str, str]:
    """The fields of the API for the choice of "When". A date that does not go with it is named in
    the form's own words (`date_problems`)."""
    mode, at = form.values["publishMode"], form.values["scheduledAt"].strip()
    if mode == KEEP:
        return {"publishMode": "draft"}
    if mode == SLOT:
        slot = form.values[SLOT].strip()
        return {"publishMode": "next_slot", **({SLOT: slot} if slot else {})}
    return {"publishMode": mode, **({"scheduledAt": at} if at and not date_problems(form) else {})}


def form_problems(form: SubmittedForm) -> list[FieldError]:
    """What is wrong in the form's own words: its time, files, and the files of its versions."""
    files = version_fields.file_problems(form.values, len(form.files().links))
    return [*slot_problems(form), *date_problems(form), *form.problems, *files]


def slot_problems(form: SubmittedForm) -> list[FieldError]:
    """That no slot was picked, where one was to be."""
    if form.values["publishMode"] != SLOT or form.values[SLOT].strip():
        return []
    return [FieldError(field=SLOT, message="choose one, or “Next free slot”")]


def date_problems(form: SubmittedForm) -> list[FieldError]:
    """The problem of a date that goes with another choice than the one that was made, if any.

    Either of them may be a mistake, so that the visitor decides.
    """
    mode = form.values["publishMode"]
    if mode in DATED_MODES or mode not in MODE_NAMES or not form.values["scheduledAt"].strip():
        return []
    message = (
        f"goes with “{MODE_NAMES['schedule']}” or “{MODE_NAMES['draft']}”, and "
        f"“{MODE_NAMES[mode]}” is chosen; choose one of them, or clear the date"
    )
    return [FieldError(field="scheduledAt", message=message)]


def media_fields(post_type: str, links: Sequence[str]) -> dict[str, Any]:
    """The field of the API for these links; ValidationFailed for links of a text post, or for more
    than one where one is possible."""
    if not links:
        return {}
    name = MEDIA_FIELD.get(post_type)
    if name is None:
        raise invalid_field(LINKS_FIELD, f"do not go with a {post_type} post; choose another type")
    if name == "photoUrls":
        return {name: list(links)}
    if len(links) > 1:
        raise invalid_field(LINKS_FIELD, f"a {post_type} post has one file, not {len(links)}")
    return {name: links[0]}


def collect_options(form: SubmittedForm) -> dict[str, str]:
    """The platform fields with a value."""
    return {
        name.removeprefix(OPTION_PREFIX): text.strip()
        for name, text in form.values.items()
        if name.startswith(OPTION_PREFIX) and text.strip()
    }


def row_key(form: SubmittedForm, body: PublishBody) -> str:
    """The idempotency key of a form: the same for a form that is sent twice without a change.

    Files count by their content, because each submission uploads them again under new ids.
    """
    text = body.model_dump_json()
    for each in (item for items in form.items.values() for item in items if item is not None):
        if each.sha256:
            text = text.replace(each.value, each.sha256)
    form_id = form.values["once"][:MAX_FORM_ID]
    return "page:" + hashlib.blake2b(f"{form_id}\n{text}".encode(), digest_size=20).hexdigest()


def messages_by_form_field(details: Sequence[FieldError]) -> dict[str, list[str]]:
    """Sentences by the form field that shows them."""
    messages: dict[str, list[str]] = {}
    for each in details:
        messages.setdefault(_form_field(each), []).append(each["message"])
    return messages


def messages_of(error: ServiceError) -> dict[str, list[str]]:
    """The error's sentences by the form field that shows them."""
    return messages_by_form_field(error.details)


def _form_field(error: FieldError) -> str:
    name = error["field"]
    if name.startswith("platformFields."):
        return OPTION_PREFIX + name.partition(".")[2]
    base = name.partition("[")[0]
    own = (
        alt_text_fields.form_field(name)
        or thread_fields.form_field(name)
        or version_fields.form_field(name)
    )
    return own or FORM_FIELD_OF.get(base, base)
