"""What the forms of the weekly grid ask for, as bodies of PUT settings. Pure.

Each change goes from the settings as they are, and names what of them it replaces.
"""

import hashlib
import json
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final, TypeAlias

from services.errors import Conflict, invalid_field
from services.inputs.settings_body import QueueSlotBody, SettingsBody
from services.rule_input import parse_rules
from services.time_input import parse_zone
from ui.forms import FormValues, validate_body

Document: TypeAlias = dict[str, Any]
# What the grid shows, and what may not have changed under it.
GRID_FIELDS: Final = (
    "queueSlots", "defaultTimezone", "maxPostsPerSlot", "gapPolicy", "overlapPolicy", "blackouts",
)  # fmt: skip
CHANGED_MEANWHILE: Final = (
    "the rules were changed by somebody else while you looked at them; they are shown as they are "
    "now, and nothing of yours was done: look, and repeat it where it is still right"
)
DAY_NAMES: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


class RuleChange(StrEnum):
    """What a form of the grid can ask for."""

    ADD = "add"
    REMOVE = "remove"
    ADD_CRON = "add-cron"
    CHANGE_CRON = "change-cron"
    SETTINGS = "settings"
    ADD_BLACKOUT = "add-blackout"
    REMOVE_BLACKOUT = "remove-blackout"


def fingerprint_rules(document: Document) -> str:
    """A short name of the settings as a grid shows them: another one for others."""
    told = json.dumps([document.get(name) for name in GRID_FIELDS], sort_keys=True)
    return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()


def build_body(change: RuleChange, document: Document, typed: FormValues) -> SettingsBody:
    """The PUT settings that a form means; 409 where it was made of other settings than these,
    Invalid where it is wrong."""
    if typed["seen"] != fingerprint_rules(document):
        raise Conflict(CHANGED_MEANWHILE)
    return validate_body(SettingsBody, _CHANGE_BUILDERS[change](document, typed))


def _add(document: Document, typed: FormValues) -> Document:
    day = _parse_int("dayOfWeek", typed["dayOfWeek"])
    return _with_rule(
        document, {"dayOfWeek": day, "time": typed["time"].strip(), **_own_zone(typed)}
    )


def _add_cron(document: Document, typed: FormValues) -> Document:
    return _with_rule(document, {"cron": typed["cron"].strip(), **_own_zone(typed)})


def _change_cron(document: Document, typed: FormValues) -> Document:
    place = _parse_index(document["queueSlots"], typed)
    rest = [each for number, each in enumerate(document["queueSlots"]) if number != place]
    changed = {"cron": typed["cron"].strip(), **_own_zone(typed)}
    return _with_rule({**document, "queueSlots": rest}, changed)


def _remove(document: Document, typed: FormValues) -> Document:
    place = _parse_index(document["queueSlots"], typed)
    rules = [each for number, each in enumerate(document["queueSlots"]) if number != place]
    return {"queueSlots": rules}


def _with_rule(document: Document, rule: Document) -> Document:
    """The rules and one more; a rule that is there already is named as that."""
    rules = [*document["queueSlots"], rule]
    keys = [
        (str(each.pattern), each.zone)
        for each in parse_rules(
            [validate_body(QueueSlotBody, one) for one in rules], document["defaultTimezone"]
        )
    ]
    if keys[-1] in keys[:-1]:
        raise invalid_field("cron" if "cron" in rule else "time", "is there already")
    return {"queueSlots": rules}


def _settings(_: Document, typed: FormValues) -> Document:
    return {
        "maxPostsPerSlot": _parse_int("maxPostsPerSlot", typed["maxPostsPerSlot"]),
        "defaultTimezone": typed["defaultTimezone"].strip(),
        "gapPolicy": typed["gapPolicy"],
        "overlapPolicy": typed["overlapPolicy"],
    }


def _add_blackout(document: Document, typed: FormValues) -> Document:
    first = typed["from"].strip()
    last = typed["to"].strip() or first
    return {"blackouts": [*document.get("blackouts", []), {"from": first, "to": last}]}


def _remove_blackout(document: Document, typed: FormValues) -> Document:
    dates = document.get("blackouts", [])
    place = _parse_index(dates, typed)
    return {"blackouts": [each for number, each in enumerate(dates) if number != place]}


def _parse_index(rows: list[Any], typed: FormValues) -> int:
    place = _parse_int("number", typed["number"])
    if not 0 <= place < len(rows):
        raise invalid_field("number", "is none of them")
    return place


def _parse_int(field: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise invalid_field(field, f"must be a whole number, not {text!r}") from None


def _own_zone(typed: FormValues) -> Document:
    """A zone of a rule's own, where one was written."""
    name = typed["timezone"].strip()
    return {"timezone": parse_zone(name)} if name else {}


_CHANGE_BUILDERS: Final[dict[RuleChange, Callable[[Document, FormValues], Document]]] = {
    RuleChange.ADD: _add,
    RuleChange.REMOVE: _remove,
    RuleChange.ADD_CRON: _add_cron,
    RuleChange.CHANGE_CRON: _change_cron,
    RuleChange.SETTINGS: _settings,
    RuleChange.ADD_BLACKOUT: _add_blackout,
    RuleChange.REMOVE_BLACKOUT: _remove_blackout,
}
