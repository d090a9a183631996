"""A proxy before a WordPress site that loses answers and holds calls back."""

from typing import Final

from aiohttp import web

from tests.bluesky.answer_loss_proxy import AnswerLossProxy

_ALL: Final = {"POST": "create", "GET": "list"}
_ONE: Final = {"POST": "update", "GET": "get", "DELETE": "delete"}


class SiteProxy(AnswerLossProxy):
    """Its calls are named `create_post`, `list_posts`, `get_post`, `update_post`, `delete_post`,
    and so for media and tags; others by the end of their path."""

    def name_of(self, request: web.Request) -> str:
        """What a call is counted as."""
        *_, kind, last = request.path.rstrip("/").split("/")
        if last.isdecimal():
            return f"{_ONE[request.method]}_{kind.removesuffix('s')}"
        verb = _ALL.get(request.method, request.method)
        return f"{verb}_{last if verb == 'list' else last.removesuffix('s')}"

    @property
    def api(self) -> str:
        """The address of the REST API, through the proxy."""
        return f"{self.origin}/wp-json"
