"""What goes wrong with an account at Bluesky's own server: its posts wait and say so, and then go
out, each once."""

import json
from typing import Final

import pytest

from models.posts import Delivery, Post
from models.statuses import PostStatus
from models.store.tenants import provider_sessions
from tests.bluesky.answer_loss_proxy import AnswerLossProxy, Fate
from tests.bluesky.pds_client import BlueskyAccount, expired
from tests.extra.bluesky_posts import PostMaker
from tests.extra.bluesky_server import BlueskyPds
from tests.integration.worker.connections.bluesky_harness import BlueskyHarness
from tests.service_context import CIPHER

SIGN_IN: Final = "com.atproto.server.createSession"
REFRESH: Final = "com.atproto.server.refreshSession"


def publish(bluesky: BlueskyHarness, caption: str) -> Post:
    """Accept a post with a photo, to be published now."""
    maker = PostMaker(7)
    photo = next(iter(maker.make(0, "", "photo").files[0].values()))
    link = bluesky.harness.serve_file(f"{caption}.png", photo)
    return bluesky.harness.accept(caption, "photo", platforms=["bluesky"], photoUrls=[link])


def assert_published(bluesky: BlueskyHarness, account: BlueskyAccount, post: Post) -> None:
    """It ends published, and is there once."""
    (ended,) = bluesky.harness.run_to_end(post)
    assert ended.status == PostStatus.PUBLISHED, bluesky.harness.step_outcomes(post)
    assert bluesky.texts(account).count(ended.caption) == 1


def expire_session(
    bluesky: BlueskyHarness, account: BlueskyAccount, *names: str
) -> dict[str, object]:
    """These tokens of the stored session expire, and a new worker knows no other; the session."""
    connection_id = bluesky.connection_of(account).id
    with bluesky.harness.database.write() as session:
        kept = json.loads(CIPHER.decrypt(provider_sessions.load(session, connection_id) or ""))
        kept |= {name: expired(kept[name]) for name in names}
        provider_sessions.save(session, connection_id, CIPHER.encrypt(json.dumps(kept)))
    bluesky.start_runner()
    return dict(kept)


def wait_until_held(bluesky: BlueskyHarness, post: Post) -> Delivery:
    """The delivery, when it waits for its account."""

    def held() -> list[Delivery]:
        return [each for each in bluesky.harness.deliveries(post).values() if each.is_held]

    (found,) = bluesky.harness.dispatch_until(held, what="the post waits for its account")
    return found  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("tokens", "renewals"),
    [
        pytest.param(["access"], {SIGN_IN: 0, REFRESH: 1}, id="access token"),
        pytest.param(["access", "refresh"], {SIGN_IN: 1, REFRESH: 1}, id="both tokens"),
    ],
)
def test_a_session_that_expires_is_renewed(
    bluesky: BlueskyHarness, proxy: AnswerLossProxy, tokens: list[str], renewals: dict[str, int]
) -> None:
    """Between two posts it expires, and the server says so to an upload: the session is renewed
    once, and the post goes out."""
    account = bluesky.connect()
    assert_published(bluesky, account, publish(bluesky, "before"))
    expire_session(bluesky, account, *tokens)
    proxy.calls.clear()
    assert_published(bluesky, account, publish(bluesky, "after"))
    assert {name: proxy.calls[name] for name in renewals} == renewals


def test_a_session_that_expires_between_upload_and_publication(
    bluesky: BlueskyHarness, proxy: AnswerLossProxy
) -> None:
    """The write is refused, and repeated with a new token: no file is uploaded twice."""
    account = bluesky.connect()
    post = bluesky.harness.schedule(
        3,
        "later",
        "photo",
        platforms=["bluesky"],
        photoUrls=[bluesky.harness.serve_file("one.jpg")],
    )
    harness = bluesky.harness
    harness.dispatch_until(
        lambda: any(each.status == "ready" for each in harness.uploads(post)), what="the upload"
    )
    harness.stop_runner(harness.runners[-1])
    expire_session(bluesky, account, "access")
    assert_published(bluesky, account, post)
    assert proxy.calls["com.atproto.repo.uploadBlob"] == 1
    assert proxy.calls[REFRESH] == 1


def test_a_revoked_app_password(bluesky: BlueskyHarness, bluesky_pds: BlueskyPds) -> None:
    """Without a session the account needs attention, and its posts wait and say so. A new app
    password lets them go."""
    account = bluesky.connect()
    assert_published(bluesky, account, publish(bluesky, "before"))
    bluesky_pds.revoke_app_password(account)
    expire_session(bluesky, account, "access", "refresh")
    post = publish(bluesky, "after")
    assert "connect it again" in (wait_until_held(bluesky, post).error or "")
    assert bluesky.texts(account) == ["before"]
    bluesky.connect(bluesky_pds.with_app_password(account, "another"))
    assert_published(bluesky, account, post)


def test_an_account_that_is_taken_down(bluesky: BlueskyHarness, bluesky_pds: BlueskyPds) -> None:
    """Its posts wait and say so, though its session still lives; put back, they go."""
    account = bluesky.connect()
    assert_published(bluesky, account, publish(bluesky, "before"))
    bluesky_pds.take_down(account.did)
    post = publish(bluesky, "after")
    assert account.handle in (wait_until_held(bluesky, post).error or "")
    assert any(
        "taken the account down" in (each.error or "") for each in bluesky.harness.history(post)
    )
    bluesky_pds.take_down(account.did, applied=False)
    bluesky.connect(account)
    assert_published(bluesky, account, post)


@pytest.mark.parametrize("fate", [Fate.ANSWER_LOST, Fate.NOT_SENT])
@pytest.mark.parametrize(
    "call",
    ["createSession", "uploadBlob", "getLatestCommit", "getRecord", "applyWrites"],
)
def test_each_call_is_repeated_after_a_lost_answer(
    bluesky: BlueskyHarness, proxy: AnswerLossProxy, call: str, fate: Fate
) -> None:
    """Whether it was carried out or not: the post is there once."""
    account = bluesky.connect()
    proxy.lose_next(call, fate=fate)
    assert_published(bluesky, account, publish(bluesky, "once"))
    assert sum(proxy.lost.values()) == 1
