"""Organizations with credentials of their own: whose workspace a post goes to, and which keys."""

import asyncio

import pytest

from models.posts import Post
from models.store.tenants import stored_credentials
from tests.integration.worker.office import SHARED_KEY, CredentialsHarness
from tests.integration.worker.window import assert_published_once
from tests.integration.worker.workshop import WorkerHarness
from worker import provider_cache

SECRETS = (SHARED_KEY, "a-primary", "a-secondary", "b-primary", "b-newer")


@pytest.fixture
def office(shop: WorkerHarness) -> CredentialsHarness:
    """An office whose engine works instead of the workshop's."""
    shop.stop_runner(shop.runners[-1])
    return CredentialsHarness(shop, shop.runners[0].context.threads)


def remote_ids(shop: WorkerHarness, *posts: Post) -> set[str | None]:
    """The ids that posts have at the provider."""
    return {each.remote_id for post in posts for each in shop.deliveries(post).values()}


def test_each_organization_posts_through_its_own_workspace(office: CredentialsHarness) -> None:
    """Two with keys of their own and one without: each post is seen by its own key alone."""
    shop = office.shop
    a, b = office.create_organization("a-primary"), office.create_organization("b-primary")
    plain = office.create_organization()
    posts = {
        key: [office.accept(owner), office.accept(owner)]
        for key, owner in (("a-primary", a), ("b-primary", b), (SHARED_KEY, plain))
    }
    shop.run_to_end(*(post for both in posts.values() for post in both))
    assert_published_once(shop, *(post for both in posts.values() for post in both))
    for key, both in posts.items():
        assert office.posts_visible_to(key) == remote_ids(shop, *both)


def test_new_credentials_are_for_new_posts(office: CredentialsHarness) -> None:
    """A post that was accepted before stays with the environment's workspace, the next one goes to
    the organization's own; after a removal the environment's is used again."""
    shop, owner = office.shop, office.create_organization()
    before = office.accept(owner)
    office.set_keys(owner, "a-primary")
    after = office.accept(owner)
    shop.run_to_end(before, after)
    with shop.database.write() as session:
        workspace = stored_credentials.find_own_workspace(session, owner, "simulator")
        assert workspace is not None
        stored_credentials.remove_credentials(session, workspace)
    last = office.accept(owner)
    shop.run_to_end(last)
    assert office.posts_visible_to(SHARED_KEY) == remote_ids(shop, before, last)
    assert office.posts_visible_to("a-primary") == remote_ids(shop, after)


def test_the_secondary_key_carries_on(office: CredentialsHarness) -> None:
    """The primary key is revoked: posts go out by the secondary one, and nobody is called."""
    shop = office.shop
    office.allow("a-secondary", "a-primary")
    owner = office.create_organization("a-primary", "a-secondary")
    office.revoke("a-primary")
    post = office.accept(owner)
    shop.run_to_end(post)
    assert office.posts_visible_to("a-secondary") == remote_ids(shop, post)
    assert office.workspace(owner).refused_at is None


def test_a_changed_key_works_at_once_where_the_old_one_is_refused(office: CredentialsHarness) -> None:
    """The worker has the old key in its memory; it reads the new one instead of failing a post."""
    shop, owner = office.shop, office.create_organization("b-primary")
    shop.run_to_end(office.accept(owner))
    office.allow("b-newer", "b-primary")
    office.revoke("b-primary")
    office.set_keys(owner, "b-newer")
    post = office.accept(owner)
    shop.run_to_end(post)
    assert "retry" not in " ".join(shop.step_outcomes(post))
    assert len(office.posts_visible_to("b-newer")) == 2


def test_a_changed_key_works_within_a_minute(
    office: CredentialsHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old key is still good: the new one is used once what was read has aged."""
    owner = office.create_organization("b-primary")
    workspace_id = office.workspace(owner).id
    store = office.providers.get(workspace_id)._http._credentials._store  # type: ignore[attr-defined]

    async def look() -> list[tuple[str, ...]]:
        ring = provider_cache.WorkspaceCredentials(store, workspace_id)
        first = await ring.current()
        office.set_keys(owner, "b-newer")
        second = await ring.current()
        monkeypatch.setattr(provider_cache, "MAX_AGE", 0)
        return [first.keys, second.keys, (await ring.current()).keys]

    assert asyncio.run(look()) == [("b-primary",), ("b-primary",), ("b-newer",)]


def test_refused_credentials_are_seen_until_new_ones_are_set(
    office: CredentialsHarness, caplog: pytest.LogCaptureFixture
) -> None:
    """The workspace says since when; once new keys are set, its accounts are read and the post goes
    out; no key is in any row of the post, and in no line of the log."""
    caplog.set_level("DEBUG")
    shop = office.shop
    owner = office.create_organization("a-primary")
    office.revoke("a-primary")
    post = office.accept(owner)
    since = shop.dispatch_until(lambda: office.workspace(owner).refused_at, what="the sign of a refusal")
    office.allow("a-secondary", "a-primary")
    office.set_keys(owner, "a-secondary")
    assert office.workspace(owner).refused_at is None
    shop.run_to_end(post)
    assert shop.post(post.id).status == "published"
    assert office.workspace(owner).accounts_synced_at > since
    shown = repr([shop.history(post), shop.deliveries(post), office.workspace(owner)])
    assert not [secret for secret in SECRETS if secret in shown + caplog.text]


def test_without_credentials_a_post_waits(office: CredentialsHarness) -> None:
    """Removed by force while a post needs them: nothing goes out by somebody else's keys, and the
    post goes on when they are set again."""
    shop, owner = office.shop, office.create_organization("a-primary")
    post = office.accept(owner)
    with shop.database.write() as session:
        workspace = stored_credentials.find_own_workspace(session, owner, "simulator")
        assert workspace is not None
        stored_credentials.remove_credentials(session, workspace)
    office.accept(office.create_organization())
    shop.dispatch_until(lambda: office.posts_visible_to(SHARED_KEY), what="another organization's post")
    assert shop.post(post.id).status == "publishing"
    office.set_keys(owner, "a-primary")
    shop.run_to_end(post)
    assert office.posts_visible_to("a-primary") == remote_ids(shop, post)
