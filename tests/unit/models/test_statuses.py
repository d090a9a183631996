"""Statuses: the tables of legal transitions are complete, and what they forbid is refused."""

from itertools import chain, combinations_with_replacement

import pytest

from models.statuses import (
    DELIVERY_TRANSITIONS,
    POST_TRANSITIONS,
    SETTLED_DELIVERIES,
    SETTLED_POSTS,
    UNAPPROVED,
    DeliveryStatus,
    IllegalTransition,
    PostStatus,
    check_delivery_transition,
    check_post_transition,
    final_post_status,
)

P, D = PostStatus, DeliveryStatus


def test_every_status_has_an_entry() -> None:
    """No status is forgotten in the tables, and none leads to itself or to a word unknown."""
    assert set(POST_TRANSITIONS) == set(PostStatus)
    assert set(DELIVERY_TRANSITIONS) == set(DeliveryStatus)
    for old, targets in POST_TRANSITIONS.items():
        assert targets <= set(PostStatus) - {old}
    for before, after in DELIVERY_TRANSITIONS.items():
        assert after <= set(DeliveryStatus) - {before}


def test_all_pairs_are_either_legal_or_refused() -> None:
    """The checks say exactly what the tables say; staying is always legal."""
    for old in PostStatus:
        check_post_transition(old, old)
        for new in set(PostStatus) - {old}:
            if new in POST_TRANSITIONS[old]:
                check_post_transition(old, new)
            else:
                with pytest.raises(IllegalTransition, match=f"{old} to {new}"):
                    check_post_transition(old, new)


def test_all_pairs_of_a_delivery_too() -> None:
    """The same for deliveries."""
    for old in DeliveryStatus:
        check_delivery_transition(old, old)
        for new in set(DeliveryStatus) - {old}:
            if new in DELIVERY_TRANSITIONS[old]:
                check_delivery_transition(old, new)
            else:
                with pytest.raises(IllegalTransition, match=f"{old} to {new}"):
                    check_delivery_transition(old, new)


def test_final_statuses_are_final() -> None:
    """What was published, rejected or cancelled stays so, for ever."""
    finals = {status for status, targets in POST_TRANSITIONS.items() if not targets}
    assert finals == {P.PUBLISHED, P.REJECTED, P.CANCELLED}
    ends = {status for status, targets in DELIVERY_TRANSITIONS.items() if not targets}
    assert ends == {D.PUBLISHED, D.CANCELLED}
    assert finals <= SETTLED_POSTS
    assert ends <= SETTLED_DELIVERIES


def test_every_post_can_come_to_rest() -> None:
    """From any status a settled one can be reached, and any can be reached from a first one."""
    for start in PostStatus:
        assert _reachable(start) & (SETTLED_POSTS | {P.DRAFT})
    firsts = (P.DRAFT, P.PENDING_APPROVAL, P.BACKLOG, P.SCHEDULED, P.PUBLISHING)
    assert set(chain.from_iterable(_reachable(first) for first in firsts)) == set(PostStatus)


def test_a_publication_is_never_forgotten() -> None:
    """No path leads from something published to a status that says nothing was."""
    innocent = {P.DRAFT, P.BACKLOG, P.MISSED, P.CANCELLED, P.REJECTED, *UNAPPROVED}
    assert not POST_TRANSITIONS[P.PARTIAL] & innocent
    assert not POST_TRANSITIONS[P.UNKNOWN] & (innocent - {P.CANCELLED})


def test_a_post_sums_up_to_something_settled() -> None:
    """Any mix of settled deliveries amounts to a settled post."""
    for size in (1, 2, 3):
        for statuses in combinations_with_replacement(sorted(SETTLED_DELIVERIES), size):
            assert final_post_status(list(statuses)) in SETTLED_POSTS


@pytest.mark.parametrize(
    ("statuses", "becomes"),
    [
        ([D.PUBLISHED], P.PUBLISHED),
        ([D.PUBLISHED, D.FAILED], P.PARTIAL),
        ([D.PUBLISHED, D.CANCELLED], P.PARTIAL),
        ([D.FAILED, D.CANCELLED], P.FAILED),
        ([D.CANCELLED, D.CANCELLED], P.CANCELLED),
        ([D.UNKNOWN, D.PUBLISHED, D.FAILED], P.UNKNOWN),
    ],
)
def test_the_sum_is_honest(statuses: list[DeliveryStatus], becomes: PostStatus) -> None:
    """A doubt outweighs all, a success is never hidden, a failure neither."""
    assert final_post_status(statuses) is becomes
    assert final_post_status(statuses[::-1]) is becomes


def test_what_a_post_in_flight_may_sum_up_to_is_legal() -> None:
    """A post that is scheduled or publishing may become whatever its deliveries amount to."""
    for size in (1, 2):
        for statuses in combinations_with_replacement((D.PUBLISHED, D.FAILED, D.UNKNOWN), size):
            for old in (P.SCHEDULED, P.PUBLISHING):
                check_post_transition(old, final_post_status(list(statuses)))


def _reachable(start: PostStatus) -> set[PostStatus]:
    """All statuses that some path leads to, the start included."""
    seen, ahead = {start}, [start]
    while ahead:
        new = POST_TRANSITIONS[ahead.pop()] - seen
        seen |= new
        ahead += new
    return seen
