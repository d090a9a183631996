"""What the filters of a page offer: the organization's networks, accounts and labels."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlmodel import Session

from models.statuses import PostStatus
from models.store.posts import post_labels
from models.store.tenants import accounts
from models.text_folding import fold
from services.inputs.filter_values import NETWORKS, POST_TYPES
from services.platform_names import platform_name
from ui.filters.post_filter import PostFilter

# Labels to tick; others can be searched for by their words.
MAX_LABELS: Final = 40
STATUS_WORDS: Final = {
    PostStatus.PENDING_APPROVAL: "Waiting for approval",
    PostStatus.BACKLOG: "Waiting for a slot",
    PostStatus.PARTIAL: "Partly published",
    PostStatus.UNKNOWN: "Outcome unknown",
}
TITLES: Final = {
    "network": "Network",
    "account": "Account",
    "status": "Status",
    "type": "Type",
    "label": "Label",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to tick, with its words. `network`: whose sign stands before them."""

    value: str
    words: str
    is_chosen: bool
    network: str | None = None


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """A value that is set: the query string without it takes it off."""

    words: str
    rest: PostFilter


@dataclass(frozen=True, slots=True)
class FilterBar:
    """`groups`: the choices by parameter. `labels`: those that the organization uses."""

    filter: PostFilter
    groups: tuple[tuple[str, str, tuple[Choice, ...]], ...]
    active: tuple[ActiveFilter, ...]
    labels: tuple[str, ...]


def build_filter_bar(session: Session, organization_id: str, chosen: PostFilter) -> FilterBar:
    """The filters of an organization's posts."""
    linked = [each.account for each in accounts.list_linked(session, organization_id)]
    labels = [label for label, _ in post_labels.count_known(session, organization_id, MAX_LABELS)]
    used = {each.platform for each in linked}
    known = {
        "network": [_network(name) for name in NETWORKS if name in used],
        "account": [Choice(each.id, each.name, False, each.platform) for each in linked],
        "status": [Choice(each, status_words(each), False) for each in PostStatus],
        "type": [Choice(each, each.capitalize(), False) for each in POST_TYPES],
        "label": [Choice(each, each, False) for each in labels],
    }
    groups = tuple(
        (name, TITLES[name], _with_chosen(name, found, chosen)) for name, found in known.items()
    )
    shown = tuple(each for each in groups if each[2])
    return FilterBar(chosen, shown, tuple(_active(chosen, shown)), tuple(labels))


def status_words(status: str) -> str:
    """A status as people say it."""
    known = {str(name): words for name, words in STATUS_WORDS.items()}
    return known.get(status) or status.replace("_", " ").capitalize()


def _network(name: str) -> Choice:
    return Choice(name, platform_name(name), False, name)


def _with_chosen(name: str, known: Sequence[Choice], chosen: PostFilter) -> tuple[Choice, ...]:
    """The values that are known, and those that are chosen beside them."""
    chosen_by_key = {fold(value): value for key, value in chosen.chosen if key == name}
    found = [replace(each, is_chosen=fold(each.value) in chosen_by_key) for each in known]
    missing = chosen_by_key.keys() - {fold(each.value) for each in found}
    make = _network if name == "network" else _own_words
    others = (make(value) for key, value in chosen_by_key.items() if key in missing)
    return (*found, *(replace(each, is_chosen=True) for each in others))


def _own_words(value: str) -> Choice:
    return Choice(value, value, False)


def _active(
    chosen: PostFilter, groups: Sequence[tuple[str, str, tuple[Choice, ...]]]
) -> Iterator[ActiveFilter]:
    words = {(name, fold(each.value)): each.words for name, _, found in groups for each in found}
    if chosen.text:
        yield ActiveFilter(f"“{chosen.text}”", chosen.without("q", chosen.text))
    for name, value in chosen.chosen:
        text = words.get((name, fold(value)), value)
        yield ActiveFilter(f"{TITLES[name]}: {text}", chosen.without(name, value))
