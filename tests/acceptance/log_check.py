"""Checks the logs of all processes: a post can be followed in them, and they hold no secret."""

import json
import re
from typing import Any

from tests.acceptance.stack import ApiClient, Stack

PROVIDER_KEY = "the-providers-key-for-tests"
# The secrets in a media link and in the URL of a webhook endpoint.
SIGNATURE = "5ba1f0a9f8c2d1e34455"
TOKEN = "a-token-in-an-address"
# What a network's server adds to our address when it sends a person back.
STATE = "the-state-of-an-authorization"
PASSWORD = "an-application-password"
GUESS = "sb_a-key-that-opens-nothing-at-all-but-is-one"


def register_secrets(stack: Stack, caller: ApiClient) -> list[str]:
    """Use each kind of secret in ways that work and in ways that fail; returns them all."""
    hook = caller.call("POST", "/webhooks", {"url": f"{stack.simulator}/hook?token={TOKEN}"})
    feed: str = caller.call("POST", "/calendar/feed")["url"]
    assert stack.client.get(stack.origin + feed).status_code == 200
    assert stack.client.get(stack.origin + feed + "x").status_code == 404
    ApiClient(stack.client, stack.origin, GUESS).ask("GET", f"/posts?token={TOKEN}")
    answered = f"{stack.origin}/connect/callback?state={STATE}&password={PASSWORD}"
    assert stack.client.get(answered).status_code == 303
    own = {"Origin": stack.origin}
    entered = stack.client.post(f"{stack.origin}/sign-in", data={"key": caller.key}, headers=own)
    cookie = entered.headers["set-cookie"].partition("=")[2].partition(";")[0]
    assert len(cookie) > 40
    stack.client.get(stack.origin, headers={"Cookie": f"slotbeat_session={cookie}"})
    stack.client.cookies.clear()
    made: str = caller.call("POST", "/keys", {"name": "Zapier", "scopes": ["read"]})["apiKey"]
    limited = ApiClient(stack.client, stack.origin, made)
    assert limited.ask("POST", "/calendar/feed").status_code == 403
    token = feed.partition("token=")[2]
    own_keys = [stack.env["SLOTBEAT_SECRET_KEY"], PROVIDER_KEY, caller.key, made]
    return [
        *own_keys,
        hook["webhook"]["secret"],
        token,
        cookie,
        SIGNATURE,
        TOKEN,
        GUESS,
        STATE,
        PASSWORD,
    ]


def check_logs(stack: Stack, secrets: list[str], post_id: str) -> None:
    """Assert that no process logged a secret or a signed link, and that the logs hold the steps of
    the post."""
    for path in stack.folder.glob("*.log"):
        text = path.read_text(errors="replace")
        for secret in secrets:
            assert secret not in text, f"{path.name} holds {secret}"
        assert not re.search(r"sig=[\w%]{8}", text), f"{path.name} holds a signed link"
    logged = "".join(stack.processes[name].output() for name in stack.workers)
    lines = [line for line in logged.splitlines() if post_id in line]
    for step in ("upload", "confirm", "create", "published"):
        assert any(step in line for line in lines), f"{step} is missing in:\n" + "\n".join(lines)
    if stack.is_distributed:
        _check_json(stack, post_id)


def _check_json(stack: Stack, post_id: str) -> None:
    """Assert that every line of the web process is JSON, and every log line of the others.
    (Celery prints some lines of its own.)"""
    for name in stack.roles:
        lines = stack.processes[name].output().splitlines()
        found = [json.loads(line) for line in lines if name == "web" or line.startswith("{")]
        assert found, f"{name} logged nothing"
        assert all(line["process"].startswith(name.split()[-1] + "@") for line in found)
        if name in stack.workers:
            _check_steps([line for line in found if line.get("post") == post_id])


def _check_steps(found: list[dict[str, Any]]) -> None:
    steps = [line for line in found if "step" in line]
    assert steps
    names = {"job", "step", "organization", "outcome", "duration_ms", "subject"}
    assert all(names <= set(line) for line in steps), steps
