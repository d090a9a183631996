"""What a row says otherwise than the post that an earlier import made of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from media.stored_urls import is_stored_url
from models.organizations import SocialSettings
from models.posts import Delivery, Media, Post
from models.statuses import SETTLED_POSTS
from services.calendar_import.rows import Row
from services.errors import FieldError, ServiceError
from services.inputs.post_bodies import PublishBody
from services.post_validation.alt_texts import clean
from services.post_validation.thread_items import thread_files
from services.posts.post_versions import given_versions
from services.posts.publish import AcceptedPost
from services.posts.schedule_time import parse_schedule_time


@dataclass(frozen=True, slots=True)
class ImportedPost:
    """A post that an earlier import made, with its media links, alt texts and deliveries.

    `warnings`: its fields that will not be sent. `links`: also those of its `thread`, which has
    each text with its files.
    """

    post: Post
    job_id: str
    links: Sequence[str]
    deliveries: Sequence[Delivery]
    alt_texts: Sequence[str | None] = ()
    warnings: list[FieldError] = field(default_factory=list)
    thread: Sequence[tuple[str, Sequence[Media]]] = ()


@dataclass(frozen=True, slots=True)
class KnownPost(AcceptedPost):
    """The post of a row that was imported before. `differs`: the fields in which the row now says
    something else."""

    differs: tuple[str, ...] = ()


def known_post(row: Row, imported: ImportedPost, settings: SocialSettings) -> KnownPost:
    """The outcome of importing the row again."""
    fields = tuple(differing_fields(row, imported, settings))
    return KnownPost(
        imported.post,
        imported.job_id,
        is_new=False,
        warnings=imported.warnings,
        differs=fields,
    )


def differing_fields(row: Row, imported: ImportedPost, settings: SocialSettings) -> list[str]:
    """The fields in which the row and the post differ now. A row that is known by its content
    says what it said, whatever the post has become."""
    body, post = row.body, imported.post
    if body is None or not row.has_own_key:
        return []
    pairs = {
        "postType": (body.postType, post.post_type),
        "caption": (body.caption, post.caption),
        "platformFields": (body.platformFields or {}, post.platform_fields),
        "title": (body.title, post.title),
        "versions": (given_versions(body.versions), post.versions),
        "labels": (body.labels or [], post.labels),
        "altTexts": (clean(body.altTexts), clean([each or "" for each in imported.alt_texts])),
        "thread": (_thread_of_row(body), _thread_of_post(imported)),
        "sourceVideoId": (body.sourceVideoId, post.source_video_id),
        "sourcePlaylistId": (body.sourcePlaylistId, post.source_playlist_id),
    }
    found = [name for name, (row_value, post_value) in pairs.items() if row_value != post_value]
    found += _differing_targets(body, imported)
    found += _differing_time(body, post, settings)
    return list(dict.fromkeys(found + _differing_links(row, imported.links)))


# Each text of a thread, the number of its files, and their alt texts.
_ThreadValue = list[tuple[str, int, list[str]]]


def _thread_of_row(body: PublishBody) -> _ThreadValue:
    counts = {files.number: len(files.links) for files in thread_files(body.thread)}
    return [
        (each.text, counts.get(number, 0), clean(each.altTexts))
        for number, each in enumerate(body.thread or ())
    ]


def _thread_of_post(imported: ImportedPost) -> _ThreadValue:
    return [
        (text, len(files), clean([each.alt_text or "" for each in files]))
        for text, files in imported.thread
    ]


def _differing_targets(body: PublishBody, imported: ImportedPost) -> list[str]:
    named = {each.account_id: each.platform for each in imported.deliveries if each.is_named}
    found = []
    if set(body.accountIds or ()) != named.keys():
        found.append("accountIds")
    if body.platforms is not None and {*body.platforms, *named.values()} != {
        *imported.post.platforms
    }:
        found.append("platforms")
    return found


def _differing_time(body: PublishBody, post: Post, settings: SocialSettings) -> list[str]:
    at = _instant(body, settings)
    if at is not None and at in _instants(post):
        return []
    mode = body.publishMode or ("schedule" if body.scheduledAt else "next_slot")
    if mode != post.publish_mode:
        return ["publishMode"]
    return ["scheduledAt"] if body.scheduledAt else []


def _instant(body: PublishBody, settings: SocialSettings) -> datetime | None:
    if not body.scheduledAt:
        return None
    zone = body.timezone or settings.default_timezone
    try:
        return parse_schedule_time(body.scheduledAt, zone, settings)[0]
    except (ServiceError, LookupError, ValueError):
        return None


def _instants(post: Post) -> list[datetime | None]:
    """The instants that an export writes for the post."""
    ended = [post.published_at, post.accepted_at] if post.status in SETTLED_POSTS else []
    return [post.scheduled_for, *ended]


def _differing_links(row: Row, links: Sequence[str]) -> list[str]:
    """Links of a file that was stored from this machine say nothing about its name there."""
    given = [(name.partition("[")[0], link) for name, link in row.links]
    if len(given) != len(links):
        return list(dict.fromkeys(name for name, _ in given)) or ["photoUrls"]
    return list(
        dict.fromkeys(
            name
            for (name, link), old in zip(given, links, strict=True)
            if link != old and not is_stored_url(old)
        )
    )
