"""The line on top of every page that says what keeps posts from going out, for pages that poll
nothing else."""

import hashlib

from fastapi import APIRouter, Request
from starlette.responses import Response

from ui.fetch_request import is_fetch_request
from ui.sign_in.auth import CurrentVisitor
from ui.templating import redirect, render

router = APIRouter(include_in_schema=False)


@router.get("/obstacles")
async def obstacles(request: Request, visitor: CurrentVisitor) -> Response:
    """The line, for the script; anybody else finds it on the calendar."""
    if not is_fetch_request(request):
        return redirect(f"{visitor.base}/")
    text = f"{visitor.obstacles}/{visitor.inbox_count}/{visitor.zone}"
    etag = f'"{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"'
    if request.headers.get("If-None-Match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    return render("obstacles_part.html", visitor, headers={"ETag": etag})
