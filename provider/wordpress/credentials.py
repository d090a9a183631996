"""Credentials for WordPress: a user of a site, and an application password of that user."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class WordPressCredentials:
    """`site`: its address, which the account's id is made of. The password is never shown by
    `repr`."""

    site: str
    username: str
    password: str = field(repr=False)

    @classmethod
    def parse(cls, fields: Mapping[str, str | None]) -> Self:
        """From the stored fields `site`, `username` and `applicationPassword`."""
        names = ("site", "username", "applicationPassword")
        return cls(*(fields[name] or "" for name in names))

    def to_fields(self) -> dict[str, str | None]:
        """The fields to store, which `parse` reads: a secret."""
        return {
            "site": self.site,
            "username": self.username,
            "applicationPassword": self.password,
        }

    def to_header(self) -> str:
        """The value of `Authorization`: a secret."""
        pair = f"{self.username}:{self.password}".encode()
        return f"Basic {base64.b64encode(pair).decode('ascii')}"
