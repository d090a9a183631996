"""Organizations with their own credentials: which connection a post goes to, and which keys are
used."""

import asyncio

import pytest

from models.posts import Post
from models.snapshot import ConnectionView
from models.store.tenants import stored_credentials
from tests.integration.worker.credentials_harness import SHARED_KEY, CredentialsHarness
from tests.integration.worker.pipeline_observer import assert_published_once
from tests.integration.worker.worker_harness import WorkerHarness
from worker import connection_credentials

SECRETS = (SHARED_KEY, "a-primary", "a-secondary", "b-primary", "b-newer")


@pytest.fixture
def credentials_harness(harness: WorkerHarness) -> CredentialsHarness:
    """A credentials harness, in place of the usual worker harness."""
    harness.stop_runner(harness.runners[-1])
    return CredentialsHarness(harness, harness.runners[0].context.threads)


def remote_ids(harness: WorkerHarness, *posts: Post) -> set[str | None]:
    """The ids of posts at the provider."""
    return {each.remote_id for post in posts for each in harness.deliveries(post).values()}


def test_each_organization_posts_through_its_own_connection(
    credentials_harness: CredentialsHarness,
) -> None:
    """Two with their own keys and one without: each post is visible only with its own key."""
    harness = credentials_harness.harness
    a, b = (
        credentials_harness.create_organization("a-primary"),
        credentials_harness.create_organization("b-primary"),
    )
    plain = credentials_harness.create_organization()
    posts = {
        key: [credentials_harness.accept(owner), credentials_harness.accept(owner)]
        for key, owner in (("a-primary", a), ("b-primary", b), (SHARED_KEY, plain))
    }
    harness.run_to_end(*(post for both in posts.values() for post in both))
    assert_published_once(harness, *(post for both in posts.values() for post in both))
    for key, both in posts.items():
        assert credentials_harness.posts_visible_to(key) == remote_ids(harness, *both)


def test_new_credentials_are_for_new_posts(credentials_harness: CredentialsHarness) -> None:
    """A post that was accepted before stays in the environment's connection, the next one goes to
    the organization's own; after a removal the environment's is used again."""
    harness, owner = credentials_harness.harness, credentials_harness.create_organization()
    before = credentials_harness.accept(owner)
    credentials_harness.set_keys(owner, "a-primary")
    after = credentials_harness.accept(owner)
    harness.run_to_end(before, after)
    with harness.database.write() as session:
        connection = stored_credentials.find_own_connection(session, owner, "simulator")
        assert connection is not None
        stored_credentials.remove_credentials(session, connection)
    last = credentials_harness.accept(owner)
    harness.run_to_end(last)
    assert credentials_harness.posts_visible_to(SHARED_KEY) == remote_ids(harness, before, last)
    assert credentials_harness.posts_visible_to("a-primary") == remote_ids(harness, after)


def test_the_secondary_key_carries_on(credentials_harness: CredentialsHarness) -> None:
    """The primary key is revoked: posts are published with the secondary one, and no refusal is
    recorded."""
    harness = credentials_harness.harness
    credentials_harness.allow("a-secondary", "a-primary")
    owner = credentials_harness.create_organization("a-primary", "a-secondary")
    credentials_harness.revoke("a-primary")
    post = credentials_harness.accept(owner)
    harness.run_to_end(post)
    assert credentials_harness.posts_visible_to("a-secondary") == remote_ids(harness, post)
    assert credentials_harness.connection(owner).refused_at is None


def test_a_changed_key_works_at_once_where_the_old_one_is_refused(
    credentials_harness: CredentialsHarness,
) -> None:
    """The worker has the old key in its cache; it reads the new one, and no post fails."""
    harness, owner = (
        credentials_harness.harness,
        credentials_harness.create_organization("b-primary"),
    )
    harness.run_to_end(credentials_harness.accept(owner))
    credentials_harness.allow("b-newer", "b-primary")
    credentials_harness.revoke("b-primary")
    credentials_harness.set_keys(owner, "b-newer")
    post = credentials_harness.accept(owner)
    harness.run_to_end(post)
    assert "retry" not in " ".join(harness.step_outcomes(post))
    assert len(credentials_harness.posts_visible_to("b-newer")) == 2


def test_a_changed_key_works_within_a_minute(
    credentials_harness: CredentialsHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old key is still valid: the new one is used when the cache expires."""
    owner = credentials_harness.create_organization("b-primary")
    connection = credentials_harness.connection(owner)
    seen = ConnectionView(connection.id, connection.provider)
    store = credentials_harness.providers.get(seen)._http._credentials._store  # type: ignore[attr-defined]

    async def look() -> list[tuple[str, ...]]:
        ring = connection_credentials.ConnectionCredentials(store, connection.id)
        first = await ring.current()
        credentials_harness.set_keys(owner, "b-newer")
        second = await ring.current()
        monkeypatch.setattr(connection_credentials, "MAX_AGE", 0)
        return [first.keys, second.keys, (await ring.current()).keys]

    assert asyncio.run(look()) == [("b-primary",), ("b-primary",), ("b-newer",)]


def test_refused_credentials_are_seen_until_new_ones_are_set(
    credentials_harness: CredentialsHarness, caplog: pytest.LogCaptureFixture
) -> None:
    """The connection records since when; after new keys are set, its accounts are read and the post
    is published. No key is in any row of the post, or in any log line."""
    caplog.set_level("DEBUG")
    harness = credentials_harness.harness
    owner = credentials_harness.create_organization("a-primary")
    credentials_harness.revoke("a-primary")
    post = credentials_harness.accept(owner)
    since = harness.dispatch_until(
        lambda: credentials_harness.connection(owner).refused_at, what="the sign of a refusal"
    )
    credentials_harness.allow("a-secondary", "a-primary")
    credentials_harness.set_keys(owner, "a-secondary")
    assert credentials_harness.connection(owner).refused_at is None
    harness.run_to_end(post)
    assert harness.post(post.id).status == "published"
    assert credentials_harness.connection(owner).accounts_synced_at > since
    shown = repr(
        [harness.history(post), harness.deliveries(post), credentials_harness.connection(owner)]
    )
    assert not [secret for secret in SECRETS if secret in shown + caplog.text]


def test_without_credentials_a_post_waits(credentials_harness: CredentialsHarness) -> None:
    """Removed by force while a post needs them: nothing is published with other keys, and the post
    goes on when they are set again."""
    harness, owner = (
        credentials_harness.harness,
        credentials_harness.create_organization("a-primary"),
    )
    post = credentials_harness.accept(owner)
    with harness.database.write() as session:
        connection = stored_credentials.find_own_connection(session, owner, "simulator")
        assert connection is not None
        stored_credentials.remove_credentials(session, connection)
    credentials_harness.accept(credentials_harness.create_organization())
    harness.dispatch_until(
        lambda: credentials_harness.posts_visible_to(SHARED_KEY), what="another organization's post"
    )
    assert harness.post(post.id).status == "publishing"
    credentials_harness.set_keys(owner, "a-primary")
    harness.run_to_end(post)
    assert credentials_harness.posts_visible_to("a-primary") == remote_ids(harness, post)
