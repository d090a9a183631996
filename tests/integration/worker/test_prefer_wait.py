"""`Prefer: wait=N` on publish: the response comes when the provider has accepted or refused the
post."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from api.main import create_app
from models.organizations import SocialSettings
from models.store.tenants import api_keys
from services.public_urls import API_PREFIX
from tests.integration.worker.account_helpers import sync_accounts
from tests.integration.worker.worker_harness import WorkerHarness

Ask = Callable[..., "Future[httpx.Response]"]


@pytest.fixture
def ask_api(harness: WorkerHarness) -> Ask:
    """Publish over HTTP, in a thread."""
    with harness.database.write() as session:
        _, key = api_keys.create_key(session, harness.organization_id)
    app, pool = create_app(harness.context()), ThreadPoolExecutor(1)

    async def call(prefer: str, body: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(app)
        headers = {"Authorization": f"Bearer {key}", "Prefer": prefer}
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            return await client.post(f"{API_PREFIX}/publish", json=body, headers=headers)

    def publish(prefer: str, **fields: Any) -> "Future[httpx.Response]":  # noqa: ANN401
        body = {"postType": "text", "caption": "Hi", "platforms": ["x"], **fields}
        return pool.submit(lambda: asyncio.run(call(prefer, body)))

    return publish


def answered(harness: WorkerHarness, answer: "Future[httpx.Response]") -> httpx.Response:
    """The response, while the workers run."""
    harness.dispatch_until(answer.done, what="the answer")
    return answer.result()


def test_the_answer_comes_with_what_the_provider_did(harness: WorkerHarness, ask_api: Ask) -> None:
    """Accepted for each account when the response comes; its header has the applied wait."""
    later = {"scheduledAt": "2030-01-01T00:00:00Z"}
    for fields, statuses in (
        ({"publishMode": "publish_now", "platforms": ["x", "gmb"]}, {"publishing", "published"}),
        ({"publishMode": "schedule", **later}, {"created"}),
        ({"publishMode": "draft", **later}, {"created"}),
    ):
        answer = answered(harness, ask_api("wait=90", **fields))
        assert (answer.status_code, answer.headers["Preference-Applied"]) == (200, "wait=60")
        post = harness.post(answer.json()["socialPost"]["id"])
        assert {each.status for each in harness.deliveries(post).values()} <= statuses


def test_a_refusal_is_a_502(harness: WorkerHarness, ask_api: Ask) -> None:
    """In the error's form, with the provider's message and the post's id; the post is stored."""
    sync_accounts(harness)
    url = f"{harness.simulator.origin}/_simulator/profiles"
    harness.http.patch(url, json={"network": "x", "listed": False}).raise_for_status()
    answer = answered(harness, ask_api("wait=60", publishMode="publish_now"))
    body = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (502, 502, "PROVIDER_ERROR")
    assert "profile" in body["error"]
    assert body["error"] == body["message"]
    post_id = body["error"].split()[1]
    assert harness.post(post_id).status == "failed"
    # One account that accepts it is a success; the post has the reason of the other's refusal.
    half = answered(harness, ask_api("wait=60", publishMode="publish_now", platforms=["x", "gmb"]))
    assert half.status_code == 200
    post = harness.post(half.json()["socialPost"]["id"])
    assert harness.deliveries(post)["x"].status == "failed"


def test_a_bad_file_is_a_502_too(harness: WorkerHarness, ask_api: Ask) -> None:
    """The reason names it."""
    link = f"{harness.simulator.origin}/media/nothing.jpg"
    fields = {"postType": "photo", "photoUrls": [link], "publishMode": "publish_now"}
    answer = answered(harness, ask_api("wait=60", **fields))
    assert answer.status_code == 502
    assert "404" in answer.json()["error"]


def test_without_an_answer_the_usual_one_comes(harness: WorkerHarness, ask_api: Ask) -> None:
    """No worker runs: 202 after the wait; and at once where there is nothing to wait for."""
    answer = ask_api("wait=1", publishMode="publish_now").result()
    assert answer.json()["socialPost"]["status"] == "publishing"
    assert answer.headers["Preference-Applied"] == "wait=1"
    waiting = ask_api("wait=60", publishMode="next_slot").result()
    assert waiting.json()["socialPost"]["status"] == "backlog"
    with harness.database.write() as session:
        settings = session.get_one(SocialSettings, harness.organization_id)
        settings.approve_api_posts = True
        session.add(settings)
    held = ask_api("wait=60", publishMode="publish_now").result()
    assert held.json()["socialPost"]["status"] == "pending_approval"
    unasked = ask_api("wait=soon", publishMode="publish_now").result()
    assert (unasked.status_code, "Preference-Applied" in unasked.headers) == (200, False)
