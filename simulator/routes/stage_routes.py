"""Call 13, `PATCH /v2/posts/{id}/stage/{action}`: the transitions of a post."""

from aiohttp import web

from simulator.domain.posts import find_post, set_stage
from simulator.domain.publisher import begin_publishing
from simulator.domain.stages import ACTIONS, PUBLISHING, check_publish_at, stage_after
from simulator.errors import not_found_error
from simulator.routes.post_routes import check_content, post_response
from simulator.state import Call, CallHandler


def make_transition_handler(action: str) -> CallHandler:
    """The handler of one action: 200 with the post (`{"success": true}` in legacy answers)."""

    async def handle(call: Call) -> web.Response:
        post_id = call.request.match_info["id"]
        _apply_transition(call, action, post_id)
        call.state.due.set()
        if call.state.options.legacy_answers:
            return web.json_response({"success": True})
        return post_response(call, post_id)

    return handle


async def unknown_action(_call: Call) -> web.StreamResponse:
    """404 for an action that does not exist."""
    raise not_found_error("action")


def _apply_transition(call: Call, action: str, post_id: str) -> None:
    """Check the action against the post and commit the new stage; a repeat changes nothing."""
    rule, now = ACTIONS[action], call.state.clock()
    with call.state.store.transaction() as database:
        post = find_post(database, call.workspace, post_id)
        stage = stage_after(action, post.stage)
        if stage == post.stage:
            return
        if rule.needs_publish_at:
            check_publish_at(post.publish_at, now)
        if rule.checks_post:
            check_content(database, call.workspace, post.content, now)
        if stage == PUBLISHING:
            begin_publishing(database, post_id, now)
        else:
            set_stage(database, post_id, stage, now)
