"""Jobs that wait for the end of a block: few wake at its end, answers wake the others."""

from datetime import datetime, timedelta

from tests.unit.worker.snapshot_builders import NOW
from worker.blocked_jobs import (
    FIRST_JOBS,
    INTERVAL,
    MAX_BLOCKS,
    MAX_DELAY,
    MAX_REMEMBERED,
    BlockedJobs,
)

END = NOW + timedelta(minutes=1)


def give_turns(
    jobs: BlockedJobs, count: int, until: datetime = END, now: datetime = NOW
) -> list[datetime]:
    """The turns of so many jobs of one connection."""
    return [jobs.give_turn("a connection", until, now) for _ in range(count)]


def test_few_wake_at_the_end_of_a_block_however_many_wait() -> None:
    """Of 5,000 jobs eight wake at its end, two more each second, and all within a quarter of an
    hour."""
    turns = give_turns(BlockedJobs(), 5000)
    assert turns.count(END) == FIRST_JOBS
    first_minute = sum(turn <= END + timedelta(minutes=1) for turn in turns)
    # In order, and of those whose turns would come too late an even share.
    assert first_minute < FIRST_JOBS + timedelta(minutes=1) / INTERVAL + 5000 / 10
    assert max(turns) <= END + MAX_DELAY


def test_a_longer_outage_wakes_no_more_jobs() -> None:
    """Who finds another block at its turn goes behind all others, not to the next end."""
    jobs = BlockedJobs()
    give_turns(jobs, 100)
    later = END + timedelta(minutes=1)
    assert all(turn > later for turn in give_turns(jobs, 50, later))


def test_after_a_short_block_nobody_waits_long() -> None:
    """A 429 of a second spreads its jobs over seconds, also if their worker dies and wakes none."""
    block = timedelta(seconds=1)
    turns = give_turns(BlockedJobs(), 5000, END, END - block)
    assert max(turns) <= END + MAX_BLOCKS * block


def test_a_job_that_comes_late_in_a_long_outage_waits_as_long_as_others() -> None:
    """The longest block since the last answer counts, not what is left of the latest one."""
    jobs = BlockedJobs()
    give_turns(jobs, 1000)
    late = give_turns(jobs, 1000, END, END - timedelta(milliseconds=1))
    assert max(late) > END + MAX_DELAY / 2
    jobs.note_answer("a connection")
    last = max(give_turns(jobs, 1000, END, END - timedelta(seconds=1)))
    assert last <= END + MAX_BLOCKS * timedelta(seconds=1)


def test_each_answer_wakes_the_next_jobs_organizations_in_turn() -> None:
    """Whoever has few posts does not wait for another one's many."""
    jobs = BlockedJobs()
    for number in range(100):
        jobs.add("a connection", "many", f"job {number}")
    jobs.add("a connection", "few", "the only one")
    jobs.add("another connection", "few", "stays asleep")
    assert jobs.take_woken() == []
    jobs.note_answer("a connection")
    assert jobs.take_woken() == ["job 0", "the only one"]
    jobs.note_answer("a connection")
    jobs.note_answer("a connection")
    assert jobs.take_woken() == ["job 1", "job 2", "job 3", "job 4"]


def test_after_an_answer_the_next_block_begins_anew() -> None:
    """The first jobs of another outage wake at the end of its first block."""
    jobs = BlockedJobs()
    give_turns(jobs, 1000)
    jobs.note_answer("a connection")
    assert give_turns(jobs, FIRST_JOBS) == [END] * FIRST_JOBS


def test_a_job_is_remembered_once_and_forgotten_when_it_wakes() -> None:
    """What is remembered has a limit; beyond it a job has its turn."""
    jobs = BlockedJobs()
    for number in range(MAX_REMEMBERED + 100):
        jobs.add("a connection", "acme", str(number))
        jobs.add("a connection", "acme", str(number))
    woken: list[str] = []
    for _ in range(MAX_REMEMBERED):
        jobs.note_answer("a connection")
        woken += jobs.take_woken()
    assert len(woken) == len(set(woken)) == MAX_REMEMBERED
