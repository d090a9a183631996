"""Broken uploads, dead links, refusals, missing accounts: each ends as it should, and says why."""

from sqlmodel import col, select

from models.organizations import Account
from tests.integration.worker.window import assert_published_once
from tests.integration.worker.workshop import WorkerHarness


def photo(shop: WorkerHarness, name: str = "one.jpg") -> dict[str, list[str]]:
    """The fields of a post with one photo."""
    return {"platforms": ["x"], "photoUrls": [shop.serve_file(name)]}


def test_an_expired_link_begins_a_new_upload(shop: WorkerHarness) -> None:
    """403 from the blob host: initiated again, uploaded again, and published."""
    shop.inject_fault(kind="expired_url", times=2)
    post = shop.accept("photo", "photo", **photo(shop))
    shop.run_to_end(post)
    assert_published_once(shop, post)
    assert shop.simulator_state("calls")["calls"]["initiate_media"] == 3
    assert [step for step in shop.step_outcomes(post) if step.startswith("upload")] == [
        "upload restart",
        "upload restart",
        "upload done",
    ]


def test_a_file_that_the_provider_cannot_process_is_uploaded_again(shop: WorkerHarness) -> None:
    """ERROR after the confirm may be theirs: a second upload, and the post goes out."""
    shop.inject_fault(kind="media_error")
    post = shop.accept("photo", "photo", **photo(shop))
    shop.run_to_end(post)
    assert_published_once(shop, post)
    assert [media.uploads for media in shop.media(post)] == [2]


def test_a_file_that_never_works_ends_with_its_reason(shop: WorkerHarness) -> None:
    """So many uploads and no more; nothing is made at the provider, and the seat of x is free."""
    shop.inject_fault(kind="media_error", times=1000)
    post = shop.accept("photo", "photo", **photo(shop))
    (ended,) = shop.run_to_end(post)
    assert ended.status == "failed"
    assert ended.reason
    assert [media.uploads for media in shop.media(post)] == [4]
    assert shop.simulator_state("posts")["posts"] == []


def test_a_refusal_is_told_in_the_networks_own_words(shop: WorkerHarness) -> None:
    """The network takes no such post: failed at once, with its words, and never tried again."""
    post = shop.accept("[[refuse]]")
    (ended,) = shop.run_to_end(post)
    words = "x refused the post (asked for by its caption)"
    assert (ended.status, ended.reason) == ("failed", f"x: {words}")
    assert shop.deliveries(post)["x"].error == words
    assert shop.list_publications(post) == []


def test_one_refusal_among_several_is_partial(shop: WorkerHarness) -> None:
    """The others are out, once; the reason names the one that is not."""
    post = shop.accept("[[refuse:linkedin]]", platforms=["x", "linkedin", "threads"])
    (ended,) = shop.run_to_end(post)
    assert ended.status == "partial"
    assert ended.reason == "linkedin: linkedin refused the post (asked for by its caption)"
    statuses = {name: each.status for name, each in shop.deliveries(post).items()}
    assert statuses == {"x": "published", "linkedin": "failed", "threads": "published"}
    assert [network for network, _ in shop.list_publications(post)] == ["threads", "x"]


def test_a_dead_source_link_is_named(shop: WorkerHarness) -> None:
    """404 at the source: the post fails before anything is made, and the reason says so."""
    links = [shop.serve_file("one.jpg"), f"{shop.simulator.origin}/media/gone.jpg?signature=secret"]
    post = shop.schedule(30, "photos", "photo", platforms=["x"], photoUrls=links)
    (ended,) = shop.run_to_end(post)
    assert ended.status == "failed"
    assert "the media source answered 404" in str(ended.reason)
    assert "signature" not in repr(shop.history(post)) + str(ended.reason)
    assert shop.simulator_state("posts")["posts"] == []


def test_a_platform_without_an_account_fails_alone(shop: WorkerHarness) -> None:
    """Nothing is connected there: that delivery fails with a reason, the other goes out."""
    shop.run_to_end(shop.accept("the accounts are known now"))
    with shop.database.write() as session:
        session.delete(session.exec(select(Account).where(col(Account.platform) == "gmb")).one())
    post = shop.accept(platforms=["x", "gmb"])
    (ended,) = shop.run_to_end(post)
    assert ended.status == "partial"
    deliveries = shop.deliveries(post)
    assert {name: each.status for name, each in deliveries.items()} == {
        "x": "published",
        "gmb": "failed",
    }
    assert "no gmb account is connected" in str(deliveries["gmb"].error)
    assert "gmb" in str(ended.reason)
