"""Credentials for Bluesky: the account's DID and an app password. A person may replace it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class BlueskyCredentials:
    """The DID, and an app password of the account. Never shown by `repr`."""

    did: str
    app_password: str = field(repr=False)

    @classmethod
    def parse(cls, fields: Mapping[str, str | None]) -> Self:
        """From the stored fields `did` and `appPassword`."""
        return cls(fields["did"] or "", fields["appPassword"] or "")

    def to_fields(self) -> dict[str, str | None]:
        """The fields to store, which `parse` reads: a secret."""
        return {"did": self.did, "appPassword": self.app_password}
