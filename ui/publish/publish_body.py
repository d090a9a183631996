"""What the form that publishes means, as the body of POST publish. Pure."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from media.stored_urls import stored_url
from services.errors import FieldError, ServiceError, invalid_field
from services.inputs.post_bodies import PublishBody
from services.post_validation.media_links import MEDIA_FIELD
from ui.forms import validate_body
from ui.publish.publish_form import SubmittedForm

OPTION_PREFIX: Final = "option:"
LINKS_FIELD: Final = "links"
# Where the form shows what the API says of a field.
FORM_FIELD_OF: Final = {
    "videoUrl": LINKS_FIELD,
    "photoUrls": LINKS_FIELD,
    "documentUrl": LINKS_FIELD,
    "accountIds": "platforms",
    "timezone": "scheduledAt",
}
MAX_FORM_ID: Final = 200


def build_body(form: SubmittedForm) -> PublishBody:
    """The request that the form means; Invalid names what is wrong with it."""
    typed = form.values
    values: dict[str, Any] = {
        "postType": typed["postType"],
        "caption": typed["caption"],
        "publishMode": typed["publishMode"],
        **_links(typed["postType"], collect_links(form)),
    }
    # What nobody ticked is none, and not what the settings say where nothing is said.
    for name in ("platforms", "accountIds"):
        values[name] = [each for each in form.get_all(name) if each]
    for name in ("scheduledAt", "sourceVideoId", "sourcePlaylistId"):
        if typed[name].strip():
            values[name] = typed[name].strip()
    if typed["publishMode"] in ("next_slot", "publish_now"):
        values.pop("scheduledAt", None)  # a time that was typed before the mode was chosen
    options = collect_options(form)
    if options:
        values["platformFields"] = options
    return validate_body(PublishBody, values)


def collect_links(form: SubmittedForm) -> list[str]:
    """The post's files: those that were uploaded, then the links that were typed, one a line."""
    lines = [line.strip() for line in form.values[LINKS_FIELD].splitlines()]
    return [*(stored_url(each.id) for each in form.files), *(line for line in lines if line)]


def _links(post_type: str, found: Sequence[str]) -> dict[str, Any]:
    if not found:
        return {}
    name = MEDIA_FIELD.get(post_type)
    if name is None:
        raise invalid_field(LINKS_FIELD, f"do not go with a {post_type} post; choose another type")
    if name == "photoUrls":
        return {name: list(found)}
    if len(found) > 1:
        raise invalid_field(LINKS_FIELD, f"a {post_type} post has one file, not {len(found)}")
    return {name: found[0]}


def collect_options(form: SubmittedForm) -> dict[str, str]:
    """The platform fields that something was typed for."""
    return {
        name.removeprefix(OPTION_PREFIX): text
        for name, text in form.values.items()
        if name.startswith(OPTION_PREFIX) and text.strip()
    }


def row_key(form: SubmittedForm, wanted: PublishBody) -> str:
    """The same for the same form sent twice, and another once something of it was changed. Files
    count by what is in them, for each sending brings them anew."""
    told = wanted.model_dump_json()
    for each in form.files:
        told = told.replace(each.id, each.sha256)
    once = form.values["once"][:MAX_FORM_ID]
    return "page:" + hashlib.blake2b(f"{once}\n{told}".encode(), digest_size=20).hexdigest()


def messages_by_form_field(error: ServiceError) -> dict[str, list[str]]:
    """What is wrong, by the field of the form that shows it."""
    found: dict[str, list[str]] = {}
    for each in error.details:
        found.setdefault(_form_field(each), []).append(each["message"])
    return found


def _form_field(each: FieldError) -> str:
    name = each["field"]
    if name.startswith("platformFields."):
        return OPTION_PREFIX + name.partition(".")[2]
    base = name.partition("[")[0]
    return FORM_FIELD_OF.get(base, base)
