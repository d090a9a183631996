"""Publications: each status of a thread once, whatever was lost."""

import time

import pytest

from provider.errors import GiveUp, NotNow, OutcomeUnknown, Retry
from tests.unit.provider.mastodon.publisher import Publisher

TEXTS = ("one", "two", "three")


def test_a_thread_is_a_chain_of_answers(publisher: Publisher) -> None:
    """Each text answers the one before, with the visibility and language of the post."""
    fields = {"mastodonVisibility": "unlisted", "mastodonLanguage": "de"}
    root = publisher.publish(publisher.draft(*TEXTS, fields=fields))
    assert publisher.texts == list(TEXTS)
    first, second, third = publisher.statuses
    assert (root, second.in_reply_to, third.in_reply_to) == (first.id, first.id, second.id)
    assert {(each.visibility, each.language) for each in publisher.statuses} == {("unlisted", "de")}


@pytest.mark.parametrize("lost", range(3))
def test_a_thread_whose_answer_was_lost_goes_on(publisher: Publisher, lost: int) -> None:
    """Whichever answer is lost, the first status is found by its content, and what is missing
    follows: no text is there twice, and no text is missing."""
    draft = publisher.draft(*TEXTS)
    publisher.sandbox.inject("lost_answer", "POST statuses", skip=lost)
    with pytest.raises(OutcomeUnknown):
        publisher.publish(draft)
    assert publisher.texts == list(TEXTS[: lost + 1])
    (found,) = publisher.use(lambda one: one.find(draft))
    publisher.age(60)
    publisher.sandbox.state.keys.clear()  # as on a server that knows no keys
    assert publisher.publish(draft, found.id) == found.id
    assert publisher.texts == list(TEXTS)


def test_a_thread_waits_for_what_may_still_arrive(publisher: Publisher) -> None:
    """Right after its last status, the next one may be on its way: nothing is sent."""
    root = publisher.publish(publisher.draft("one"))
    with pytest.raises(NotNow) as caught:
        publisher.publish(publisher.draft(*TEXTS), root)
    assert 0 < caught.value.seconds <= 11
    assert publisher.texts == ["one"]


def test_a_thread_that_is_refused_in_its_middle(publisher: Publisher) -> None:
    """The first text is public, so the outcome is unknown; who goes on is told what is wrong."""
    draft = publisher.draft("one", "x" * 501, "three")
    with pytest.raises(OutcomeUnknown, match="its thread is not whole yet"):
        publisher.publish(draft)
    publisher.age(60)
    with pytest.raises(GiveUp, match="500"):
        publisher.publish(draft, publisher.statuses[0].id)
    assert publisher.texts == ["one"]


def test_the_key_is_known_for_an_hour(publisher: Publisher) -> None:
    """The same call makes no second status within the hour, and one after it: so nothing is sent
    again before somebody has looked."""
    draft = publisher.draft("keyed")
    assert publisher.publish(draft) == publisher.publish(draft)
    publisher.sandbox.turn_clock(3601)
    publisher.publish(draft)
    publisher.sandbox.turn_clock(-3601)
    assert publisher.texts == ["keyed", "keyed"]


def test_what_a_person_deleted_does_not_come_back(publisher: Publisher) -> None:
    """The server still knows the key, but has no such status: a person must decide."""
    draft = publisher.draft("deleted")
    root = publisher.publish(draft)
    del publisher.sandbox.state.statuses[root]
    with pytest.raises(GiveUp, match="deleted there"):
        publisher.publish(draft)
    assert publisher.texts == []


def test_a_delete_takes_the_thread_with_it(publisher: Publisher) -> None:
    """The chain of the account's own answers goes, the last one first; other posts stay."""
    publisher.publish(publisher.draft("kept", marker="another"))
    root = publisher.publish(publisher.draft(*TEXTS))
    publisher.use(lambda one: one.delete(root))
    assert publisher.texts == ["kept"]


def test_a_claim_that_is_over_stops_a_thread(publisher: Publisher) -> None:
    """A worker whose claim has ended sends nothing more: others may work on the post."""
    draft = publisher.draft(*TEXTS)
    with pytest.raises(Retry):
        publisher.use(lambda one: one.publish_now("", draft, held_until=time.monotonic() - 1))
    assert publisher.texts == []


def test_another_account_is_refused(publisher: Publisher) -> None:
    """A token that a person replaced by another account's publishes nothing there."""
    with pytest.raises(GiveUp, match="another Mastodon account"):
        publisher.publish(publisher.draft(profile_id="1@other.test"))
    assert publisher.texts == []
