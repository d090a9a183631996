"""The page that says how connecting on a network's page ended, or by the form behind a link."""

import time
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.deps import ContextDep
from services.connecting import connect_link, connect_outcome
from services.connecting.connect_link import ConnectLink
from services.connecting.connect_outcome import RESULT_PATH, ConnectOutcome
from services.context import AppContext
from ui.accounts.organization_name import load_name
from ui.organization_path import organization_base
from ui.templating import render

router = APIRouter(include_in_schema=False)
ENDED: Final = (
    "nothing was connected here: this was begun more than 15 minutes ago, in another browser, or "
    "at another address of Slotbeat, or it has ended already. Look whether the account is there; "
    "if not, go back to where you began, and begin again"
)


@router.get(RESULT_PATH)
async def result_page(context: ContextDep, token: Annotated[str, Query()] = "") -> Response:
    """Show the result; without a token, why there is none."""
    outcome = connect_outcome.decode(token, context.cipher, time.time())
    if outcome is None:
        title = "Not connected"
        return render("error.html", None, status=404, title=title, sentence=ENDED, code=404)
    return await render_result(context, outcome)


async def render_result(context: AppContext, outcome: ConnectOutcome) -> Response:
    """The page. The way back is a link, so that the person sees where it leads. A redirect after a
    form would also be against the page's Content-Security-Policy."""
    asked = outcome.asked
    words: dict[str, Any]
    if outcome.problem is not None:
        again = await begin_address(context, asked, has_link=outcome.has_link)
        page, words = "connect_failed.html", {"problem": outcome.problem, "back": again}
    else:
        name = await load_name(context, asked.organization_id)
        page, words = "connected.html", {"organization": name, "platform": asked.platform}
    return render(
        page,
        None,
        status=outcome.status,
        names=outcome.names,
        return_url=asked.return_url,
        return_host=host_of(asked.return_url),
        **words,
    )


async def begin_address(context: AppContext, asked: ConnectLink, *, has_link: bool) -> str:
    """The page on which the person began."""
    if has_link:
        return connect_link.link_url("", connect_link.encode(asked, context.cipher))
    base = organization_base(asked.organization_id, await load_name(context, asked.organization_id))
    return f"{base}/accounts/connect/{asked.platform}"


def host_of(address: str | None) -> str | None:
    """The server of an address, as it is shown."""
    return urlsplit(address).netloc if address else None
