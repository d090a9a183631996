"""Credentials for Mastodon: an access token, which does not expire."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class MastodonCredentials:
    """The access token of one account. Never shown by `repr`."""

    access_token: str = field(repr=False)

    @classmethod
    def parse(cls, fields: Mapping[str, str | None]) -> Self:
        """From the stored field `accessToken`."""
        return cls(fields["accessToken"] or "")

    def to_fields(self) -> dict[str, str | None]:
        """The fields to store, which `parse` reads: a secret."""
        return {"accessToken": self.access_token}
