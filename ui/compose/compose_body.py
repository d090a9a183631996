"""The form that publishes as the body of the API's `POST publish`. Pure."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from media.stored_urls import stored_url
from services.errors import FieldError, ServiceError, invalid_field
from services.inputs.post_bodies import PublishBody
from services.post_validation.media_links import MEDIA_FIELD
from ui.compose import thread_fields, version_fields
from ui.compose.alt_text_fields import collect_alt_texts, form_field
from ui.compose.compose_form import SubmittedForm
from ui.compose.thread_fields import collect_thread
from ui.compose.version_fields import OPTION_PREFIX
from ui.forms import validate_body

LINKS_FIELD: Final = "links"
# API field → the form field that shows its errors, where the two names differ.
FORM_FIELD_OF: Final = {
    "videoUrl": LINKS_FIELD,
    "photoUrls": LINKS_FIELD,
    "documentUrl": LINKS_FIELD,
    "accountIds": "platforms",
    "timezone": "scheduledAt",
}
MAX_FORM_ID: Final = 200
MODE_NAMES: Final = {
    "next_slot": "In the next free slot",
    "publish_now": "Now",
    "schedule": "At a certain time",
    "draft": "As a draft",
}
# The publish modes that take a date.
DATED_MODES: Final = ("schedule", "draft")


def build_body(form: SubmittedForm) -> PublishBody:
    """Build the request body; ValidationFailed names what is wrong in the form."""
    submitted = form.values
    body: dict[str, Any] = {
        "postType": submitted["postType"],
        "caption": submitted["caption"],
        "publishMode": submitted["publishMode"],
        **media_fields(submitted["postType"], collect_links(form)),
    }
    filled = {
        "altTexts": collect_alt_texts(submitted),
        "versions": version_fields.collect_versions(submitted, len(collect_links(form))),
        "thread": collect_thread(submitted),
        "platformFields": collect_options(form),
    }
    body |= {name: value for name, value in filled.items() if value}
    # No ticked box means none: an absent field would mean the default of the settings.
    for name in ("platforms", "accountIds"):
        body[name] = [each for each in form.get_all(name) if each]
    for name in ("title", "scheduledAt", "sourceVideoId", "sourcePlaylistId"):
        if submitted[name].strip():
            body[name] = submitted[name].strip()
    if date_problems(form):
        del body["scheduledAt"]  # named in the form's own words
    return validate_body(PublishBody, body)


def form_problems(form: SubmittedForm) -> list[FieldError]:
    """What is wrong in the form's own words: its date, files, and the files of its versions."""
    files = version_fields.file_problems(form.values, len(collect_links(form)))
    return [*date_problems(form), *form.problems, *files]


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


def collect_links(form: SubmittedForm) -> list[str]:
    """The post's files as links: first the uploaded ones, then those typed, one per line."""
    lines = [line.strip() for line in form.values[LINKS_FIELD].splitlines()]
    return [*(stored_url(each.id) for each in form.files), *(line for line in lines if line)]


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
    for each in form.files:
        text = text.replace(each.id, each.sha256)
    form_id = form.values["once"][:MAX_FORM_ID]
    return "page:" + hashlib.blake2b(f"{form_id}\n{text}".encode(), digest_size=20).hexdigest()


def messages_by_form_field(error: ServiceError) -> dict[str, list[str]]:
    """The error's sentences by the form field that shows them."""
    messages: dict[str, list[str]] = {}
    for each in error.details:
        messages.setdefault(_form_field(each), []).append(each["message"])
    return messages


def _form_field(error: FieldError) -> str:
    name = error["field"]
    if name.startswith("platformFields."):
        return OPTION_PREFIX + name.partition(".")[2]
    base = name.partition("[")[0]
    own = form_field(name) or thread_fields.form_field(name) or version_fields.form_field(name)
    return own or FORM_FIELD_OF.get(base, base)
