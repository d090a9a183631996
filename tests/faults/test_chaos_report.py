"""What the report of a chaos run says."""

from tests.faults.chaos_report import group_reasons


def test_posts_that_ended_alike_are_one_line() -> None:
    """The instants of posts differ; their reasons do not."""
    missed = "missed: could not go out at 2026-12-01 00:{} UTC, and its grace is over"
    found = group_reasons({missed.format("17"): 1, missed.format("59"): 2, "failed: no file": 4})
    assert found == {
        "missed: could not go out at its slot, and its grace is over": 3,
        "failed: no file": 4,
    }
