"""The page where an organization chooses its mark: one of eight colours, and its letters."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.deps import ContextDep
from api.errors import status_of
from models.store import clock
from models.store.tenants import social_settings
from services.context import AppContext
from services.errors import ValidationFailed
from services.inputs.settings_body import SettingsBody
from services.organization_settings import parse_settings, update_settings
from ui.forms import FormValues, error_sentence, read_values, validate_body
from ui.organization_mark import COLOURS, Mark, organization_mark
from ui.sign_in.auth import CurrentVisitor, count_request
from ui.sign_in.csrf import read_form
from ui.sign_in.visitor import Visitor
from ui.templating import redirect, render

router = APIRouter(include_in_schema=False)


@router.get("/mark")
async def mark_page(visitor: CurrentVisitor, done: Annotated[str, Query()] = "") -> Response:
    """Show the page."""
    return _render(visitor, is_done=done == "save")


@router.post("/mark")
async def save_mark(request: Request, context: ContextDep, visitor: CurrentVisitor) -> Response:
    """Save what was chosen, by the same code as the API's `PUT settings`."""
    await count_request(request, visitor)
    values = read_values(await read_form(request))
    try:
        await run_in_threadpool(_save, context, visitor, values)
    except ValidationFailed as error:
        return _render(visitor, error=error, letters=values["letters"])
    return redirect(f"{visitor.base}/mark?done=save")


def _save(context: AppContext, visitor: Visitor, values: FormValues) -> None:
    body = validate_body(SettingsBody, _chosen(visitor, values))
    with context.database.write() as session:
        row = social_settings.lock_organization(session, visitor.organization_id)
        parsed = parse_settings(body, row.default_timezone)
        update_settings(session, context, row, parsed, clock.now(session))


def _chosen(visitor: Visitor, values: FormValues) -> dict[str, object]:
    """The fields of the settings: null for what is as it would be by itself."""
    own = organization_mark(visitor.organization_id, visitor.organization)
    text, letters = values["colour"], values["letters"].strip()
    colour = int(text) if text.isascii() and text.isdigit() else own.colour
    return {
        "markColour": None if colour == own.colour else colour,
        "markLetters": None if letters in ("", own.letters) else letters,
    }


def _render(
    visitor: Visitor,
    *,
    is_done: bool = False,
    error: ValidationFailed | None = None,
    letters: str | None = None,
) -> Response:
    shown = visitor.mark.letters if letters is None else letters
    return render(
        "mark.html",
        visitor,
        status=status_of(error) if error else 200,
        current_path="/mark",
        is_done=is_done,
        problem=error_sentence(error) if error else None,
        letters=shown,
        marks=[Mark(visitor.mark.letters, number) for number in range(1, COLOURS + 1)],
    )
