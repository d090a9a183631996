"""Who makes a call, and whether they may."""

import base64
import binascii

from aiohttp import web

from simulator.wordpress.errors import RestError
from simulator.wordpress.state import Call, Post, SiteState, User


def signed_in(request: web.Request, state: SiteState) -> User | None:
    """The user of a call; None without a valid application password: public calls still work."""
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        username, _, password = base64.b64decode(encoded).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return state.sign_in(username, password) if kind == "Basic" else None


def require(call: Call, right: str, code: str) -> User:
    """The user, if it has the right; else 401 or 403 with the code."""
    if call.user is None or not call.user.may(right):
        raise RestError(401 if call.user is None else 403, code)
    return call.user


def require_edit_context(call: Call) -> None:
    """Only users who write posts see what is behind them."""
    if call.request.query.get("context") == "edit":
        require(call, "edit_posts", "rest_forbidden_context")


def may_edit(user: User | None, post: Post) -> bool:
    """Whether it is the user's own post, or the user may edit those of others."""
    if user is None:
        return False
    return post.author == user.id or user.may("edit_others_posts")
