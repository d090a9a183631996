"""The inbox and the approvals: pages, the parts that their script polls, and their forms."""

from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Header, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.deps import ContextDep
from services.context import AppContext
from ui.fetch_request import is_fetch_request
from ui.inbox.inbox_actions import Report, carry_out
from ui.inbox.inbox_data import InboxPage, Loader, load_approvals, load_inbox
from ui.sign_in.auth import CurrentVisitor
from ui.sign_in.visitor import Visitor
from ui.templating import render

router = APIRouter(include_in_schema=False)
INBOX: Final = "/inbox"
APPROVALS: Final = "/approvals"
LOADERS: Final[dict[str, Loader]] = {INBOX: load_inbox, APPROVALS: load_approvals}
PROBLEM: Final = 400
Known = Annotated[str | None, Header()]


@router.get(INBOX)
def inbox_page(context: ContextDep, visitor: CurrentVisitor) -> Response:
    """Show everything that needs a person."""
    return _render(context, visitor, INBOX)


@router.get(APPROVALS)
def approvals_page(context: ContextDep, visitor: CurrentVisitor) -> Response:
    """Show the posts that wait for approval."""
    return _render(context, visitor, APPROVALS)


@router.get(f"{INBOX}/part")
def inbox_part(
    context: ContextDep, visitor: CurrentVisitor, if_none_match: Known = None
) -> Response:
    """The part of the inbox that changes; 304 if the page is up to date."""
    return _render_part(context, visitor, INBOX, if_none_match)


@router.get(f"{APPROVALS}/part")
def approvals_part(
    context: ContextDep, visitor: CurrentVisitor, if_none_match: Known = None
) -> Response:
    """The part of the approvals that changes; 304 if the page is up to date."""
    return _render_part(context, visitor, APPROVALS, if_none_match)


@router.post(INBOX)
async def act_in_inbox(request: Request, context: ContextDep, visitor: CurrentVisitor) -> Response:
    """Do what a form of the inbox asks for, and show what is left."""
    return await _act(request, context, visitor, INBOX)


@router.post(APPROVALS)
async def decide_approvals(
    request: Request, context: ContextDep, visitor: CurrentVisitor
) -> Response:
    """Approve posts, ask for changes or reject them, and show those that still wait."""
    return await _act(request, context, visitor, APPROVALS)


async def _act(request: Request, context: AppContext, visitor: Visitor, path: str) -> Response:
    report = await carry_out(request, context, visitor)
    page = await run_in_threadpool(LOADERS[path], context, visitor)
    is_part = is_fetch_request(request)
    return _answer(visitor, path, page, report, is_part=is_part)


def _render(context: AppContext, visitor: Visitor, path: str) -> Response:
    return _answer(visitor, path, LOADERS[path](context, visitor), Report())


def _render_part(
    context: AppContext, visitor: Visitor, path: str, if_none_match: str | None
) -> Response:
    page = LOADERS[path](context, visitor)
    known = [each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")]
    if page.etag in known:
        return Response(status_code=304, headers={"ETag": page.etag})
    return _answer(visitor, path, page, Report(), is_part=True)


def _answer(
    visitor: Visitor, path: str, page: InboxPage, report: Report, *, is_part: bool = False
) -> Response:
    name = path.removeprefix("/")
    return render(
        f"{name}_part.html" if is_part else f"{name}.html",
        replace(visitor, inbox_count=page.count),
        status=PROBLEM if report.problem else 200,
        headers={"ETag": page.etag},
        page=page,
        report=report,
        current_path=path,
    )
