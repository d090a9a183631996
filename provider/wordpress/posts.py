"""A post in an answer: where it stands. Pure."""

from datetime import UTC, datetime
from typing import Any, Final

from provider.protocol import RemotePost, RemoteStage

# What is asked of a post; `content` has the marker.
FIELDS: Final = "id,status,link,date_gmt,content"
# A private post, and one in the trash, need a person: somebody decided that.
STAGES: Final = {
    "auto-draft": RemoteStage.DRAFT,
    "draft": RemoteStage.DRAFT,
    "pending": RemoteStage.DRAFT,
    "future": RemoteStage.SCHEDULED,
    "publish": RemoteStage.PUBLISHED,
}
PUBLISHED: Final = "publish"
SCHEDULED: Final = "future"


def parse_post(found: Any) -> RemotePost | None:  # noqa: ANN401  (JSON)
    """The post; None where there is none in the answer."""
    known = found if isinstance(found, dict) else {}
    id_, status, link = (known.get(name) for name in ("id", "status", "link"))
    if type(id_) is not int or not isinstance(status, str):
        return None
    return RemotePost(
        id=str(id_),
        stage=STAGES.get(status, RemoteStage.OTHER),
        raw_stage=status,
        publish_at=_parse_time(known.get("date_gmt")) if status == SCHEDULED else None,
        link=link if status == PUBLISHED and isinstance(link, str) else None,
    )


def raw_content(found: Any) -> str:  # noqa: ANN401  (JSON)
    """The content as it is stored; empty where the answer has none."""
    content = found.get("content") if isinstance(found, dict) else None
    raw = content.get("raw") if isinstance(content, dict) else None
    return raw if isinstance(raw, str) else ""


def _parse_time(text: Any) -> datetime | None:  # noqa: ANN401  (JSON)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except (ValueError, TypeError):
        return None
