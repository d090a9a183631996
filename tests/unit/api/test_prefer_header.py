"""The Prefer header: which wait a caller asks for."""

import pytest

from api.prefer_header import parse_wait
from models.statuses import DeliveryStatus as D
from models.statuses import PostStatus as P
from services.posts.wait_for_provider import PostProgress


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([], None),
        (["wait=10"], 10),
        (["WAIT = 10"], 10),
        (['wait="10"'], 10),
        (["respond-async, wait=7"], 7),
        (["respond-async", "wait=7; foo=bar"], 7),
        (["wait=1, wait=9"], 1),
        (["wait=0"], 0),
        (["wait=61"], 60),
        (["wait=999999999"], 60),
        (["wait=9999999999"], None),
        (["wait"], None),
        (["wait="], None),
        (["wait=-1"], None),
        (["wait=1.5"], None),
        (["wait=ten"], None),
        (["wait=\u0663"], None),
        (["wait=ten, wait=3"], None),
        (["waits=3"], None),
        (["handling=lenient"], None),
        ([",,;=,"], None),
    ],
)
def test_the_first_well_formed_wait_counts(headers: list[str], seconds: int | None) -> None:
    """In any case and quoted or not; 60 s at most; a malformed preference counts as not there."""
    assert parse_wait(headers) == seconds


@pytest.mark.parametrize(
    ("status", "deliveries", "is_answered"),
    [
        (P.PUBLISHING, (D.PENDING,), False),
        (P.PUBLISHING, (D.CREATED,), False),
        (P.PUBLISHING, (D.PUBLISHING,), True),
        (P.PUBLISHING, (D.PUBLISHING, D.PENDING), False),
        (P.PUBLISHING, (D.PUBLISHING, D.FAILED), True),
        (P.PUBLISHING, (D.FAILED, D.FAILED), False),
        (P.SCHEDULED, (D.PENDING,), False),
        (P.SCHEDULED, (D.CREATED, D.SCHEDULED), True),
        (P.SCHEDULED, (D.CREATED, D.PENDING), False),
        (P.DRAFT, (D.PENDING,), False),
        (P.DRAFT, (D.CREATED,), True),
        (P.BACKLOG, (D.PENDING,), True),
        (P.PENDING_APPROVAL, (D.PENDING,), True),
        (P.FAILED, (D.PENDING,), True),
        (P.MISSED, (D.CREATED,), True),
        (P.PUBLISHED, (D.PUBLISHED,), True),
    ],
)
def test_when_there_is_nothing_more_to_wait_for(
    status: P, deliveries: tuple[D, ...], is_answered: bool
) -> None:
    """Taken on every account that takes it at all, ended, or not the provider's turn."""
    assert PostProgress(status, None, None, deliveries).is_settled is is_answered
