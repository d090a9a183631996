"""Calls whose response was lost: reconcile before a retry, and publish nothing twice."""

import pytest

from tests.integration.worker.pipeline_observer import assert_published_once
from tests.integration.worker.worker_harness import WorkerHarness


def live_posts(harness: WorkerHarness) -> int:
    """How many posts the simulator has that were not deleted."""
    return sum(not row["deleted"] for row in harness.simulator_state("posts")["posts"])


def test_a_created_post_is_adopted_by_its_marker(harness: WorkerHarness) -> None:
    """The response to create was lost: the draft is found, and not created again."""
    harness.inject_fault(kind="lost_answer", call="create_post")
    post = harness.accept()
    harness.run_to_end(post)
    assert_published_once(harness, post)
    assert harness.simulator_state("calls")["calls"]["create_post"] == 1
    events = harness.history(post)
    assert [event.outcome for event in events if event.step == "create"] == ["look"]
    assert [event.error for event in events if event.step == "look"] == ["found by its marker"]


def test_each_delivery_adopts_its_own_draft(harness: WorkerHarness) -> None:
    """Two platforms and two posts with the same text: markers tell them apart."""
    harness.inject_fault(kind="lost_answer", call="create_post", times=4)
    posts = [harness.accept("same words", platforms=["x", "facebook"]) for _ in range(2)]
    harness.run_to_end(*posts)
    assert_published_once(harness, *posts)
    assert harness.simulator_state("calls")["calls"]["create_post"] == 4


def test_a_create_that_failed_is_made_again(harness: WorkerHarness) -> None:
    """A 500 may have created it: nothing is found, the settle time passes, and one draft is
    created."""
    harness.inject_fault(kind="server_error", call="create_post", times=2)
    post = harness.accept()
    harness.run_to_end(post)
    assert_published_once(harness, post)
    assert live_posts(harness) == 1
    assert harness.simulator_state("calls")["calls"]["create_post"] == 3
    events = [event for event in harness.history(post) if event.step == "create"]
    assert [(event.outcome, event.http_status) for event in events] == [
        ("look", 500),
        ("look", 500),
        ("done", None),
    ]


def test_a_create_that_always_fails_ends(harness: WorkerHarness) -> None:
    """Not for ever: the attempts end, and the reason has the provider's message."""
    harness.start_runner(attempts=3)
    harness.inject_fault(kind="server_error", call="create_post", times=1000)
    post = harness.accept()
    (ended,) = harness.run_to_end(post)
    assert ended.status == "failed"
    assert "500" in str(ended.reason)
    assert harness.list_publications(post) == []


@pytest.mark.parametrize("call", ["schedule", "publishNow"])
def test_a_lost_transition_is_reconciled(harness: WorkerHarness, call: str) -> None:
    """The response to the transition was lost: the provider is read, and the call is not
    repeated."""
    harness.inject_fault(kind="lost_answer", call=call)
    post = harness.schedule(3) if call == "schedule" else harness.accept()
    harness.run_to_end(post)
    assert_published_once(harness, post)
    assert harness.simulator_state("calls")["calls"][call] == 1
    outcomes = [event.outcome for event in harness.history(post) if event.step != "look"]
    assert outcomes.count("look") == 1


@pytest.mark.parametrize("call", ["schedule", "publishNow"])
def test_a_transition_that_did_not_happen_is_repeated(harness: WorkerHarness, call: str) -> None:
    """500 and a timeout: it is still a draft, and the call is repeated on the same remote post."""
    harness.inject_fault(kind="server_error", call=call)
    harness.inject_fault(kind="hang", call=call)
    post = harness.schedule(7) if call == "schedule" else harness.accept()
    harness.run_to_end(post)
    assert_published_once(harness, post)
    assert harness.simulator_state("calls")["calls"][call] == 3
    assert live_posts(harness) == 1


def test_a_call_that_hangs_is_given_up_and_tried_again(harness: WorkerHarness) -> None:
    """Every call of the pipeline hangs once: each times out, and the post is published."""
    calls = ["initiate_media", "put_blob", "confirm_media", "get_media", "create_post", "get_post"]
    for call in calls:
        harness.inject_fault(kind="hang", call=call)
    post = harness.accept(
        "photo", "photo", platforms=["x"], photoUrls=[harness.serve_file("one.jpg")]
    )
    harness.run_to_end(post)
    assert_published_once(harness, post)
    assert harness.count_faults("hang") == len(calls)
    assert live_posts(harness) == 1


def test_answers_that_fail_at_every_call_do_no_harm(harness: WorkerHarness) -> None:
    """A third of all calls fail at random, with lost responses too: everything is published,
    once."""
    url = f"{harness.simulator.origin}/_simulator/faults"
    kinds = ["lost_answer", "server_error", "expired_url"]
    harness.http.put(url, json={"rate": 0.34, "seed": 5, "kinds": kinds}).raise_for_status()
    harness.start_runner(attempts=60, uploads=60)
    link = harness.serve_file("one.jpg")
    posts = [
        harness.accept(str(number), "photo", platforms=["x", "gmb"], photoUrls=[link])
        for number in range(6)
    ]
    harness.run_to_end(*posts)
    assert_published_once(harness, *posts)
    assert harness.count_faults("lost_answer") > 0
