"""The choices of "When", and what the button says that each of them does."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from scheduler.recurrence.timezones import load_zone
from services.context import AppContext
from services.iso_8601 import parse_date_time
from ui.calendar.slot_picker import SlotWeek, load_slot_week
from ui.compose.choices import FormChoices
from ui.compose.compose_body import KEEP, MODE_NAMES, SLOT
from ui.compose.compose_form import SubmittedForm
from ui.sign_in.visitor import Visitor

NEW_MODES: Final = ("next_slot", SLOT, "schedule", "publish_now", "draft")
EDIT_MODES: Final = (KEEP, "next_slot", SLOT, "schedule", "draft")
# A post that waits for approval has no slot to move from.
PENDING_MODES: Final = (KEEP, "schedule", "draft")
LIVE_MODES: Final = (KEEP,)


def when_form(
    form: SubmittedForm, choices: FormChoices, visitor: Visitor, modes: Sequence[str]
) -> dict[str, Any]:
    """The template's variables."""
    chosen = _read_instant(form.values[SLOT])
    typed, was = _read(form.values["scheduledAt"]), _read_instant(form.values["was"])
    here = choices.now.astimezone(load_zone(visitor.zone))
    return {
        "modes": {mode: MODE_NAMES[mode] for mode in modes},
        "mode": form.values["publishMode"] or modes[0],
        "chosen_slot": chosen.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if chosen else "",
        "next_slot": short_time(choices.next_slot.astimezone(load_zone(visitor.zone)), here)
        if choices.next_slot and not choices.is_paused
        else "",
        "was": short_time(was.astimezone(load_zone(visitor.zone)), here) if was else "",
        "typed_at": short_time(typed, here) if typed else "",
        "year": here.year,
    }


def slots_of_form(context: AppContext, visitor: Visitor, form: SubmittedForm) -> SlotWeek:
    """The week of the slot that is chosen; without one, that of the next free slot."""
    chosen = _read_instant(form.values[SLOT])
    day = chosen.astimezone(load_zone(visitor.zone)).date() if chosen else None
    return load_slot_week(context, visitor, day)


def short_time(local: datetime, here: datetime) -> str:
    """`Tue 8 Dec, 17:00`; with the year where it is not the present one."""
    year = "" if local.year == here.year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year}, {local:%H:%M}"


def _read(text: str) -> datetime | None:
    """The time in a field; None while there is none that can be read."""
    try:
        found = parse_date_time(text)
    except (ValueError, OverflowError):
        return None
    return found


def _read_instant(text: str) -> datetime | None:
    """The instant in a field; None for anything else."""
    found = _read(text)
    return found if found and found.tzinfo else None
