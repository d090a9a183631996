"""Credentials for Swonkie: an id and one or two keys. A person may replace them at any time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class SwonkieCredentials:
    """The API id, and its keys in the order in which they are tried. Never shown by `repr`."""

    api_id: str = field(repr=False)
    keys: tuple[str, ...] = field(repr=False)

    @classmethod
    def parse(cls, fields: Mapping[str, str | None]) -> Self:
        """From the stored fields `apiId`, `primary` and `secondary`, which may be null."""
        keys = (fields["primary"], fields.get("secondary"))
        return cls(fields["apiId"] or "", tuple(key for key in keys if key))
