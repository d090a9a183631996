"""Reads what posts are doing now, for one post or for all those on a page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.store import clock
from models.store.jobs import heartbeats, job_queue
from models.store.jobs.job_queue import JobState
from models.store.posts import snapshots
from models.task_names import JobKind
from services import presenters
from services.posts.progress import Observation, Progress, ProgressState, find_progress


def load_progress(session: Session, post_ids: Sequence[str]) -> dict[str, tuple[Progress, ...]]:
    """What each of these posts is doing, by its id. The caller has checked whose they are."""
    found = snapshots.read_many(session, post_ids)
    jobs = job_queue.states_of(session, JobKind.POST, post_ids)
    now = clock.now(session)
    is_running = not heartbeats.read_missing(session, now) if found else True
    return {
        id_: find_progress(Observation(snapshot, jobs.get(id_, JobState()), is_running, now))
        for id_, snapshot in found.items()
    }


def present_progress(lines: Sequence[Progress]) -> dict[str, Any]:
    """The field of an answer: our addition to the contract, which appears only when used."""
    return {"progress": [_present_line(each) for each in lines]} if lines else {}


def parse_progress(post: Mapping[str, Any]) -> list[Progress]:
    """The lines again, of a post as the API shows it."""
    return [
        Progress(
            state=ProgressState(each["state"]),
            text=each["text"],
            platform=each["platform"],
            account_id=each["accountId"],
            attempt=each["attempt"],
            next_at=datetime.fromisoformat(at) if (at := each["nextAttemptAt"]) else None,
            reason=each["message"],
        )
        for each in post.get("progress", ())
    ]


def _present_line(line: Progress) -> dict[str, Any]:
    return {
        "state": line.state,
        "text": line.text,
        "platform": line.platform,
        "accountId": line.account_id,
        "attempt": line.attempt,
        "nextAttemptAt": presenters.format_instant(line.next_at),
        "message": line.reason,
    }
