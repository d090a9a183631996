"""Errors as Mastodon renders them: `{"error": "…"}`."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class MastodonError(Exception):
    """An answer that is no success; `description`: only OAuth's answers have one."""

    status: int
    error: str
    description: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def not_found() -> MastodonError:
    """What does not exist, and what was deleted."""
    return MastodonError(404, "Record not found")


def invalid(problem: str) -> MastodonError:
    """A validation that failed."""
    return MastodonError(422, f"Validation failed: {problem}")
