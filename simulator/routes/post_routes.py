"""Calls 7, 8 and 10 to 12: create, get, update, delete and validate a post."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from simulator.domain.content_validation import check_body, check_references, media_ids
from simulator.domain.media import media_statuses
from simulator.domain.posts import (
    find_post,
    insert_post,
    mark_deleted,
    parse_publish_at,
    post_json,
    replace_content,
)
from simulator.domain.profiles import profile_ids
from simulator.domain.stages import check_deletable, stage_after_edit
from simulator.routes.api_auth import read_json_object
from simulator.state import Call


async def create_post(call: Call) -> web.Response:
    """Call 7: 201 with the post, IDEA without publishAt and DRAFT with it; 400 when invalid."""
    content = await read_json_object(call.request)
    now = call.state.clock()
    with call.state.store.transaction() as database:
        check_content(database, call.workspace, content, now)
        post_id = insert_post(database, call.workspace, content, now)
    return post_response(call, post_id, status=201)


async def get_post(call: Call) -> web.Response:
    """Call 8: 200 with the whole post."""
    return post_response(call, call.request.match_info["id"])


async def update_post(call: Call) -> web.Response:
    """Call 10: 200 with the post. A key in the body replaces the whole old value."""
    sent = await read_json_object(call.request)
    post_id, now = call.request.match_info["id"], call.state.clock()
    with call.state.store.transaction() as database:
        post = find_post(database, call.workspace, post_id)
        content = {**post.content, **sent}
        # Check the stage first: a post in a locked stage accepts no content at all.
        stage_after_edit(post.stage, post.publish_at)
        check_content(database, call.workspace, content, now)
        stage = stage_after_edit(post.stage, parse_publish_at(content))
        replace_content(database, post_id, content, stage, now)
    return post_response(call, post_id)


async def delete_post(call: Call) -> web.Response:
    """Call 11: 200 `{"success": true}`; 409 while PUBLISHING. It does not unpublish."""
    post_id = call.request.match_info["id"]
    with call.state.store.transaction() as database:
        check_deletable(find_post(database, call.workspace, post_id).stage)
        mark_deleted(database, post_id, call.state.clock())
    return web.json_response({"success": True})


async def validate_post(call: Call) -> web.Response:
    """Call 12: 200 `{"valid": true}`, or 400 with the errors."""
    database = call.state.store.connection
    post = find_post(database, call.workspace, call.request.match_info["id"])
    check_content(database, call.workspace, post.content, call.state.clock())
    return web.json_response({"valid": True})


def check_content(
    database: sqlite3.Connection, workspace: str, content: Mapping[str, Any], now: int
) -> None:
    """CallError 400 unless this content could be published from this workspace now."""
    check_body(content)
    media = media_statuses(database, workspace, media_ids(content).values(), now)
    check_references(content, profile_ids(database, workspace), media)


def post_response(call: Call, post_id: str, status: int = 200) -> web.Response:
    """The response with the stored post."""
    database = call.state.store.connection
    post = find_post(database, call.workspace, post_id)
    return web.json_response(post_json(database, post), status=status)
