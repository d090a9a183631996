"""Posts: drafts, publications, and the search that finds them again."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from aiohttp import web

from simulator.wordpress.access import may_edit, require, require_edit_context
from simulator.wordpress.errors import RestError, no_such_post
from simulator.wordpress.state import Call, Post, wordpress_time

# A post that is dated nearer than this is published at once.
LEAST_LEAD: Final = timedelta(seconds=60)
STATUSES: Final = ("draft", "pending", "future", "publish", "private")
FIELDS: Final = (
    "title", "content", "excerpt", "slug", "featured_media", "tags", "categories",
)  # fmt: skip


async def create_post(call: Call) -> web.Response:
    """A new post, always under a new id."""
    user = require(call, "edit_posts", "rest_cannot_create")
    if "id" in call.body:
        raise RestError(400, "rest_post_exists", "Cannot create existing post.")
    post = Post(0, user.id)
    _change(call, post)
    post.id = call.state.next_id()
    call.state.posts[post.id] = post
    return web.json_response(_render(call, post), status=201)


async def get_post(call: Call) -> web.Response:
    """One post; one that is not public only for those who may edit it."""
    post = _find(call)
    require_edit_context(call)
    if post.status != "publish" and not may_edit(call.user, post):
        raise RestError(401 if call.user is None else 403, "rest_forbidden")
    return web.json_response(_render(call, post))


async def update_post(call: Call) -> web.Response:
    """Change what is named; a post in the trash comes out of it with a new status."""
    post = _find(call)
    if not may_edit(call.user, post):
        raise RestError(401 if call.user is None else 403, "rest_cannot_edit")
    _change(call, post)
    return web.json_response(_render(call, post))


async def delete_post(call: Call) -> web.Response:
    """Into the trash, or away for good."""
    post = _find(call)
    if not may_edit(call.user, post):
        raise RestError(401 if call.user is None else 403, "rest_cannot_delete")
    if call.request.query.get("force") == "true":
        del call.state.posts[post.id]
        return web.json_response({"deleted": True, "previous": _render(call, post)})
    post.status = "trash"
    return web.json_response(_render(call, post))


async def list_posts(call: Call) -> web.Response:
    """A page of the posts; the total counts also those that the user may not see."""
    query = call.request.query
    statuses = set(query.get("status", "publish").split(","))
    if statuses != {"publish"} and not (call.user and call.user.may("edit_posts")):
        raise _forbidden_status(401 if call.user is None else 403)
    require_edit_context(call)
    found = [each for each in call.state.posts.values() if _matches(each, query, statuses)]
    found.sort(key=lambda each: each.id, reverse=query.get("order") != "asc")
    size, page = int(query.get("per_page", "10")), int(query.get("page", "1"))
    pages = -(-len(found) // size)
    if page > max(pages, 1):
        raise RestError(400, "rest_post_invalid_page_number", "The page number is too large.")
    shown = [
        each
        for each in found[(page - 1) * size : page * size]
        if each.status == "publish" or may_edit(call.user, each)
    ]
    headers = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)}
    return web.json_response([_render(call, each) for each in shown], headers=headers)


def _forbidden_status(status: int) -> RestError:
    """Without rights, a status is an invalid parameter."""
    message = "Status is forbidden."
    reason = {"code": "rest_forbidden_status", "message": message, "data": {"status": status}}
    return RestError(
        400,
        "rest_invalid_param",
        "Invalid parameter(s): status",
        params={"status": message},
        details={"status": reason},
    )


def _matches(post: Post, query: Any, statuses: set[str]) -> bool:  # noqa: ANN401  (aiohttp's query)
    """`any` is every status but the trash. The search does not care for upper case."""
    if "author" in query and post.author != int(query["author"]):
        return False
    text = f"{post.title}\n{post.content}\n{post.excerpt}".lower()
    if query.get("search", "").lower() not in text:
        return False
    return post.status in statuses or ("any" in statuses and post.status != "trash")


def _change(call: Call, post: Post) -> None:
    body = call.body
    status = body.get("status", post.status)
    if "status" in body and status not in STATUSES:
        raise RestError(400, "rest_invalid_param", "Invalid parameter(s): status")
    if status in ("publish", "future", "private") and status != post.status:
        require(call, "publish_posts", "rest_cannot_publish")
    if not (body.get("title") or body.get("content") or post.title or post.content):
        raise RestError(400, "empty_content", "Content, title, and excerpt are empty.")
    for name in set(FIELDS) & body.keys():
        setattr(post, name, body[name])
    if "date_gmt" in body:
        post.date = body["date_gmt"] or ""
    post.status = _dated_status(status, post.date)
    if post.status == "publish" and not post.date:
        post.date = wordpress_time()


def _dated_status(status: str, date: str) -> str:
    """A date in the future makes a publication a timer, a near one makes a timer a publication."""
    if status not in ("publish", "future"):
        return status
    moment = datetime.fromisoformat(date).replace(tzinfo=UTC) if date else datetime.now(UTC)
    return "future" if moment - datetime.now(UTC) >= LEAST_LEAD else "publish"


def _find(call: Call) -> Post:
    if call.id not in call.state.posts:
        raise no_such_post()
    return call.state.posts[call.id]


def _render(call: Call, post: Post) -> dict[str, Any]:
    is_out = post.status == "publish"
    address = (post.slug or f"post-{post.id}") + "/" if is_out else f"?p={post.id}"
    return {
        "id": post.id,
        "status": post.status,
        "date_gmt": post.date or wordpress_time(),
        "link": f"{call.state.url}/{address}",
        "slug": post.slug,
        "title": {"raw": post.title},
        "content": {"raw": post.content},
        "excerpt": {"raw": post.excerpt},
        "author": post.author,
        "featured_media": post.featured_media,
        "tags": post.tags,
        "categories": post.categories,
    }
