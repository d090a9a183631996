"""Resolves a publish request with the organization's settings, or names all its problems."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.organizations import SocialSettings
from models.store.tenants.posting_accounts import PostingAccount
from services.errors import FieldError, ValidationFailed, invalid_field
from services.inputs.post_bodies import PublishBody
from services.post_validation.alt_texts import alt_text_problems
from services.post_validation.media_links import MEDIA_FIELD, media_problems
from services.post_validation.post_checks import (
    FindProviders,
    content_problems,
    content_warnings,
)
from services.post_validation.problem_collector import ProblemCollector
from services.post_validation.thread_items import item_problems, thread_texts
from services.post_validation.version_problems import version_problems
from services.post_validation.whole_post import DeliveryTarget, WholePost
from services.posts import targets
from services.posts.chosen_slot import resolve_slot
from services.posts.post_versions import given_versions
from services.posts.schedule_time import ScheduleTime, resolve_schedule
from services.time_input import zone_or_default


@dataclass(frozen=True, slots=True)
class PublishPlan:
    """A checked request: publish mode, platforms and accounts, time or chosen slot, media links and
    versions, and what will not be sent."""

    mode: str
    platforms: list[str]
    targets: list[DeliveryTarget]
    zone_name: str
    timing: ScheduleTime
    slot: datetime | None
    links: list[str]
    versions: dict[str, dict[str, Any]]
    warnings: list[FieldError]


def resolve_request(
    body: PublishBody,
    settings: SocialSettings,
    now: datetime,
    load_accounts: Callable[[], list[PostingAccount]],
    find_providers: FindProviders,
    *,
    allow_private: bool,
    live: Sequence[DeliveryTarget] = (),
) -> PublishPlan:
    """The request, completed by the organization's settings; ValidationFailed names every problem.

    `load_accounts` returns the accounts that the request names, or raises ValidationFailed.
    `find_providers` returns the providers that some of its targets will go through.
    `live`: where a post that is changed is out already.
    """
    collector = ProblemCollector()
    mode = body.publishMode or ("schedule" if body.scheduledAt else "next_slot")
    name = collector.capture(
        lambda: zone_or_default(body.timezone, settings.default_timezone), settings.default_timezone
    )
    at = collector.capture(
        lambda: resolve_schedule(body.scheduledAt, mode, name, settings, now), ScheduleTime()
    )
    slot = collector.capture(lambda: resolve_slot(body.slot, mode, settings, now), None)
    no_texts: list[str] = []
    no_accounts: list[PostingAccount] = []
    accounts = collector.capture(load_accounts, no_accounts)
    chosen = collector.capture(lambda: _platforms(body, settings), no_texts)
    platforms = targets.merge_platforms(chosen, accounts)
    links = collector.capture(lambda: checked_links(body, allow_private=allow_private), no_texts)
    deliveries = targets.build_targets(chosen, accounts)
    post = whole_post(body, deliveries, live, allow_private=allow_private)
    collector.add(alt_text_problems(body.postType, body.altTexts, len(links)))
    collector.add(item_problems(body.thread, allow_private=allow_private))
    collector.add([*version_problems(post), *content_problems(post, find_providers)])
    collector.capture(lambda: _check_playlist(body, settings, mode), None)
    collector.raise_if_any()
    warnings = content_warnings(post, find_providers)
    versions = {name: {**each} for name, each in post.versions.items()}
    return PublishPlan(mode, platforms, deliveries, name, at, slot, links, versions, warnings)


def checked_links(body: PublishBody, *, allow_private: bool) -> list[str]:
    """The media links of a post; ValidationFailed where one is missing, wrong, or one too many."""
    given = _given_links(body)
    problems = [*media_problems(body.postType, given, allow_private=allow_private)]
    if problems:
        raise ValidationFailed(*problems)
    return [*given[MEDIA_FIELD[body.postType]]] if body.postType in MEDIA_FIELD else []


def _given_links(body: PublishBody) -> dict[str, Sequence[str]]:
    return {
        "videoUrl": [body.videoUrl] if body.videoUrl else [],
        "photoUrls": body.photoUrls or [],
        "documentUrl": [body.documentUrl] if body.documentUrl else [],
    }


def whole_post(
    body: PublishBody,
    deliveries: Sequence[DeliveryTarget],
    live: Sequence[DeliveryTarget],
    *,
    allow_private: bool,
) -> WholePost:
    """The post that a request asks for, as the checks of its content see it."""
    own = MEDIA_FIELD.get(body.postType)
    return WholePost(
        post_type=body.postType,
        caption=body.caption,
        targets=deliveries,
        files=len(_given_links(body)[own]) if own else 0,
        fields=body.platformFields or {},
        alt_texts=body.altTexts or (),
        versions=given_versions(body.versions),
        title=body.title,
        allow_private=allow_private,
        thread=thread_texts(body.thread),
        live=live,
    )


def _platforms(body: PublishBody, settings: SocialSettings) -> list[str]:
    if body.accountIds and not body.platforms:  # the accounts alone decide the platforms
        return []
    chosen = settings.default_platforms if body.platforms is None else body.platforms
    if not chosen:
        raise invalid_field(
            "platforms", "name at least one, or set defaultPlatforms in the settings"
        )
    return list(dict.fromkeys(chosen))


def _check_playlist(body: PublishBody, settings: SocialSettings, mode: str) -> None:
    """With processOnlyPlaylistId, the queue takes videos of that playlist only."""
    wanted = settings.process_only_playlist_id
    if wanted is None or body.postType != "video" or mode != "next_slot":
        return
    if body.sourcePlaylistId != wanted:
        raise invalid_field(
            "sourcePlaylistId",
            f"must be {wanted!r}: the queue takes videos of that playlist only "
            "(processOnlyPlaylistId in the settings); other videos can be scheduled explicitly",
        )
