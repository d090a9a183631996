"""Remote commands of Celery that would act on messages are answered with a sentence."""

import pytest
from celery.worker.control import Panel

from worker.remote_commands import refuse_commands


@pytest.fixture(autouse=True)
def refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse them for one test."""
    monkeypatch.setattr(Panel, "data", dict(Panel.data))
    refuse_commands()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("rate_limit", "SLOTBEAT_PROVIDER_RATE"),
        ("time_limit", "a deadline of its own"),
        ("autoscale", "--concurrency"),
        ("pool_restart", "--concurrency"),
    ],
)
def test_a_command_that_cannot_work_says_what_to_use_instead(command: str, words: str) -> None:
    """A limit on messages would hold up, or kill, many posts at once."""
    answer = Panel.data[command](None, task_name="post.carry", rate_limit="1/h", hard=1)
    assert answer.keys() == {"error"}
    assert words in answer["error"]


def test_the_other_commands_stay() -> None:
    """Celery's and Flower's questions are answered as ever."""
    assert {"ping", "stats", "shutdown", "pool_grow", "pool_shrink"} <= Panel.data.keys()
