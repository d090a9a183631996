"""What the forms of the weekly grid ask for, as bodies of PUT settings. Pure.

Each change goes from the settings as they are, and names what of them it replaces.
"""

import hashlib
import json
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final, TypeAlias

from api.errors import ApiError, wrong
from api.page.forms import Typed, body_of
from api.queue_rules import parsed
from api.schemas.settings import QueueSlotBody, SettingsBody
from scheduler.zones import UnknownZone, zone

Document: TypeAlias = dict[str, Any]
# What the grid shows, and what may not have changed under it.
SHOWN: Final = (
    "queueSlots", "defaultTimezone", "maxPostsPerSlot", "gapPolicy", "overlapPolicy", "blackouts",
)  # fmt: skip
CHANGED: Final = (
    "the rules were changed by somebody else while you looked at them; they are shown as they are "
    "now, and nothing of yours was done: look, and repeat it where it is still right"
)
DAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


class RuleChange(StrEnum):
    """What a form of the grid can ask for."""

    ADD = "add"
    REMOVE = "remove"
    ADD_CRON = "add-cron"
    CHANGE_CRON = "change-cron"
    SETTINGS = "settings"
    ADD_BLACKOUT = "add-blackout"
    REMOVE_BLACKOUT = "remove-blackout"


def seen(document: Document) -> str:
    """A short name of the settings as a grid shows them: another one for others."""
    told = json.dumps([document.get(name) for name in SHOWN], sort_keys=True)
    return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()


def body(change: RuleChange, document: Document, typed: Typed) -> SettingsBody:
    """The PUT settings that a form means; 409 where it was made of other settings than these,
    Invalid where it is wrong."""
    if typed["seen"] != seen(document):
        raise ApiError(409, CHANGED)
    return body_of(SettingsBody, _CHANGES[change](document, typed))


def _add(document: Document, typed: Typed) -> Document:
    day = _whole("dayOfWeek", typed["dayOfWeek"])
    return _with(document, {"dayOfWeek": day, "time": typed["time"].strip(), **_zone(typed)})


def _add_cron(document: Document, typed: Typed) -> Document:
    return _with(document, {"cron": typed["cron"].strip(), **_zone(typed)})


def _change_cron(document: Document, typed: Typed) -> Document:
    place = _place(document["queueSlots"], typed)
    rest = [each for number, each in enumerate(document["queueSlots"]) if number != place]
    changed = {"cron": typed["cron"].strip(), **_zone(typed)}
    return _with({**document, "queueSlots": rest}, changed)


def _remove(document: Document, typed: Typed) -> Document:
    place = _place(document["queueSlots"], typed)
    rules = [each for number, each in enumerate(document["queueSlots"]) if number != place]
    return {"queueSlots": rules}


def _with(document: Document, rule: Document) -> Document:
    """The rules and one more; a rule that is there already is named as that."""
    rules = [*document["queueSlots"], rule]
    keys = [
        (str(each.pattern), each.zone)
        for each in parsed(
            [body_of(QueueSlotBody, one) for one in rules], document["defaultTimezone"]
        )
    ]
    if keys[-1] in keys[:-1]:
        raise wrong("cron" if "cron" in rule else "time", "is there already")
    return {"queueSlots": rules}


def _settings(_: Document, typed: Typed) -> Document:
    return {
        "maxPostsPerSlot": _whole("maxPostsPerSlot", typed["maxPostsPerSlot"]),
        "defaultTimezone": typed["defaultTimezone"].strip(),
        "gapPolicy": typed["gapPolicy"],
        "overlapPolicy": typed["overlapPolicy"],
    }


def _add_blackout(document: Document, typed: Typed) -> Document:
    first = typed["from"].strip()
    last = typed["to"].strip() or first
    return {"blackouts": [*document.get("blackouts", []), {"from": first, "to": last}]}


def _remove_blackout(document: Document, typed: Typed) -> Document:
    dates = document.get("blackouts", [])
    place = _place(dates, typed)
    return {"blackouts": [each for number, each in enumerate(dates) if number != place]}


def _place(rows: list[Any], typed: Typed) -> int:
    place = _whole("number", typed["number"])
    if not 0 <= place < len(rows):
        raise wrong("number", "is none of them")
    return place


def _whole(field: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise wrong(field, f"must be a whole number, not {text!r}") from None


def _zone(typed: Typed) -> Document:
    """A zone of a rule's own, where one was written."""
    name = typed["timezone"].strip()
    if not name:
        return {}
    try:
        return {"timezone": zone(name).key}
    except UnknownZone as error:
        raise wrong("timezone", str(error)) from None


_CHANGES: Final[dict[RuleChange, Callable[[Document, Typed], Document]]] = {
    RuleChange.ADD: _add,
    RuleChange.REMOVE: _remove,
    RuleChange.ADD_CRON: _add_cron,
    RuleChange.CHANGE_CRON: _change_cron,
    RuleChange.SETTINGS: _settings,
    RuleChange.ADD_BLACKOUT: _add_blackout,
    RuleChange.REMOVE_BLACKOUT: _remove_blackout,
}
