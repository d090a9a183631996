"""The part of a page in which a slot is chosen, for another week than the one that is shown."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.deps import ContextDep
from services.inputs.field_types import Text
from ui.calendar.calendar_query import parse_date
from ui.calendar.slot_picker import load_slot_week
from ui.sign_in.auth import CurrentVisitor
from ui.templating import render

router = APIRouter(include_in_schema=False)


@router.get("/slots")
def slots_part(
    context: ContextDep,
    visitor: CurrentVisitor,
    day: Annotated[Text | None, Query(alias="date", max_length=20)] = None,
    chosen: Annotated[Text, Query(max_length=40)] = "",
) -> Response:
    """The slots of the week of a date; without one, of the week with the next free slot."""
    week = load_slot_week(context, visitor, parse_date("date", day))
    return render("slot_picker.html", visitor, slot_week=week, chosen_slot=chosen)
