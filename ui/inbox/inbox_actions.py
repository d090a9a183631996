"""What the forms of the inbox and of the approvals do: one action, on one post or on many."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from services.context import AppContext
from services.errors import PostingDisabled, ServiceError, ValidationFailed, invalid_field
from services.posts.allowed_actions import ALLOWED_WHEN_DISABLED, PostAction
from services.posts.change_each import ChangedPost, change_each
from ui.forms import FormValues, error_sentence, read_values
from ui.post.post_actions import CHANGE_BUILDERS
from ui.sign_in.auth import count_request
from ui.sign_in.csrf import read_form
from ui.sign_in.visitor import Visitor

# One request changes so many posts.
MAX_POSTS: Final = 200
OFFERED: Final = (
    PostAction.APPROVE,
    PostAction.REQUEST_CHANGES,
    PostAction.REJECT,
    PostAction.SUBMIT,
    PostAction.RETRY,
    PostAction.RELEASE,
    PostAction.ACKNOWLEDGE,
)
DONE: Final = {
    PostAction.APPROVE: "Approved",
    PostAction.REQUEST_CHANGES: "Sent back to the writer",
    PostAction.REJECT: "Rejected",
    PostAction.SUBMIT: "Submitted for approval",
    PostAction.RETRY: "Trying again",
    PostAction.RELEASE: "Released",
    PostAction.ACKNOWLEDGE: "Left as it is",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What an action did, and what it could not, by post. `problem`: why nothing was done.
    `values`: what was typed, for a form that was refused."""

    title: str = ""
    changed: Sequence[ChangedPost] = ()
    refused: Sequence[ChangedPost] = ()
    problem: str | None = None
    values: FormValues | None = None


async def carry_out(request: Request, context: AppContext, visitor: Visitor) -> Report:
    """Do what a submitted form asks for."""
    await count_request(request, visitor)
    form = await read_form(request)
    values = read_values(form)
    try:
        action, ids = _read(form, values, visitor)
        change = CHANGE_BUILDERS[action](values, visitor)
    except (ValidationFailed, PostingDisabled) as error:
        return Report(problem=_sentence(error), values=values)
    outcomes = await run_in_threadpool(change_each, context, visitor.organization_id, ids, change)
    changed = [each for each in outcomes if each.problem is None]
    return Report(DONE[action], changed, [each for each in outcomes if each.problem])


def _read(form: FormData, values: FormValues, visitor: Visitor) -> tuple[PostAction, list[str]]:
    action = next((each for each in OFFERED if each == values["action"]), None)
    if action is None:
        raise invalid_field("action", f"choose from {', '.join(OFFERED)}")
    if not visitor.is_enabled and action not in ALLOWED_WHEN_DISABLED:
        raise PostingDisabled
    ids = list(dict.fromkeys(str(each) for each in form.getlist("ids")))
    if not ids:
        raise invalid_field("ids", "choose at least one post")
    if len(ids) > MAX_POSTS:
        raise invalid_field("ids", f"choose at most {MAX_POSTS} posts at a time")
    return action, ids


def _sentence(error: ServiceError) -> str:
    """The error; a comment that is missing is named."""
    if any(each["field"] == "comment" for each in error.details):
        return "Say what has to change, in the comment."
    return error_sentence(error)
