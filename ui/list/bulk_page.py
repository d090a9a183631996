"""Changes many posts at once: the form of the list, and of every view that selects posts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from api.deps import ContextDep
from services.context import AppContext
from services.errors import ServiceError, ValidationFailed, invalid_field
from services.inputs.bulk_body import BulkBody
from services.posts.bulk import BulkResult, load_words, run_bulk
from ui.fetch_request import is_fetch_request
from ui.forms import error_sentence, validate_body
from ui.list.bulk_words import BulkOutcome, describe_outcome
from ui.list.list_query import LIST_PATH
from ui.sign_in.auth import CurrentVisitor, count_request
from ui.sign_in.csrf import read_form
from ui.sign_in.visitor import Visitor
from ui.templating import render

router = APIRouter(include_in_schema=False)
BULK_PATH: Final = "/bulk"
# Where the views are from which posts are changed; the answer leads back there.
MAX_BACK: Final = 4_000


@dataclass(frozen=True, slots=True)
class BulkForm:
    """What was submitted. `back`: the page from which it came."""

    body: BulkBody
    back: str
    is_confirmed: bool


@router.post(BULK_PATH)
async def submit_bulk(request: Request, context: ContextDep, visitor: CurrentVisitor) -> Response:
    """Do it, and say what became of each post. A removal is asked about first."""
    await count_request(request, visitor)
    fields = await read_form(request)
    back = _read_back(fields)
    try:
        form = BulkForm(_read_body(fields), back, bool(fields.get("confirmed")))
        if form.body.action == "remove" and not form.is_confirmed:
            return await run_in_threadpool(_ask, request, context, visitor, form)
        results = await run_in_threadpool(run_bulk, context, visitor.organization_id, form.body)
    except ValidationFailed as error:
        return _show_problem(request, visitor, back, error)
    return _show_results(request, visitor, form, results)


def _read_body(fields: FormData) -> BulkBody:
    action = fields.get("action")
    if not action:
        raise invalid_field("action", "choose what is to be done with the posts")
    texts = (text for text in fields.getlist("ids") if isinstance(text, str))
    ids = [each for text in texts for each in text.split(",") if each]
    values: dict[str, object] = {"ids": ids, "action": action}
    if not ids:
        raise invalid_field("ids", "choose at least one post")
    if action == "move_days":
        values["days"] = _read_days(str(fields.get("days") or ""))
    if action in ("add_label", "remove_label"):
        values["label"] = fields.get("label") or None
    if comment := fields.get("comment"):
        values["comment"] = comment
    return validate_body(BulkBody, values)


def _read_days(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise invalid_field("days", "must be a number of days, such as 7 or -1") from None


def _read_back(fields: FormData) -> str:
    """A page of the same organization: a path of ours, never an address of another site."""
    back = fields.get("back")
    is_path = isinstance(back, str) and back.startswith("/") and not back.startswith("//")
    return back[:MAX_BACK] if is_path and isinstance(back, str) and "\\" not in back else LIST_PATH


def _ask(request: Request, context: AppContext, visitor: Visitor, form: BulkForm) -> Response:
    with context.database.read() as session:
        words = load_words(session, visitor.organization_id, form.body.ids)
    return _render(request, visitor, "bulk_confirm", form.back, form=form, words=words)


def _show_results(
    request: Request, visitor: Visitor, form: BulkForm, results: Sequence[BulkResult]
) -> Response:
    outcome: BulkOutcome = describe_outcome(form.body, results, form.back)
    return _render(request, visitor, "bulk_result", form.back, outcome=outcome)


def _show_problem(request: Request, visitor: Visitor, back: str, error: ServiceError) -> Response:
    sentence = error_sentence(error)
    return _render(request, visitor, "bulk_problem", back, status=400, sentence=sentence)


def _render(
    request: Request,
    visitor: Visitor,
    name: str,
    back: str,
    *,
    status: int = 200,
    **values: Any,  # noqa: ANN401
) -> Response:
    is_part = is_fetch_request(request)
    template = f"{name}.html" if is_part else "bulk.html"
    return render(template, visitor, status=status, part=f"{name}.html", back=back, **values)
