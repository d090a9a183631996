"""Reading a publish request: what it asks for by the settings, or all that is wrong with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.checks.content import Content, network_problems
from api.checks.findings import Findings
from api.checks.media import FIELD_OF, media_problems
from api.checks.platform_fields import field_problems
from api.errors import Invalid, wrong
from api.posts import targets
from api.posts.instants import Timing, timing, zone_name
from api.posts.targets import Target
from api.schemas.posts import PublishBody
from models.organizations import Account, SocialSettings


@dataclass(frozen=True, slots=True)
class Wish:
    """What a request asks for, checked: where the post goes, how and when, and with which files."""

    mode: str
    platforms: list[str]
    targets: list[Target]
    zone_name: str
    timing: Timing
    links: list[str]


def read(
    body: PublishBody,
    settings: SocialSettings,
    now: datetime,
    named: Callable[[], list[Account]],
    *,
    allow_private: bool,
) -> Wish:
    """The request as its organization's settings complete it; Invalid names all that is wrong.

    `named` finds the accounts that the request names, or raises Invalid.
    """
    found = Findings()
    mode = body.publishMode or ("schedule" if body.scheduledAt else "next_slot")
    name = found.attempt(
        lambda: zone_name(body.timezone or settings.default_timezone), settings.default_timezone
    )
    at = found.attempt(lambda: timing(body.scheduledAt, mode, name, settings, now), Timing())
    nowhere: list[str] = []
    nobody: list[Account] = []
    accounts = found.attempt(named, nobody)
    chosen = found.attempt(lambda: _platforms(body, settings), nowhere)
    platforms = targets.platforms(chosen, accounts)
    links = found.attempt(lambda: media_links(body, allow_private=allow_private), nowhere)
    content = _content(body, platforms, allow_private=allow_private)
    found.add(network_problems(content))
    found.add(field_problems(content))
    found.attempt(lambda: _check_playlist(body, settings, mode), None)
    found.conclude()
    return Wish(mode, platforms, targets.targets(chosen, accounts), name, at, links)


def media_links(body: PublishBody, *, allow_private: bool) -> list[str]:
    """The links of a post's media; Invalid where one is missing, unacceptable or one too many."""
    given: dict[str, Sequence[str]] = {
        "videoUrl": [body.videoUrl] if body.videoUrl else [],
        "photoUrls": body.photoUrls or [],
        "documentUrl": [body.documentUrl] if body.documentUrl else [],
    }
    problems = [*media_problems(body.postType, given, allow_private=allow_private)]
    if problems:
        raise Invalid(*problems)
    return [*given[FIELD_OF[body.postType]]] if body.postType in FIELD_OF else []


def _content(body: PublishBody, platforms: list[str], *, allow_private: bool) -> Content:
    return Content(
        post_type=body.postType,
        caption=body.caption,
        platforms=platforms,
        photos=len(body.photoUrls or []),
        fields=body.platformFields or {},
        allow_private=allow_private,
    )


def _platforms(body: PublishBody, settings: SocialSettings) -> list[str]:
    if body.accountIds and not body.platforms:  # just these accounts
        return []
    chosen = settings.default_platforms if body.platforms is None else body.platforms
    if not chosen:
        raise wrong("platforms", "name at least one, or set defaultPlatforms in the settings")
    return list(dict.fromkeys(chosen))


def _check_playlist(body: PublishBody, settings: SocialSettings, mode: str) -> None:
    """With processOnlyPlaylistId, the queue takes videos of that playlist only."""
    wanted = settings.process_only_playlist_id
    if wanted is None or body.postType != "video" or mode != "next_slot":
        return
    if body.sourcePlaylistId != wanted:
        raise wrong(
            "sourcePlaylistId",
            f"must be {wanted!r}: the queue takes videos of that playlist only "
            "(processOnlyPlaylistId in the settings); other videos can be scheduled explicitly",
        )
