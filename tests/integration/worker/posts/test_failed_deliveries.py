"""Broken uploads, dead URLs, refusals, missing accounts: each ends as it should, with a reason."""

from hashlib import sha256

from sqlmodel import col, select

from models.accounts import Account
from tests.integration.worker.pipeline_observer import assert_published_once
from tests.integration.worker.post_changes import edit_post, retry_post
from tests.integration.worker.worker_harness import WorkerHarness


def photo(harness: WorkerHarness, name: str = "one.jpg") -> dict[str, list[str]]:
    """The fields of a post with one photo."""
    return {"platforms": ["x"], "photoUrls": [harness.serve_file(name)]}


def test_an_expired_link_begins_a_new_upload(harness: WorkerHarness) -> None:
    """403 from the blob host: announced again, uploaded again, and published."""
    harness.inject_fault(kind="expired_url", times=2)
    post = harness.accept("photo", "photo", **photo(harness))
    harness.run_to_end(post)
    assert_published_once(harness, post)
    assert harness.simulator_state("calls")["calls"]["initiate_media"] == 3
    assert [step for step in harness.step_outcomes(post) if step.startswith("upload")] == [
        "upload restart",
        "upload restart",
        "upload done",
    ]


def test_a_file_that_the_provider_cannot_process_is_uploaded_again(harness: WorkerHarness) -> None:
    """ERROR after the confirm may be the provider's fault: a second upload, and the post is
    published."""
    harness.inject_fault(kind="media_error")
    post = harness.accept("photo", "photo", **photo(harness))
    harness.run_to_end(post)
    assert_published_once(harness, post)
    assert [upload.uploads for upload in harness.uploads(post)] == [2]


def test_a_file_that_never_works_ends_with_its_reason(harness: WorkerHarness) -> None:
    """A limited number of uploads; nothing is created at the provider, and the seat is free."""
    harness.inject_fault(kind="media_error", times=1000)
    post = harness.accept("photo", "photo", **photo(harness))
    (ended,) = harness.run_to_end(post)
    assert ended.status == "failed"
    assert ended.reason
    assert [upload.uploads for upload in harness.uploads(post)] == [4]
    assert harness.simulator_state("posts")["posts"] == []


def test_a_refusal_is_told_in_the_networks_own_words(harness: WorkerHarness) -> None:
    """The network refuses such a post: failed at once, with its message, and never tried again."""
    post = harness.accept("[[refuse]]")
    (ended,) = harness.run_to_end(post)
    words = "x refused the post (asked for by its caption)"
    assert (ended.status, ended.reason) == ("failed", f"x: {words}")
    assert harness.deliveries(post)["x"].error == words
    assert harness.list_publications(post) == []


def test_one_refusal_among_several_is_partial(harness: WorkerHarness) -> None:
    """The others are published, once; the reason names the one that is not."""
    post = harness.accept("[[refuse:linkedin]]", platforms=["x", "linkedin", "threads"])
    (ended,) = harness.run_to_end(post)
    assert ended.status == "partial"
    assert ended.reason == "linkedin: linkedin refused the post (asked for by its caption)"
    statuses = {name: each.status for name, each in harness.deliveries(post).items()}
    assert statuses == {"x": "published", "linkedin": "failed", "threads": "published"}
    assert [network for network, _ in harness.list_publications(post)] == ["threads", "x"]


def test_a_partial_post_is_mended_where_it_failed(harness: WorkerHarness) -> None:
    """Another caption, then a retry: the account that failed gets the new words, once; what was
    live before stays as it was."""
    post = harness.accept("[[refuse:linkedin]]", platforms=["x", "linkedin"])
    harness.run_to_end(post)
    assert edit_post(harness, post, caption="Better words").status == "partial"
    retry_post(harness, post)
    (ended,) = harness.run_to_end(post)
    assert (ended.status, ended.reason) == ("published", None)
    assert sorted(network for network, _ in harness.list_publications(post)) == ["linkedin", "x"]
    digests = {
        each["network"]: each["captionSha256"]
        for each in harness.simulator_state("ledger")["publications"]
    }
    assert digests["linkedin"] == sha256(b"Better words").hexdigest()
    assert digests["x"] != digests["linkedin"]


def test_a_post_whose_file_is_gone_gets_another(harness: WorkerHarness) -> None:
    """The link was dead: with another link and a retry it is published, once, with that file."""
    dead = f"{harness.simulator.origin}/media/gone.jpg"
    post = harness.accept("photo", "photo", platforms=["x"], photoUrls=[dead])
    (failed,) = harness.run_to_end(post)
    assert failed.status == "failed"
    edit_post(harness, post, photoUrls=[harness.serve_file("one.jpg")])
    retry_post(harness, post)
    (ended,) = harness.run_to_end(post)
    assert ended.status == "published"
    assert_published_once(harness, post)
    assert [upload.status for upload in harness.uploads(post)] == ["ready"]


def test_a_partial_post_gets_another_file_where_it_failed(harness: WorkerHarness) -> None:
    """The file is uploaded again, and only the account that failed is published, once."""
    post = harness.accept(
        "[[refuse:linkedin]]",
        "photo",
        platforms=["x", "linkedin"],
        photoUrls=[harness.serve_file("one.jpg")],
    )
    harness.run_to_end(post)
    other = harness.serve_file("two.jpg")
    edit_post(harness, post, photoUrls=[other], caption="Better words")
    retry_post(harness, post)
    (ended,) = harness.run_to_end(post)
    assert ended.status == "published"
    assert sorted(network for network, _ in harness.list_publications(post)) == ["linkedin", "x"]
    assert harness.simulator_state("calls")["calls"]["initiate_media"] == 2


def test_a_dead_source_link_is_named(harness: WorkerHarness) -> None:
    """404 at the source: the post fails before anything is created, and the reason says so."""
    links = [
        harness.serve_file("one.jpg"),
        f"{harness.simulator.origin}/media/gone.jpg?signature=secret",
    ]
    post = harness.schedule(30, "photos", "photo", platforms=["x"], photoUrls=links)
    (ended,) = harness.run_to_end(post)
    assert ended.status == "failed"
    assert "the media source answered 404" in str(ended.reason)
    assert "signature" not in repr(harness.history(post)) + str(ended.reason)
    assert harness.simulator_state("posts")["posts"] == []


def test_a_platform_without_an_account_fails_alone(harness: WorkerHarness) -> None:
    """No account there: that delivery fails with a reason, the other is published."""
    harness.run_to_end(harness.accept("the accounts are known now"))
    with harness.database.write() as session:
        session.delete(session.exec(select(Account).where(col(Account.platform) == "gmb")).one())
    post = harness.accept(platforms=["x", "gmb"])
    (ended,) = harness.run_to_end(post)
    assert ended.status == "partial"
    deliveries = harness.deliveries(post)
    assert {name: each.status for name, each in deliveries.items()} == {
        "x": "published",
        "gmb": "failed",
    }
    assert "no gmb account is connected" in str(deliveries["gmb"].error)
    assert "gmb" in str(ended.reason)
