"""The page on which a person links a network to a workspace: `/connect`, for a browser.

It stands for the provider's own page and its OAuth; there is no login.
"""

from html import escape
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from aiohttp import web

from simulator.domain.networks import NETWORKS
from simulator.domain.profiles import link_profile, list_workspaces
from simulator.state import STATE_KEY

_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Simulator</title>
<body style="font: 1rem/1.5 sans-serif; max-width: 30rem; margin: 3rem auto">
<h1>Simulator</h1>
{}
</body></html>
"""
_FORM: Final = """<form method="post" action="/connect">
<p><label>Network <select name="platform">{networks}</select></label></p>
<p><label>Workspace <select name="workspace">{workspaces}</select></label></p>
<input type="hidden" name="redirectUrl" value="{back}">
<p><button>Link</button></p>
</form>"""


async def get_connect(request: web.Request) -> web.Response:
    """The form: `?platform=…&redirectUrl=…`."""
    known = list_workspaces(request.app[STATE_KEY].store)
    if not known:
        return _page("<p>No workspace was seen yet: a first call with its key makes one.</p>", 409)
    platform = request.query.get("platform", "")
    form = _FORM.format(
        networks="".join(_option(code, name, platform) for code, name in NETWORKS.items()),
        workspaces="".join(_option(each, each[:8], known[0]) for each in known),
        back=escape(request.query.get("redirectUrl", "")),
    )
    return _page(form)


async def post_connect(request: web.Request) -> web.Response:
    """Link the network, and redirect back with `platform` and `status=connected`."""
    form = await request.post()
    platform, back = str(form.get("platform", "")), str(form.get("redirectUrl", ""))
    store = request.app[STATE_KEY].store
    known = list_workspaces(store)
    workspace = str(form.get("workspace") or (known[0] if known else ""))
    if platform not in NETWORKS or workspace not in known:
        return _page("<p>There is no such network or workspace.</p>", 400)
    link_profile(store, workspace, platform)
    if urlsplit(back).scheme in {"http", "https"}:
        raise web.HTTPSeeOther(_redirect_url(back, platform))
    return _page(f"<p>Linked: {escape(NETWORKS[platform])}.</p>")


def _option(value: str, text: str, chosen: str) -> str:
    selected = " selected" if value == chosen else ""
    return f'<option value="{escape(value)}"{selected}>{escape(text)}</option>'


def _redirect_url(back: str, platform: str) -> str:
    parts = urlsplit(back)
    outcome = urlencode({"platform": platform, "status": "connected"})
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, outcome)))))


def _page(content: str, status: int = 200) -> web.Response:
    return web.Response(text=_PAGE.format(content), content_type="text/html", status=status)
