"""Translates Swonkie's responses. Tolerant, where its documents are unclear or contradict."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from provider.errors import OutcomeUnknown, Retry
from provider.protocol import MediaReadiness, MediaState, Profile, RemotePost, RemoteStage

ENVELOPES = (
    *("data", "items", "profiles", "posts", "results", "result", "content", "_embedded"),
    *("value", "values", "list", "records", "docs", "entries", "rows", "elements", "objects"),
)
STAGES = {
    "SCHEDULED": RemoteStage.SCHEDULED,
    "PUBLISHING": RemoteStage.PUBLISHING,
    "PUBLISHED": RemoteStage.PUBLISHED,
    "ERROR": RemoteStage.FAILED,
    "FAILED": RemoteStage.FAILED,
    "ARCHIVE": RemoteStage.OTHER,
}
DRAFTS = ("IDEA", "DRAFT", "TEAM_", "CLIENT_")
FAILED_STATUSES = {"ERROR", "FAILED", "REJECTED"}
PLATFORMS = {"twitter": "x", "google_my_business": "gmb", "googlemybusiness": "gmb"}


def parse_items(body: Any, name: str = "data") -> list[dict[str, Any]]:  # noqa: ANN401  (JSON)
    """The list in a response: the body itself, or a field of it with this name or a usual one, at
    most two envelopes deep. A list with an error beside it is no list: it may be a part."""
    if isinstance(body, Mapping) and _shows_error(body):
        raise Retry("Swonkie answered a list with an error")
    found = _find_list(body, (name, *ENVELOPES), depth=2)
    if found is None:
        raise Retry("Swonkie answered no list where one was due")
    return _check_items(found)


def _shows_error(body: Mapping[str, Any]) -> bool:
    flags = (body.get("success"), body.get("ok"))
    return bool(body.get("error") or body.get("errors")) or any(flag is False for flag in flags)


def _find_list(body: Any, names: Sequence[str], depth: int) -> list[Any] | None:  # noqa: ANN401
    if isinstance(body, list) or not isinstance(body, Mapping) or not depth:
        return body if isinstance(body, list) else None
    inner = (_find_list(body[name], names, depth - 1) for name in names if name in body)
    return next((each for each in inner if each is not None), None)


def _check_items(items: list[Any]) -> list[dict[str, Any]]:
    if not all(isinstance(item, dict) and item.get("id") for item in items):
        raise Retry("Swonkie answered a list of things without an id")
    return items


def parse_profile(item: Mapping[str, Any]) -> Profile:
    """A connected account."""
    net = item.get("net") or {}
    if not isinstance(net, Mapping):
        net = {"code": net}
    code = str(net.get("code") or net.get("name") or "").lower().replace(" ", "_")
    return Profile(
        id=str(item["id"]),
        platform=PLATFORMS.get(code, code),
        name=str(item.get("name") or ""),
        username=str(item.get("username") or ""),
        status_level=str(item.get("statusLevel") or ""),
    )


def parse_media_id(body: Any) -> str:  # noqa: ANN401  (JSON)
    """The id of an announced file. Swonkie's documents have both `id` and `mediaId`."""
    media_id = body.get("id") or body.get("mediaId") if isinstance(body, Mapping) else None
    if not media_id:
        raise Retry("Swonkie announced an upload without an id")
    return str(media_id)


def parse_readiness(body: Any) -> MediaReadiness:  # noqa: ANN401  (JSON)
    """A file's state. An unknown status counts as pending; the poll step has a time limit."""
    if not isinstance(body, Mapping):
        raise Retry("Swonkie answered without the file")
    status = str(body.get("status") or "").upper()
    if status == "SUCCESS":
        return MediaReadiness(MediaState.READY)
    if status == "ERROR":
        return MediaReadiness(
            MediaState.FAILED, str(body.get("error") or "Swonkie could not process it")
        )
    if status == "ARCHIVED":
        return MediaReadiness(MediaState.GONE, "the file was archived at Swonkie")
    return MediaReadiness(MediaState.PENDING, status)


def parse_post(body: Any) -> RemotePost:  # noqa: ANN401  (JSON)
    """A post; OutcomeUnknown when the response contains none."""
    if not isinstance(body, Mapping) or not body.get("id"):
        raise OutcomeUnknown("Swonkie answered without the post")
    profiles = [item for item in body.get("profiles") or [] if isinstance(item, Mapping)]
    failed = next((item for item in profiles if _has_failed(item)), None)
    raw = str(body.get("stage") or "")
    return RemotePost(
        id=str(body["id"]),
        stage=RemoteStage.FAILED if failed else parse_stage(raw),
        raw_stage=raw,
        publish_at=_parse_instant(body.get("publishAt")),
        link=next((str(item["permalink"]) for item in profiles if item.get("permalink")), None),
        error=_failure_reason(failed) if failed else None,
    )


def parse_stage(raw: str) -> RemoteStage:
    """Our stage for a stage of Swonkie. A stage that is not documented is OTHER."""
    if raw.startswith(DRAFTS):
        return RemoteStage.DRAFT
    return STAGES.get(raw, RemoteStage.OTHER)


def parse_marker(body: Mapping[str, Any]) -> str:
    """Our private marker in a post; empty where the response has no briefing."""
    briefing = body.get("briefing")
    text = briefing.get("markdown") if isinstance(briefing, Mapping) else None
    return str(text or "").strip()


def parse_profile_ids(body: Mapping[str, Any]) -> set[str]:
    """The ids of the profiles that a post says it is for."""
    profiles = [item for item in body.get("profiles") or [] if isinstance(item, Mapping)]
    shown = {str(item["id"]) for item in profiles if item.get("id")}
    ids = body.get("profileIds")
    return shown | {str(each) for each in ids} if isinstance(ids, list) else shown


def has_briefing(body: Mapping[str, Any]) -> bool:
    """Whether the response shows a post's briefing, or that it has none. Lists may leave it out."""
    if "briefing" not in body:
        return False
    briefing = body["briefing"]
    return not briefing or (isinstance(briefing, Mapping) and "markdown" in briefing)


def _has_failed(item: Mapping[str, Any]) -> bool:
    return str(item.get("publishStatus") or "").upper() in FAILED_STATUSES


def _failure_reason(item: Mapping[str, Any]) -> str:
    return str(item.get("publishError") or item.get("error") or "the network refused the post")


def _parse_instant(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
