"""The answers to POST posts/bulk and GET posts/labels."""

from pydantic import BaseModel, ConfigDict

from models.statuses import PostStatus


class BulkPost(BaseModel):
    """What became of one post. `problem`: why it was not changed; null where it was. `changed`:
    false also where it was as wanted already."""

    id: str
    ok: bool
    changed: bool
    caption: str
    status: PostStatus | None
    scheduledFor: str | None
    problem: str | None


class BulkAnswer(BaseModel):
    """The posts in the order of the request. One that is refused stops no other."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "done": 1,
                    "refused": 1,
                    "results": [
                        {
                            "id": "0198c0ffee007000800000000000cafe",
                            "ok": True,
                            "changed": True,
                            "caption": "Fresh at 8",
                            "status": "scheduled",
                            "scheduledFor": "2026-05-08T15:00:00.000Z",
                            "problem": None,
                        },
                        {
                            "id": "0198c0ffee007000800000000000beef",
                            "ok": False,
                            "changed": False,
                            "caption": "Rye is back",
                            "status": "published",
                            "scheduledFor": "2026-05-01T15:00:00.000Z",
                            "problem": "a post that is published cannot be edited",
                        },
                    ],
                }
            ]
        }
    )

    done: int
    refused: int
    results: list[BulkPost]


class KnownLabel(BaseModel):
    """A label, in one of its spellings, and how many posts have it."""

    label: str
    posts: int


class LabelsAnswer(BaseModel):
    """The labels of the organization's posts; those on most posts first."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"labels": [{"label": "Autumn 2026", "posts": 12}]}]}
    )

    labels: list[KnownLabel]
