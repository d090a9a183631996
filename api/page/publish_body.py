"""What the form that publishes means, as the body of POST publish. Pure."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from api.checks.media import FIELD_OF
from api.errors import ApiError, FieldError, wrong
from api.page.forms import body_of
from api.page.publish_form import Sent
from api.schemas.posts import PublishBody
from models.own_links import stored_url

OPTION: Final = "option:"
LINKS: Final = "links"
# Where the form shows what the API says of a field.
PLACES: Final = {
    "videoUrl": LINKS,
    "photoUrls": LINKS,
    "documentUrl": LINKS,
    "accountIds": "platforms",
    "timezone": "scheduledAt",
}
SHOWN_ONCE: Final = 200


def body(sent: Sent) -> PublishBody:
    """The request that the form means; Invalid names what is wrong with it."""
    typed = sent.typed
    values: dict[str, Any] = {
        "postType": typed["postType"],
        "caption": typed["caption"],
        "publishMode": typed["publishMode"],
        **_links(typed["postType"], links(sent)),
    }
    # What nobody ticked is none, and not what the settings say where nothing is said.
    for name in ("platforms", "accountIds"):
        values[name] = [each for each in sent.all(name) if each]
    for name in ("scheduledAt", "sourceVideoId", "sourcePlaylistId"):
        if typed[name].strip():
            values[name] = typed[name].strip()
    if typed["publishMode"] in ("next_slot", "publish_now"):
        values.pop("scheduledAt", None)  # a time that was typed before the mode was chosen
    options = options_of(sent)
    if options:
        values["platformFields"] = options
    return body_of(PublishBody, values)


def links(sent: Sent) -> list[str]:
    """The post's files: those that were uploaded, then the links that were typed, one a line."""
    lines = [line.strip() for line in sent.typed[LINKS].splitlines()]
    return [*(stored_url(each.id) for each in sent.files), *(line for line in lines if line)]


def _links(post_type: str, found: Sequence[str]) -> dict[str, Any]:
    if not found:
        return {}
    name = FIELD_OF.get(post_type)
    if name is None:
        raise wrong(LINKS, f"do not go with a {post_type} post; choose another type")
    if name == "photoUrls":
        return {name: list(found)}
    if len(found) > 1:
        raise wrong(LINKS, f"a {post_type} post has one file, not {len(found)}")
    return {name: found[0]}


def options_of(sent: Sent) -> dict[str, str]:
    """The platform fields that something was typed for."""
    return {
        name.removeprefix(OPTION): text
        for name, text in sent.typed.items()
        if name.startswith(OPTION) and text.strip()
    }


def row_key(sent: Sent, wanted: PublishBody) -> str:
    """The same for the same form sent twice, and another once something of it was changed. Files
    count by what is in them, for each sending brings them anew."""
    told = wanted.model_dump_json()
    for each in sent.files:
        told = told.replace(each.id, each.sha256)
    once = sent.typed["once"][:SHOWN_ONCE]
    return "page:" + hashlib.blake2b(f"{once}\n{told}".encode(), digest_size=20).hexdigest()


def problems(error: ApiError) -> dict[str, list[str]]:
    """What is wrong, by the field of the form that shows it."""
    found: dict[str, list[str]] = {}
    for each in error.details:
        found.setdefault(_place(each), []).append(each["message"])
    return found


def _place(each: FieldError) -> str:
    name = each["field"]
    if name.startswith("platformFields."):
        return OPTION + name.partition(".")[2]
    base = name.partition("[")[0]
    return PLACES.get(base, base)
