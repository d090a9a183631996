"""Filters of lists of posts, as conditions of a query.

Several values of one filter mean any of them; several filters mean all of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select

from models.store.posts.delivery_accounts import account_id_of_delivery
from models.store.posts.needs import needs_person
from models.tables import ACCOUNT, DELIVERY, POST, POST_LABEL
from models.text_folding import fold

# Each word of a search is a condition of its own.
MAX_WORDS = 8


@dataclass(frozen=True, slots=True)
class PostFilters:
    """Filters of a list. `text`: words that must all be in the post's texts or labels. `needs`:
    what they need a person for (`needs.Need`). `start` (inclusive) and `end` (exclusive) filter
    the slot."""

    text: str = ""
    networks: Sequence[str] = ()
    accounts: Sequence[str] = ()
    statuses: Sequence[str] = ()
    types: Sequence[str] = ()
    labels: Sequence[str] = ()
    needs: Sequence[str] = ()
    start: datetime | None = None
    end: datetime | None = None


NO_FILTERS = PostFilters()


def conditions(organization_id: str, filters: PostFilters) -> Iterator[ColumnElement[bool]]:
    """The conditions of a query of POST: the organization's posts that match."""
    yield POST.c.organization_id == organization_id
    if filters.statuses:
        yield POST.c.status.in_(filters.statuses)
    if filters.types:
        yield POST.c.post_type.in_(filters.types)
    if filters.needs:
        yield needs_person(filters.needs)
    if filters.start is not None:
        yield POST.c.scheduled_for >= filters.start
    if filters.end is not None:
        yield POST.c.scheduled_for < filters.end
    if filters.networks or filters.accounts:
        yield _has_delivery(filters)
    if filters.labels:
        yield _has_label(organization_id, filters.labels)
    yield from (
        POST.c.search_text.contains(word, autoescape=True)
        for word in fold(filters.text).split()[:MAX_WORDS]
    )


def _has_delivery(filters: PostFilters) -> ColumnElement[bool]:
    """If both filters are set, one delivery must match both."""
    wanted = [DELIVERY.c.post_id == POST.c.id]
    if filters.networks:
        wanted.append(DELIVERY.c.platform.in_(filters.networks))
    if filters.accounts:
        wanted.append(_goes_to(filters.accounts))
    return exists().where(*wanted).correlate(POST)


def _goes_to(accounts: Sequence[str]) -> ColumnElement[bool]:
    """Whether a delivery goes to one of these accounts: by name, or because it is the default. The
    default is looked up only where the network fits, because that costs much more."""
    networks = select(ACCOUNT.c.platform).where(ACCOUNT.c.id.in_(accounts))
    return or_(
        DELIVERY.c.account_id.in_(accounts),
        and_(
            DELIVERY.c.account_id.is_(None),
            DELIVERY.c.platform.in_(networks),
            account_id_of_delivery().in_(accounts),
        ),
    )


def _has_label(organization_id: str, labels: Sequence[str]) -> ColumnElement[bool]:
    keys = {fold(each) for each in labels}
    found = select(POST_LABEL.c.post_id).where(
        POST_LABEL.c.organization_id == organization_id, POST_LABEL.c.key.in_(sorted(keys))
    )
    return POST.c.id.in_(found)
