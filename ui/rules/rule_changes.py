"""The forms of the rules page as bodies of the API's `PUT settings`. Pure.

Each change starts from the current settings and returns only the fields that it replaces.
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
# The settings on the page. A form is refused if one of them changed after the page was loaded.
GRID_FIELDS: Final = (
    "queueSlots", "defaultTimezone", "maxPostsPerSlot", "gapPolicy", "overlapPolicy", "blackouts",
)  # fmt: skip
CHANGED_MEANWHILE: Final = (
    "the rules were changed by somebody else since you opened the page; your change was not made. "
    "The page now shows the current rules: check them and try again"
)
# Rules to begin with, by the name of the button: the times of each working day.
STARTER_TIMES: Final = {"two": ("09:00", "17:00"), "one": ("12:00",)}
WORKING_DAYS: Final = (1, 2, 3, 4, 5)
DAY_NAMES: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


class RuleChange(StrEnum):
    """The changes that the forms of the page can make."""

    ADD = "add"
    REMOVE = "remove"
    ADD_CRON = "add-cron"
    CHANGE_CRON = "change-cron"
    SETTINGS = "settings"
    ADD_BLACKOUT = "add-blackout"
    REMOVE_BLACKOUT = "remove-blackout"
    STARTER = "starter"


def fingerprint_rules(document: Document) -> str:
    """A hash of the settings on the page, to detect that they changed."""
    text = json.dumps([document.get(name) for name in GRID_FIELDS], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def build_body(change: RuleChange, document: Document, values: FormValues) -> SettingsBody:
    """Build the body of `PUT settings` for a submitted form.

    Conflict if the settings changed after the page was loaded; ValidationFailed for wrong values.
    """
    check_unchanged(document, values)
    return validate_body(SettingsBody, _CHANGE_BUILDERS[change](document, values))


def check_unchanged(document: Document, values: FormValues) -> None:
    """Conflict if the settings changed after the page was loaded."""
    if values["seen"] != fingerprint_rules(document):
        raise Conflict(CHANGED_MEANWHILE)


def _add(document: Document, values: FormValues) -> Document:
    """The rules with this time on a day, or on each of the days that were ticked."""
    rest = {"time": values["time"].strip(), **_own_zone(values)}
    for day in _days(values):
        document = {**document, **_with_rule(document, {"dayOfWeek": day, **rest})}
    return {"queueSlots": document["queueSlots"]}


def _days(values: FormValues) -> list[int]:
    if values["dayOfWeek"]:
        return [_parse_int("dayOfWeek", values["dayOfWeek"])]
    days = [number for number in range(len(DAY_NAMES)) if values[f"day-{number}"]]
    if not days:
        raise invalid_field("dayOfWeek", "tick at least one day")
    return days


def _add_cron(document: Document, values: FormValues) -> Document:
    return _with_rule(document, {"cron": values["cron"].strip(), **_own_zone(values)})


def _change_cron(document: Document, values: FormValues) -> Document:
    index = _parse_index(document["queueSlots"], values)
    others = [each for number, each in enumerate(document["queueSlots"]) if number != index]
    changed = {"cron": values["cron"].strip(), **_own_zone(values)}
    return _with_rule({**document, "queueSlots": others}, changed)


def _remove(document: Document, values: FormValues) -> Document:
    index = _parse_index(document["queueSlots"], values)
    rules = [each for number, each in enumerate(document["queueSlots"]) if number != index]
    return {"queueSlots": rules}


def _with_rule(document: Document, rule: Document) -> Document:
    """The rules with one more; ValidationFailed if there is an equal rule."""
    rules = [*document["queueSlots"], rule]
    keys = [
        (str(each.pattern), each.zone)
        for each in parse_rules(
            [validate_body(QueueSlotBody, one) for one in rules], document["defaultTimezone"]
        )
    ]
    if keys[-1] in keys[:-1]:
        raise invalid_field("cron" if "cron" in rule else "time", "already exists")
    return {"queueSlots": rules}


def _starter(document: Document, values: FormValues) -> Document:
    """The first rules of a queue that has none: these times on each working day."""
    times = STARTER_TIMES.get(values["starter"])
    if times is None:
        raise invalid_field("starter", f"must be one of {', '.join(STARTER_TIMES)}")
    rules = [{"dayOfWeek": day, "time": time} for day in WORKING_DAYS for time in times]
    return {"queueSlots": [*document["queueSlots"], *rules]}


def _settings(_: Document, values: FormValues) -> Document:
    return {
        "maxPostsPerSlot": _parse_int("maxPostsPerSlot", values["maxPostsPerSlot"]),
        "defaultTimezone": values["defaultTimezone"].strip(),
        "gapPolicy": values["gapPolicy"],
        "overlapPolicy": values["overlapPolicy"],
    }


def _add_blackout(document: Document, values: FormValues) -> Document:
    first = values["from"].strip()
    last = values["to"].strip() or first
    return {"blackouts": [*document.get("blackouts", []), {"from": first, "to": last}]}


def _remove_blackout(document: Document, values: FormValues) -> Document:
    dates = document.get("blackouts", [])
    index = _parse_index(dates, values)
    return {"blackouts": [each for number, each in enumerate(dates) if number != index]}


def _parse_index(rows: list[Any], values: FormValues) -> int:
    index = _parse_int("number", values["number"])
    if not 0 <= index < len(rows):
        raise invalid_field("number", "is not one of them")
    return index


def _parse_int(field: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise invalid_field(field, f"must be a whole number, not {text!r}") from None


def _own_zone(values: FormValues) -> Document:
    """The rule's own time zone, if the form names one."""
    name = values["timezone"].strip()
    return {"timezone": parse_zone(name)} if name else {}


_CHANGE_BUILDERS: Final[dict[RuleChange, Callable[[Document, FormValues], Document]]] = {
    RuleChange.ADD: _add,
    RuleChange.REMOVE: _remove,
    RuleChange.ADD_CRON: _add_cron,
    RuleChange.CHANGE_CRON: _change_cron,
    RuleChange.SETTINGS: _settings,
    RuleChange.ADD_BLACKOUT: _add_blackout,
    RuleChange.REMOVE_BLACKOUT: _remove_blackout,
    RuleChange.STARTER: _starter,
}
