"""What an instance takes: its limits, which its operator may have changed."""

from typing import Any, Final

from provider.mastodon.answers import to_provider_error
from provider.mastodon.http import MastodonHttp
from provider.protocol import AccountLimits

# What Mastodon has where an instance says nothing.
CHARACTERS: Final = 500
URL_LENGTH: Final = 23
FILES: Final = 4


async def read_limits(http: MastodonHttp) -> AccountLimits:
    """The limits that the instance names. Servers before 4.0 and other software know only v1."""
    answer = await http.ask("GET", "/api/v2/instance")
    if answer.status in (404, 410):
        return limits_of(await http.call("GET", "/api/v1/instance"))
    if not answer.is_success:
        raise to_provider_error(answer)
    return limits_of(answer.body)


def limits_of(body: Any) -> AccountLimits:  # noqa: ANN401  (JSON)
    """The limits in an answer; Mastodon's own where it names none."""
    configuration = _object(body, "configuration")
    statuses = _object(configuration, "statuses")
    # Some servers that are not Mastodon have only this, and outside.
    other = body.get("max_toot_chars") if isinstance(body, dict) else None
    return AccountLimits(
        characters=_number(statuses.get("max_characters")) or _number(other) or CHARACTERS,
        url_length=_number(statuses.get("characters_reserved_per_url")) or URL_LENGTH,
        files=_number(statuses.get("max_media_attachments")) or FILES,
    )


def _object(body: Any, name: str) -> dict[str, Any]:  # noqa: ANN401  (JSON)
    found = body.get(name) if isinstance(body, dict) else None
    return found if isinstance(found, dict) else {}


def _number(value: Any) -> int | None:  # noqa: ANN401  (JSON)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and value > 0 else None
