"""Which posts a visitor wants to see: read from the query string, and written to it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import Query

from models.store.posts.post_filters import PostFilters
from services.inputs.field_types import Text
from services.inputs.filter_values import (
    NETWORKS,
    POST_TYPES,
    STATUSES,
    read_choices,
    read_values,
)

MAX_SEARCH: Final = 200
Search = Annotated[Text, Query(max_length=MAX_SEARCH)]
Values = Annotated[list[Annotated[Text, Query(max_length=1_000)]] | None, Query(max_length=50)]
# The parameters of the query string, and the fields that they fill.
FIELDS: Final = {
    "network": "networks",
    "account": "accounts",
    "status": "statuses",
    "type": "types",
    "label": "labels",
}


@dataclass(frozen=True, slots=True)
class PostFilter:
    """Several values of a field mean any of them; several fields mean all of them."""

    text: str = ""
    networks: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of the query string."""
        return [*([("q", self.text)] if self.text else []), *self.chosen]

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """The parameters without the search: those that the filters set."""
        return [*self._chosen()]

    def __bool__(self) -> bool:
        """Whether any post is left out."""
        return bool(self.pairs)

    def without(self, name: str, value: str) -> "PostFilter":
        """The same filter without one of its parameters."""
        if name == "q":
            return replace(self, text="")
        field = FIELDS[name]
        changes: dict[str, Any] = {field: tuple(v for v in getattr(self, field) if v != value)}
        return replace(self, **changes)

    def query_string(self, *others: tuple[str, object]) -> str:
        """The query string, with other parameters before it; those that are None are left out."""
        given = [(name, str(value)) for name, value in others if value is not None]
        return urlencode([*given, *self.pairs])

    def to_store(self) -> PostFilters:
        """The filter as the store takes it."""
        return PostFilters(
            text=self.text,
            networks=self.networks,
            accounts=self.accounts,
            statuses=self.statuses,
            types=self.types,
            labels=self.labels,
        )

    def _chosen(self) -> Iterator[tuple[str, str]]:
        for name, field in FIELDS.items():
            yield from ((name, value) for value in getattr(self, field))


NO_FILTER: Final = PostFilter()


def parse_post_filter(
    q: Search = "",
    network: Values = None,
    account: Values = None,
    status: Values = None,
    type_: Annotated[Values, Query(alias="type")] = None,
    label: Values = None,
) -> PostFilter:
    """Parse the query string; ValidationFailed names the parameter that is wrong."""
    return PostFilter(
        text=" ".join(q.split()),
        networks=read_choices("network", network, NETWORKS),
        accounts=read_values("account", account),
        statuses=read_choices("status", status, STATUSES),
        types=read_choices("type", type_, POST_TYPES),
        labels=read_values("label", label),
    )
