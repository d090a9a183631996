"""The worker's history in the log: a line for each step, and for each new status of a post."""

import logging

from worker.metrics import outcome_name
from worker.planner.decisions import SetPostStatus, Step
from worker.steps.outcome import Failed, Outcome, Snooze

log = logging.getLogger(__name__)


def log_step(step: Step, outcome: Outcome, seconds: float) -> None:
    """What came of a step; that nothing is ready yet is of interest in debugging alone."""
    name = outcome_name(outcome)
    fields: dict[str, object] = {"outcome": name, "duration_ms": round(seconds * 1000)}
    if isinstance(outcome, Failed):
        fields |= {"http_status": outcome.error.http_status, "error": str(outcome.error)}
    level = logging.DEBUG if isinstance(outcome, Snooze) else logging.INFO
    log.log(level, "%s: %s", step.value, name, extra=fields)


def log_post_status(change: SetPostStatus) -> None:
    """What a post has become. Said once it is committed."""
    fields = {"outcome": change.status.value, "error": change.reason}
    log.info("post: %s", change.status.value, extra=fields)
