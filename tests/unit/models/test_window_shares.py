"""Tests of the shares of the dispatch window."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.store.jobs.window_shares import WaitingJob, reserve_of, share_window

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
OWNERS = st.lists(st.sampled_from("abcd"), max_size=200)


def _jobs(owners: "list[str] | str") -> list[WaitingJob]:
    """A job for each owner, each later than the one before."""
    return [
        WaitingJob(BEGIN + timedelta(seconds=number), f"{number:05}", owner)
        for number, owner in enumerate(owners)
    ]


@given(st.integers(1, 100), st.integers(0, 300))
def test_who_is_alone_gets_the_whole_window(window: int, count: int) -> None:
    """An organization that is alone gets `window` jobs, its oldest, and no more."""
    jobs = _jobs("a" * count)
    free = window + reserve_of(window)
    assert share_window(jobs, Counter(), window, free) == jobs[: min(count, window)]


@given(st.integers(8, 100), st.integers(1, 50))
def test_who_comes_late_is_served_while_another_has_the_window(window: int, count: int) -> None:
    """Behind any number of older jobs, a late organization's are chosen, and none of the first's,
    which has the whole window."""
    jobs = _jobs("a" * 500 + "b" * count)
    chosen = share_window(jobs, Counter(a=window), window, reserve_of(window))
    assert chosen
    assert {job.organization_id for job in chosen} == {"b"}


@given(OWNERS, st.integers(1, 40))
def test_the_shares_differ_by_one_while_all_have_jobs(owners: list[str], window: int) -> None:
    """The oldest of each organization come, and whoever has fewer had no more to send."""
    jobs, free = _jobs(owners), window + reserve_of(window)
    chosen = share_window(jobs, Counter(), window, free)
    assert len(chosen) <= free
    counts, all_counts = Counter(job.organization_id for job in chosen), Counter(owners)
    for owner in all_counts:
        own = [job for job in jobs if job.organization_id == owner]
        assert [job for job in chosen if job.organization_id == owner] == own[: counts[owner]]
        if counts[owner] < all_counts[owner]:
            assert all(counts[other] <= counts[owner] + 1 for other in all_counts)
