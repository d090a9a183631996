"""A post's state machine: which action is legal in which stage, and the stage after it. Pure.

IDEA ──publishAt──▶ DRAFT ──schedule──▶ SCHEDULED ──its time──▶ PUBLISHING ──▶ PUBLISHED
  │                 │   ◀──unschedule──     │                      ▲     └──▶ ERROR
  └── publishNow ───┴───────────────────────┴──────────────────────┘
"""

from dataclasses import dataclass
from typing import Final

from simulator.errors import CallError, Problem, validation_error

IDEA: Final = "IDEA"
DRAFT: Final = "DRAFT"
SCHEDULED: Final = "SCHEDULED"
PUBLISHING: Final = "PUBLISHING"
PUBLISHED: Final = "PUBLISHED"
ERROR: Final = "ERROR"

STAGES: Final = frozenset(
    {
        *(IDEA, DRAFT, SCHEDULED, PUBLISHING, PUBLISHED, ERROR, "ARCHIVE"),
        *("TEAM_REVIEW", "TEAM_APPROVED", "TEAM_REVISION"),
        *("CLIENT_REVIEW", "CLIENT_APPROVED", "CLIENT_REVISION"),
    }
)
_APPROVED: Final = ("TEAM_APPROVED", "CLIENT_APPROVED")
_LOCKED: Final = frozenset({SCHEDULED, PUBLISHING, PUBLISHED})


@dataclass(frozen=True)
class StageAction:
    """One action: `targets` maps each stage that allows it to the stage that follows."""

    targets: dict[str, str]
    checks_post: bool = False
    needs_publish_at: bool = False


ACTIONS: Final[dict[str, StageAction]] = {
    "schedule": StageAction(
        # IDEA is listed so that the error names publishAt, which is what an idea lacks.
        dict.fromkeys((IDEA, DRAFT, SCHEDULED, *_APPROVED), SCHEDULED),
        checks_post=True,
        needs_publish_at=True,
    ),
    "publishNow": StageAction(
        dict.fromkeys((IDEA, DRAFT, SCHEDULED, *_APPROVED), PUBLISHING), checks_post=True
    ),
    "unschedule": StageAction({SCHEDULED: DRAFT}),
    "teamReview": StageAction(dict.fromkeys((IDEA, DRAFT, "TEAM_REVISION"), "TEAM_REVIEW")),
    "approve": StageAction({"TEAM_REVIEW": "TEAM_APPROVED", "CLIENT_REVIEW": "CLIENT_APPROVED"}),
    "reject": StageAction({"TEAM_REVIEW": "TEAM_REVISION", "CLIENT_REVIEW": "CLIENT_REVISION"}),
}


def stage_after(action: str, stage: str) -> str:
    """The stage after `action`; CallError 409 when it is not legal in `stage`."""
    target = ACTIONS[action].targets.get(stage)
    if target is None:
        raise CallError(409, f"{action} is not possible on a post in stage {stage}")
    return target


def check_publish_at(publish_at: int | None, now: int) -> None:
    """CallError 400 unless the post has a `publishAt` (ms) that is not in the past."""
    if publish_at is None:
        raise validation_error([Problem("publishAt", "is required to schedule a post")])
    if publish_at < now:
        raise validation_error([Problem("publishAt", "must not be in the past")])


def initial_stage(publish_at: int | None) -> str:
    """A new post is an IDEA, or a DRAFT when it has a `publishAt`."""
    return IDEA if publish_at is None else DRAFT


def stage_after_edit(stage: str, publish_at: int | None) -> str:
    """The stage after an edit; CallError 409 in a stage that forbids edits."""
    if stage in _LOCKED:
        raise CallError(409, f"a post in stage {stage} cannot be edited")
    return initial_stage(publish_at) if stage in {IDEA, DRAFT} else stage


def check_deletable(stage: str) -> None:
    """CallError 409 while the post is being published."""
    if stage == PUBLISHING:
        raise CallError(409, "a post cannot be deleted while it is PUBLISHING")


def final_stage(published: int, failed: int) -> str:
    """PUBLISHED when any of the profiles was published; ERROR only when all failed."""
    return ERROR if failed and not published else PUBLISHED
