"""The provider's API host: credentials in two headers, JSON bodies, JSON errors."""

import json
from typing import Any, Final

from aiohttp import web

from simulator.call_handler import HostProfile
from simulator.domain.profiles import open_workspace
from simulator.errors import CallError, Problem, validation_error
from simulator.state import SimulatorState


def authenticate(request: web.Request, state: SimulatorState) -> str:
    """The key's workspace, created at its first call; CallError 401 or 403."""
    app_id = request.headers.get("X-API-ID", "").strip()
    key = request.headers.get("X-API-KEY", "").strip()
    if not app_id or not key:
        raise CallError(401, "X-API-ID and X-API-KEY are required")
    if key.startswith("revoked"):
        raise CallError(403, "This API key was revoked")
    if key in state.revoked:
        raise CallError(401, "This API key is not valid")
    workspace = state.workspace_of(key)
    if workspace not in state.known_workspaces:
        open_workspace(state.store, workspace)
        state.known_workspaces.add(workspace)
    return workspace


def render_error(error: CallError) -> web.Response:
    """An error as JSON: `{"message", "errors"?}`."""
    return web.json_response(error.to_json(), status=error.status, headers=error.headers)


API_HOST: Final = HostProfile(authenticate, render_error)


async def read_json_object(request: web.Request) -> dict[str, Any]:
    """The JSON object in the body; CallError 415 or 400 when there is none."""
    if request.content_type != "application/json":
        raise CallError(415, "Content-Type must be application/json")
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise CallError(400, "The body is not JSON") from None
    if not isinstance(body, dict):
        raise validation_error([Problem("", "the body must be an object")])
    return body
