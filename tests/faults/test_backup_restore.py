"""A backup in the middle of a run, more publications, a crash of everything, and the restore."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from models.database import Database
from models.encryption import Cipher
from models.store.tenants import organizations, stored_credentials
from models.store.tenants.stored_credentials import ProviderCredentials
from models.tables import DELIVERY
from simulator.list_shapes import SHAPES
from tests.acceptance.reconciliation import Post, describe_post, is_settled
from tests.acceptance.stack import CLOSE, PATIENT_RETRIES, ApiClient, Stack
from tests.faults import backups
from tests.faults.recording_client import RecordingClient
from tests.wait import wait_until

# Of all calls to the provider, 15 % fail, and 5 % succeed but their answers are lost.
RATE = 0.2
FAULT_KINDS = ("server_error", "server_error", "rate_limit", "lost_answer")
PAGE_SIZE = 10
# Posts on one account, so that its list has three pages: before the backup, and after it.
BEFORE = ("ahead", "publish_now", "publish_now", "publish_now", "ahead", "draft")
AFTER = 15
# Of these lists, the provider shows one page alone, or a full page without a sign of its end.
UNREADABLE = ("bare", "whole")


@dataclass
class Tenant:
    """An organization with a connection of its own, whose lists have one shape."""

    shape: str
    client: RecordingClient


@pytest.fixture(params=["embedded", "distributed"])
def failing_stack(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stack]:
    """One process on SQLite, then several on PostgreSQL and Redis; provider calls fail."""
    is_distributed = request.param == "distributed"
    with Stack(
        tmp_path,
        request.getfixturevalue("postgres_url") if is_distributed else None,
        request.getfixturevalue("redis_url") if is_distributed else None,
        RATE,
        fault_kinds=FAULT_KINDS,
        roles=("web", "beat", "worker"),
        with_breakpoints=True,
        settings=PATIENT_RETRIES,
    ) as running:
        yield running


@pytest.mark.timeout(300)
def test_nothing_goes_out_twice_after_a_restore(failing_stack: Stack) -> None:
    """With lists of every shape, nothing is published twice and nothing of the backup is lost: each
    post is published, or waits, or is unknown, where the list cannot be read or where it was
    deleted at the provider and is not published."""
    stack = failing_stack
    tenants = _tenants(stack)
    _publish(tenants, BEFORE)
    _wait_settled(tenants, share=0.25)
    in_backup = _statuses(tenants)
    backup = backups.back_up(stack)
    _publish(tenants, ("publish_now",) * AFTER)
    for tenant in tenants:  # off the timer, changed, and out
        tenant.client.edit(tenant.client.expected_posts[0], delay=4)
    _wait_settled(tenants, share=0.95)
    out = {each for each, status in _statuses(tenants).items() if status == "published"}
    assert any(in_backup.get(each, "published") != "published" for each in out), "nothing changed"
    for name in stack.roles:
        stack.processes[name].kill()
    backups.restore(stack, backup)
    for name in stack.roles:
        stack.start(name)
    wait_until(stack.is_ready, 90, "every process is ready")
    posts = {tenant.shape: _settled_posts(tenant) for tenant in tenants}
    assert in_backup.keys() <= {post["id"] for each in posts.values() for post in each}, "lost"
    _assert_out_once(stack, posts)


def _statuses(tenants: list[Tenant]) -> dict[str, str]:
    """The status of each post, by its id."""
    return {post["id"]: post["status"] for tenant in tenants for post in tenant.client.posts()}


def _tenants(stack: Stack) -> list[Tenant]:
    """One for each shape of a list."""
    return [_create_tenant(stack, shape) for shape in SHAPES]


def _create_tenant(stack: Stack, shape: str) -> Tenant:
    key, cipher = f"key of {shape}", Cipher(stack.env["SLOTBEAT_SECRET_KEY"])
    body = {"key": key, "shape": shape, "pageSize": PAGE_SIZE}
    url = f"{stack.simulator}/_simulator/lists"
    stack.client.put(url, json=body, headers=CLOSE).raise_for_status()
    database = Database(stack.database_url)
    with database.write() as session:
        organization, api_key = organizations.create(session, shape, "simulator")
        encrypted = ProviderCredentials("app", key, None).encrypt(cipher)
        stored_credentials.set_credentials(session, organization.id, "simulator", encrypted)
    database.close()
    api = ApiClient(stack.client, stack.origin, api_key)
    return Tenant(shape, RecordingClient(stack, api, shape, random.Random(7)))


def _publish(tenants: list[Tenant], modes: tuple[str, ...]) -> None:
    """All tenants publish at the same time."""

    def publish(tenant: Tenant) -> None:
        for mode in modes:
            tenant.client.publish(mode, photo=False, platforms=["x"])

    with ThreadPoolExecutor(4) as executor:
        list(executor.map(publish, tenants))


def _wait_settled(tenants: list[Tenant], share: float) -> None:
    """Wait until this share of all posts is settled, for a minute at most."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        settled = [is_settled(post) for tenant in tenants for post in tenant.client.posts()]
        if sum(settled) >= share * len(settled):
            return
        time.sleep(0.3)


def _settled_posts(tenant: Tenant) -> list[Post]:
    def posts() -> list[Post]:
        found = tenant.client.posts()
        return found if all(map(is_settled, found)) else []

    found: list[Post] = wait_until(posts, 120, f"the end of all posts of {tenant.shape}")
    return found


def _assert_out_once(stack: Stack, posts: dict[str, list[Post]]) -> None:
    """The status of each post agrees with the ledger."""
    times = _count_publications(stack)
    for shape, each in posts.items():
        for post in each:
            seen, described = times[post["id"]], describe_post(post)
            assert seen <= 1, f"published twice: {described}"
            if post["status"] == "unknown" and shape in UNREADABLE:
                assert post["providerError"], f"unknown without a reason: {described}"
            elif post["status"] == "unknown":
                # Killed while its remote post was replaced: the old one was deleted, no new one
                # was made. Where the list can be read, that is proved.
                assert "deleted at the provider" in str(post["providerError"]), described
                assert not seen, f"published, and not found: {described}"
            else:
                assert post["status"] in ("published", "scheduled", "draft"), described
                assert seen == (post["status"] == "published"), described


def _count_publications(stack: Stack) -> Counter[str]:
    """How often each post is in the ledger. Our marker there ends with the id of the delivery."""
    published = Counter(row["marker"].rpartition(":")[2] for row in stack.publications())
    database = Database(stack.database_url)
    with database.read() as session:
        rows = session.connection().execute(select(DELIVERY.c.id, DELIVERY.c.post_id)).all()
    database.close()
    times: Counter[str] = Counter()
    for row in rows:
        times[row.post_id] += published[row.id]
    return times
