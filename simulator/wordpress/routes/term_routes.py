"""Tags and categories."""

from aiohttp import web

from simulator.wordpress.access import require
from simulator.wordpress.errors import RestError
from simulator.wordpress.state import Call

EXISTS = "A term with the name provided already exists in this taxonomy."


async def create_tag(call: Call) -> web.Response:
    """A new tag, for whoever writes posts; one with this name is named in the refusal."""
    require(call, "edit_posts", "rest_cannot_create")
    name = call.body["name"]
    for id_, known in call.state.tags.items():
        if known.casefold() == name.casefold():
            raise RestError(400, "term_exists", EXISTS, term_id=id_)
    id_ = len(call.state.tags) + 2
    call.state.tags[id_] = name
    return web.json_response({"id": id_, "name": name}, status=201)


async def list_categories(call: Call) -> web.Response:
    """The categories, which everybody may read."""
    items = [
        {"id": id_, "name": name, "slug": name.lower()}
        for id_, name in call.state.categories.items()
    ]
    headers = {"X-WP-Total": str(len(items)), "X-WP-TotalPages": "1"}
    return web.json_response(items, headers=headers)
