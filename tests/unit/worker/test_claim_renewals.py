"""Which claims are renewed: only those whose job has written nothing for a while."""

from contextlib import ExitStack
from itertools import pairwise
from unittest.mock import Mock

from models.store.jobs.job_queue import Claim
from models.task_names import JobKind
from worker.claim_renewals import ClaimRenewals

INTERVAL = 10.0


def make_claim(job_id: str, made: str = "first") -> Claim:
    """A claim of a post's job."""
    return Claim(job_id, JobKind.POST, f"post of {job_id}", made, 0, 0)


def due(renewals: ClaimRenewals, now: float) -> list[str]:
    """The jobs to renew at `now`."""
    return [held.claim.job_id for held in renewals.take_due(now)]


def test_a_job_that_writes_is_not_renewed_as_well() -> None:
    """Every transaction renews the claim, so only the job that wrote nothing is renewed."""
    renewals, work = ClaimRenewals(INTERVAL), Mock()
    silent, busy = make_claim("silent"), make_claim("busy")
    with renewals.hold(silent, work, 0.0), renewals.hold(busy, work, 0.0):
        renewals.note(busy, 5.0)
        assert due(renewals, 9.0) == ["silent"]
        assert due(renewals, 9.5) == []
        assert due(renewals, 14.9) == ["busy"]


def test_no_claim_is_older_than_the_interval() -> None:
    """With a check at each `check_interval`, a claim is never without a renewal for longer than the
    interval, whenever it was made."""
    renewals = ClaimRenewals(INTERVAL)
    checks = [number * renewals.check_interval for number in range(40)]
    for begun in (0.0, 0.1, 1.3, 2.4):
        with renewals.hold(make_claim("j"), Mock(), begun):
            renewed = [begun, *(at for at in checks if at > begun and due(renewals, at))]
        ages = [after - before for before, after in pairwise(renewed)]
        assert len(ages) > 5
        assert max(ages) <= INTERVAL


def test_what_is_not_held_is_not_renewed() -> None:
    """After its block a claim is forgotten; another claim of the same job stays."""
    renewals = ClaimRenewals(INTERVAL)
    with ExitStack() as stack:
        stack.enter_context(renewals.hold(make_claim("j", "new"), Mock(), 0.0))
        with renewals.hold(make_claim("j", "old"), Mock(), 0.0):
            assert due(renewals, 20.0) == ["j", "j"]
        renewals.note(make_claim("j", "old"), 40.0)  # a late answer of the forgotten one
        assert due(renewals, 40.0) == ["j"]
    assert due(renewals, 60.0) == []
