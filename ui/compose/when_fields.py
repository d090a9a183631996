"""The choices of "When", and what the button says that each of them does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from scheduler.recurrence.timezones import load_zone
from services.iso_8601 import parse_date_time
from ui.compose.choices import FormChoices
from ui.compose.compose_body import KEEP, MODE_NAMES, SLOT
from ui.compose.compose_form import SubmittedForm
from ui.sign_in.visitor import Visitor

NEW_MODES: Final = ("next_slot", SLOT, "schedule", "publish_now", "draft")
EDIT_MODES: Final = (KEEP, "next_slot", SLOT, "schedule", "draft")
# A post that waits for approval has no slot to move from.
PENDING_MODES: Final = (KEEP, "schedule", "draft")
LIVE_MODES: Final = (KEEP,)


@dataclass(frozen=True, slots=True)
class SlotChoice:
    """A free slot to pick: its instant as a form sends it, and its local time."""

    value: str
    label: str


def when_form(
    form: SubmittedForm, choices: FormChoices, visitor: Visitor, modes: Sequence[str]
) -> dict[str, Any]:
    """The template's variables."""
    chosen = form.values[SLOT]
    slots = {_iso(at): at for at in choices.slots}
    picked = _read(chosen)
    if picked is not None:
        slots.setdefault(_iso(picked), picked)
    typed = _read(form.values["scheduledAt"])
    here = choices.now.astimezone(load_zone(visitor.zone))
    return {
        "modes": {mode: MODE_NAMES[mode] for mode in modes},
        "mode": form.values["publishMode"] or modes[0],
        "slots": [
            SlotChoice(value, short_time(at.astimezone(load_zone(visitor.zone)), here))
            for value, at in sorted(slots.items(), key=lambda pair: pair[1])
        ],
        "slot": _iso(picked) if picked else "",
        "next_slot": short_time(choices.next_slot.astimezone(load_zone(visitor.zone)), here)
        if choices.next_slot and not choices.is_paused
        else "",
        "typed_at": short_time(typed, here) if typed else "",
        "year": here.year,
    }


def short_time(local: datetime, here: datetime) -> str:
    """`Tue 8 Dec, 17:00`; with the year where it is not the present one."""
    year = "" if local.year == here.year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year}, {local:%H:%M}"


def _iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _read(text: str) -> datetime | None:
    """The time in a field; None while there is none that can be read."""
    try:
        found = parse_date_time(text)
    except (ValueError, OverflowError):
        return None
    return found
