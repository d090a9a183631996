"""The state machine of a post: the stage after each action."""

import pytest

from simulator.domain import stages
from simulator.errors import CallError


@pytest.mark.parametrize(
    ("action", "stage", "leads_to"),
    [
        ("schedule", "DRAFT", "SCHEDULED"),
        ("schedule", "SCHEDULED", "SCHEDULED"),
        ("schedule", "TEAM_APPROVED", "SCHEDULED"),
        ("publishNow", "IDEA", "PUBLISHING"),
        ("publishNow", "DRAFT", "PUBLISHING"),
        ("publishNow", "SCHEDULED", "PUBLISHING"),
        ("unschedule", "SCHEDULED", "DRAFT"),
        ("teamReview", "DRAFT", "TEAM_REVIEW"),
        ("approve", "TEAM_REVIEW", "TEAM_APPROVED"),
        ("reject", "TEAM_REVIEW", "TEAM_REVISION"),
    ],
)
def test_legal_actions(action: str, stage: str, leads_to: str) -> None:
    """Every legal action leads to the stage that the contract names."""
    assert stages.stage_after(action, stage) == leads_to


@pytest.mark.parametrize(
    ("action", "stage"),
    [
        ("schedule", "PUBLISHED"),
        ("schedule", "PUBLISHING"),
        ("publishNow", "PUBLISHING"),
        ("publishNow", "PUBLISHED"),
        ("unschedule", "DRAFT"),
        ("unschedule", "PUBLISHING"),
        ("unschedule", "PUBLISHED"),
        ("approve", "DRAFT"),
    ],
)
def test_illegal_actions(action: str, stage: str) -> None:
    """An action where it is not legal is a conflict, so nothing is published twice."""
    with pytest.raises(CallError) as refused:
        stages.stage_after(action, stage)
    assert refused.value.status == 409


def test_every_transition_stays_inside_the_machine() -> None:
    """No action starts from or leads to a stage that does not exist."""
    for action in stages.ACTIONS.values():
        assert {*action.targets, *action.targets.values()} <= stages.STAGES


@pytest.mark.parametrize("publish_at", [None, 999])
def test_scheduling_needs_an_instant_to_come(publish_at: int | None) -> None:
    """A post without publishAt, or with one that has passed, cannot be scheduled."""
    with pytest.raises(CallError) as refused:
        stages.check_publish_at(publish_at, now=1000)
    assert (refused.value.status, refused.value.problems[0].field) == (400, "publishAt")


def test_scheduling_for_this_very_millisecond_is_allowed() -> None:
    """The present is not the past."""
    stages.check_publish_at(1000, now=1000)


@pytest.mark.parametrize("stage", ["SCHEDULED", "PUBLISHING", "PUBLISHED"])
def test_locked_posts_cannot_be_edited(stage: str) -> None:
    """Scheduled and published posts cannot be edited."""
    with pytest.raises(CallError) as refused:
        stages.stage_after_edit(stage, 1000)
    assert refused.value.status == 409


def test_an_idea_that_gets_an_instant_becomes_a_draft() -> None:
    """Ideas and drafts differ by publishAt alone; a review stage stays."""
    assert stages.stage_after_edit("IDEA", 1000) == "DRAFT"
    assert stages.stage_after_edit("DRAFT", None) == "IDEA"
    assert stages.stage_after_edit("TEAM_REVIEW", 1000) == "TEAM_REVIEW"


def test_only_a_publishing_post_cannot_be_deleted() -> None:
    """Deletion is refused while the post is PUBLISHING, and in no other stage."""
    for stage in stages.STAGES - {"PUBLISHING"}:
        stages.check_deletable(stage)
    with pytest.raises(CallError) as refused:
        stages.check_deletable("PUBLISHING")
    assert refused.value.status == 409


def test_a_post_fails_only_when_all_its_profiles_failed() -> None:
    """A failed profile does not make the whole post ERROR."""
    assert stages.final_stage(published=1, failed=2) == "PUBLISHED"
    assert stages.final_stage(published=0, failed=2) == "ERROR"
