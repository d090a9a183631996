"""What keeps the promise, and how each of these is taken out: from outside, for one search.

Production code contains nothing for this: its functions are replaced; or, where the model stands
for a provider's client or server, the model leaves the check out.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from sqlalchemy import update
from sqlmodel import Session

from models.snapshot import Snapshot
from models.statuses import DeliveryStatus
from models.store import clock
from models.store.jobs import fencing, job_queue
from models.store.jobs.job_queue import Claim
from models.tables import JOB
from services.posts import edit, remove
from tests.protocol_model.product_transactions import ACTS, DRAFT, REWORD
from tests.protocol_model.state import Budget
from worker import outcome_writer
from worker.planner import outdated, plan
from worker.steps import find_publication, reconcile


@dataclass(frozen=True, slots=True)
class Fence:
    """A fence, where it stands, and a small search that finds what happens without it: the promise
    that it `breaks`. `replaced`: functions of the product, and what stands in their place."""

    name: str
    what: str
    where: str
    kind: str
    budget: Budget
    breaks: str
    replaced: tuple[tuple[Any, str, Callable[..., Any]], ...] = ()
    acts: tuple[str, ...] = ACTS
    depth: int = 40


@contextmanager
def taken_out(fence: Fence | None) -> Iterator[frozenset[str]]:
    """The product without this fence; the names of the checks that the model leaves out."""
    with ExitStack() as stack:
        for owner, name, function in fence.replaced if fence else ():
            stack.enter_context(patch.object(owner, name, function))
        yield frozenset({fence.name}) if fence else frozenset()


def _accept_every_claim(
    session: Session, claims: Sequence[Claim], ttl: timedelta
) -> tuple[datetime, set[tuple[str, str]]]:
    now, job_ids = clock.now(session), [each.job_id for each in claims]
    of_jobs = update(JOB).where(JOB.c.id.in_(job_ids))
    session.connection().execute(of_jobs.values(claim_expires_at=now + ttl))
    return now, {(each.job_id, each.token) for each in claims}


def _always_false(*_: object) -> bool:
    return False


def _nothing(*_: object) -> None:
    return None


def _is_going_out(snapshot: Snapshot, now: datetime) -> list[bool]:
    due = snapshot.post.due_at
    on_timer = [each.status is DeliveryStatus.SCHEDULED for each in snapshot.deliveries]
    return [due is not None and due <= now and each for each in on_timer]


def _no_intent(_session: object, _snapshot: object, run_step: Any, *_: object) -> Any:  # noqa: ANN401
    return run_step


FENCES = (
    Fence(
        "commit",
        "a worker commits only under its claim",
        "`models/store/jobs/fencing.py`",
        "mastodon",
        Budget(losses=1, faults=0, acts=0),
        "once",
        ((fencing, "fence_many", _accept_every_claim),),
    ),
    Fence(
        "remote id",
        "what a late call may still change is deleted, never taken off the timer",
        "`worker/planner/remote_post.py`",
        "swonkie",
        Budget(losses=0, faults=1, acts=1),
        "draft",
        tuple(
            (owner, name, _always_false)
            for owner in (plan, outdated)
            for name in ("must_be_replaced", "has_unresolved_call")
        ),
        acts=(DRAFT,),
    ),
    Fence(
        "intent",
        "an intent is committed before a call that publishes",
        "`worker/outcome_writer.py`",
        "mastodon",
        Budget(losses=1, faults=0, acts=0),
        "once",
        ((outcome_writer, "begin_step", _no_intent),),
    ),
    Fence(
        "settle time",
        "“not there” counts only when no call can be on its way any more",
        "`worker/steps/find_publication.py`",
        "mastodon",
        Budget(losses=0, faults=1, acts=0),
        "once",
        ((find_publication, "_settle", _nothing),),
    ),
    Fence(
        "slow worker",
        "the settle time counts from the end of the claim, until which a slow worker may send",
        "`worker/steps/find_publication.py`",
        "mastodon",
        Budget(losses=1, faults=0, acts=0),
        "once",
        ((find_publication, "_settle", reconcile._search_after_settling),),
    ),
    Fence(
        "wake-up",
        "a change by a person makes the job due at once",
        "`models/store/jobs/job_queue.py`",
        "swonkie",
        Budget(losses=0, faults=0, acts=1),
        "in time",
        ((job_queue, "wake", _nothing),),
    ),
    Fence(
        "held until",
        "a call that publishes leaves only while the claim is surely held",
        "`provider/mastodon/publication.py`, `provider/bluesky/publication.py`",
        "mastodon",
        Budget(losses=1, faults=0, acts=0),
        "once",
    ),
    Fence(
        "409",
        "no edit and no removal while a call that publishes is open",
        "`services/posts/remove.py`",
        "wordpress",
        Budget(losses=0, faults=0, acts=1),
        "newest text",
        ((remove, "check_not_leaving", _nothing), (edit, "check_not_leaving", _nothing)),
        acts=(REWORD,),
    ),
    Fence(
        "head",
        "a delete moves the head, so that an earlier publication is refused",
        "`provider/bluesky/publication.py`",
        "bluesky",
        Budget(losses=2, faults=0, acts=0),
        "truth",
    ),
)
# What a search has found in the product: each is a fence now. These take longer.
MENDED = (
    Fence(
        "draft at its slot",
        "a post that shall be a draft is not called publishing because its slot has come",
        "`worker/planner/plan.py`",
        "swonkie",
        Budget(losses=1, faults=0, acts=1),
        "end",
        ((plan, "_is_going_out", _is_going_out),),
        acts=(DRAFT,),
    ),
)
