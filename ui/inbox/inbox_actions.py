"""What the forms of the inbox and of the approvals do: one action, on one post or on many."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from services.context import AppContext
from services.errors import ServiceError, ValidationFailed
from services.inputs.bulk_body import BulkAction, BulkBody
from services.posts.bulk import BulkResult, run_bulk
from ui.forms import FormValues, error_sentence, read_values, validate_body
from ui.sign_in.auth import count_request
from ui.sign_in.csrf import read_form
from ui.sign_in.visitor import Visitor

DONE: Final[dict[BulkAction, str]] = {
    "approve": "Approved",
    "request_changes": "Sent back to the writer",
    "reject": "Rejected",
    "submit": "Submitted for approval",
    "retry": "Trying again",
    "queue": "Moved to the queue",
    "release": "Released",
    "acknowledge": "Left as it is",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What an action did, and what it could not, by post. `problem`: why nothing was done.
    `values`: what was typed, for a form that was refused."""

    action: str = ""
    title: str = ""
    done: Sequence[BulkResult] = ()
    refused: Sequence[BulkResult] = ()
    problem: str | None = None
    values: FormValues | None = None


async def carry_out(request: Request, context: AppContext, visitor: Visitor) -> Report:
    """Do what a submitted form asks for."""
    await count_request(request, visitor)
    form = await read_form(request)
    values = read_values(form)
    try:
        body = _read_body(form, values)
        results = await run_in_threadpool(run_bulk, context, visitor.organization_id, body)
    except ValidationFailed as error:
        return Report(problem=_sentence(error), values=values)
    done = [each for each in results if each.problem is None]
    refused = [each for each in results if each.problem is not None]
    return Report(body.action, DONE.get(body.action, "Done"), done, refused)


def _read_body(form: FormData, values: FormValues) -> BulkBody:
    fields = {"ids": form.getlist("ids"), "action": values["action"]}
    comment = values["comment"].strip() or values["reason"].strip()
    return validate_body(BulkBody, {**fields, "comment": comment or None})


def _sentence(error: ServiceError) -> str:
    """The error; what is missing is named in words."""
    fields = {each["field"].partition("[")[0] for each in error.details}
    if "ids" in fields:
        return "Choose the posts: one at least, 200 at most."
    if "comment" in fields:
        return "Say what has to change, in at most 2,000 characters."
    return error_sentence(error)
