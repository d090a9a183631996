"""The first free slot of a day, for a post that is dropped on the day."""

from datetime import date

from services.context import AppContext
from services.errors import Conflict
from services.presenters import format_instant
from ui.calendar.calendar_query import parse_date
from ui.calendar.slot_picker import load_slot_week
from ui.sign_in.visitor import Visitor


def first_free_slot(context: AppContext, visitor: Visitor, text: str) -> str:
    """The instant of the slot; Conflict where the day has none."""
    day = parse_date("day", text) or date.min
    week = load_slot_week(context, visitor, day)
    slots = [slot for each in week.days if each.date == day for slot in each.slots]
    found = next((slot for slot in slots if slot.free), None)
    if found is None:
        raise Conflict("that day has no free slot")
    return format_instant(found.at) or ""
