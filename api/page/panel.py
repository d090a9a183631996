"""A post beside the calendar: what became of it, and what can be done."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.deps import Around, Surroundings
from api.errors import ApiError
from api.page import post_facts
from api.page.forms import Typed, by_field, sentence
from api.page.guard import SignedIn, Visitor, is_scripted
from api.page.rendering import render
from api.posts.possible import ENDING, Act

router = APIRouter(include_in_schema=False)
# What was done, by the word that an address may carry.
DONE: Final = {
    "approve": "Approved. The post begins as if it had been accepted now.",
    "reject": "Rejected. Nothing of it goes out.",
    "retry": "What did not go out is tried again.",
    "release": "Released.",
    "move": "Moved to its new slot.",
    "edit": "Saved.",
    "remove": "Removed.",
    "publish": "Accepted.",
}


@router.get("/panel/posts/{post_id}")
async def post_panel(
    request: Request,
    around: Around,
    visitor: SignedIn,
    post_id: str,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The post: a part for the page's script, else a page of its own."""
    facts = await run_in_threadpool(post_facts.read, around, visitor.organization_id, post_id)
    tag = f'"{facts.tag}"'
    if request.headers.get("If-None-Match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    return _rendered(request, visitor, facts, done=DONE.get(done))


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was asked for, what was typed for it, and why it was not done."""

    act: Act
    typed: Typed
    error: ApiError


async def after(
    request: Request, around: Surroundings, visitor: Visitor, post_id: str, came: Act | Refusal
) -> Response:
    """The post after something was done, or was refused: with the reason, and what was typed."""
    facts = await run_in_threadpool(post_facts.read, around, visitor.organization_id, post_id)
    if isinstance(came, Refusal):
        return _rendered(request, visitor, facts, refusal=came)
    return _rendered(request, visitor, facts, done=DONE[came])


def _rendered(
    request: Request,
    visitor: Visitor,
    facts: post_facts.Facts,
    *,
    done: str | None = None,
    refusal: Refusal | None = None,
) -> Response:
    return render(
        request,
        "post_part.html" if is_scripted(request) else "post.html",
        visitor,
        status=refusal.error.status if refusal else 200,
        headers={"ETag": f'"{facts.tag}"'},
        facts=facts,
        post=facts.post,
        done=done,
        problem=sentence(refusal.error) if refusal else None,
        problems=by_field(refusal.error) if refusal else {},
        tried=refusal.act if refusal else None,
        typed=refusal.typed if refusal else Typed(),
        may=facts.acts if visitor.is_enabled else facts.acts & ENDING,
    )
