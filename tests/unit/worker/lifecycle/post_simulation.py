"""A post from acceptance to its end in virtual time: the real planner, steps and outcome writer,
with the model provider.

All writes go to a real database with the real schema; only the simulation advances the clock.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import PurePosixPath

import httpx
from sqlmodel import Session

from models.organizations import SocialSettings
from models.posts import Delivery, Media
from models.snapshot import DeliveryView, Snapshot
from models.statuses import Desired, PostStatus
from models.store.jobs.job_queue import Claim
from models.store.posts import posts, snapshots
from models.task_names import JobKind
from provider.errors import ProviderError
from scheduler.recurrence.occurrences import Rule
from scheduler.recurrence.patterns import parse_cron
from scheduler.seating.late_posts import schedule_late_posts
from scheduler.seating.replace_rules import replace_rules
from scheduler.seating.seat_backlog import seat_backlog
from tests.service_context import CIPHER
from tests.unit.worker.lifecycle.accepted_post import PLATFORMS, add_accepted_post
from tests.unit.worker.lifecycle.call_faults import CallFault, WorkerKilled
from tests.unit.worker.lifecycle.file_hosts import mock_transport
from tests.unit.worker.lifecycle.model_provider import ModelProvider
from tests.unit.worker.snapshot_builders import NOW
from worker import outcome_writer
from worker.media_fetch import Fetcher
from worker.outcome_writer import StepResult
from worker.planner.decisions import (
    FinishDelivery,
    HoldDelivery,
    RunStep,
    SetPostStatus,
    Step,
    Wait,
)
from worker.planner.plan import next_step
from worker.planner.policy import MissedPolicy, Policy
from worker.steps import take_step
from worker.steps.outcome import Failed, Outcome
from worker.steps.step_context import StepContext

# More decisions than any post can need: with more, it is in an endless loop.
MAX_DECISIONS = 2000
# Steps that must not be taken on an account that cannot be used.
STEPS_NEEDING_ACCOUNT = (Step.CREATE, Step.UPDATE, Step.SCHEDULE, Step.PUBLISH_NOW)
CALL_TIME = timedelta(milliseconds=50)


class PostSimulation:
    """One post and its model provider. `run` continues until nothing is left to do."""

    def __init__(
        self,
        session: Session,
        desired: Desired,
        faults: Iterator[CallFault],
        *,
        slot_in: timedelta = timedelta(hours=1),
        deliveries: int = 1,
        files: int = 0,
        jitter: float = 0.5,
        missed: MissedPolicy = MissedPolicy.HOLD,
        provider: type[ModelProvider] = ModelProvider,
    ) -> None:
        self.session, self.now, self.jitter = session, NOW, jitter
        self.policy = Policy(missed=missed, capabilities={"model": provider.capabilities})
        self.rescues = 0
        # Deliveries that were published when a person changed the post.
        self.live_before_edit: set[str] = set()
        # The delay of the organization's queue job, after it was woken.
        self.queue_delay = timedelta(0)
        self.post = add_accepted_post(session, desired, NOW + slot_in, "photo" if files else "text")
        self.deliveries = [
            Delivery(post_id=self.post.id, platform=platform) for platform in PLATFORMS[:deliveries]
        ]
        link = CIPHER.encrypt("https://source.test/a.jpg")
        media = [Media(post_id=self.post.id, position=n, source_url=link) for n in range(files)]
        posts.insert_all(session, [self.post], media, self.deliveries)
        if missed is MissedPolicy.NEXT_SLOT:
            hourly = Rule(parse_cron("0 * * * *"), "UTC")
            lead = self.policy.scheduling.lead_time
            replace_rules(session, self._settings(), [hourly], NOW, lead)
        self.remote = provider(NOW, faults)
        self._interruptions: list[tuple[int, Callable[[], None]]] = []

    def interrupt(self, interruptions: Sequence[tuple[int, Callable[[], None]]]) -> None:
        """Call each of these after so many more decisions, or when nothing is left to decide."""
        self._interruptions = list(interruptions)

    def snapshot(self) -> Snapshot:
        """The post as it is stored now."""
        held = Claim("job", JobKind.POST, self.post.id, "token", 0, self.rescues)
        return snapshots.load(self.session, held)

    def expected_words(self) -> str:
        """What the provider should publish: the caption and the files as they are stored now."""
        names = [
            PurePosixPath(CIPHER.decrypt(each.source_url)).name for each in self.snapshot().media
        ]
        return "|".join([self.snapshot().post.caption, *(f"media of {name}" for name in names)])

    def count_published(self, delivery_id: str) -> int:
        """How often the provider published this delivery."""
        return sum(marker.endswith(delivery_id) for marker in self.remote.ledger)

    async def run(self) -> Snapshot:
        """Plan, step and commit until the planner waits without a time; returns the final post."""
        async with httpx.AsyncClient(transport=mock_transport()) as client:
            self.remote.client = client
            fetcher = Fetcher(client, CIPHER, allow_private=True, transport=mock_transport)
            for _ in range(MAX_DECISIONS):
                rests = not await self._decide(fetcher)
                if not self._run_interruption(at_rest=rests) and rests:
                    return self.snapshot()
        raise AssertionError(f"runs in circles: {self.snapshot()}")

    def _run_interruption(self, *, at_rest: bool) -> bool:
        """Run the next interruption; False when there is none."""
        if not self._interruptions:
            return False
        (left, act), *rest = self._interruptions
        if left > 0 and not at_rest:
            self._interruptions = [(left - 1, act), *rest]
            return False
        self._interruptions = rest
        act()
        return True

    def _wait(self, time: timedelta) -> None:
        """Advance the clock over a wait; an interruption comes in the middle of it."""
        if not self._interruptions:
            self._advance_clock(time)
            return
        self._advance_clock(time / 2)
        (_, act), *self._interruptions = self._interruptions
        act()

    async def _decide(self, fetcher: Fetcher) -> bool:
        now, current = self.now, self.snapshot()
        match next_step(current, self.policy, now):
            case SetPostStatus() as become:
                outcome_writer.set_post_status(self.session, current.post, become, now)
            case HoldDelivery() as hold:
                outcome_writer.hold_delivery(self.session, current, hold, now)
            case FinishDelivery() as end:
                outcome_writer.finish_delivery(self.session, current.post.id, end, now)
            case Wait(until, arrange):
                self.rescues = 0
                waits_for_queue = arrange or current.post.status is PostStatus.BACKLOG
                if waits_for_queue and self._arrange_queue():
                    return True
                if until is None:
                    return False
                assert until > now, "a wait that has passed already"
                self._wait(max(until, self.now) - self.now)
            case RunStep() as run_step:
                run_step = outcome_writer.begin_step(
                    self.session, current, run_step, self.policy, now,
                    lambda _connection, marker: self.remote.own_id(marker),
                )  # fmt: skip
                await self._run_step(current, run_step, fetcher)
        return True

    async def _run_step(self, current: Snapshot, run_step: RunStep, fetcher: Fetcher) -> None:
        """One step and its commit; nothing is written when the worker is killed in between."""
        in_trouble = isinstance(run_step.subject, DeliveryView) and run_step.subject.account_problem
        assert not (in_trouble and run_step.step in STEPS_NEEDING_ACCOUNT), (
            f"{run_step.step}, and {in_trouble}"
        )
        step_context = StepContext(current, self.remote, fetcher, self.policy, self.now)
        try:
            outcome: Outcome = await take_step(step_context, run_step)
        except ProviderError as error:
            outcome = Failed(error)
        except WorkerKilled:
            self.rescues += 1
            self._advance_clock(self.policy.claim_ttl)
            return
        self._advance_clock(CALL_TIME)
        result = StepResult(current, run_step, outcome, 50, self.jitter)
        outcome_writer.write_outcome(self.session, result, self.policy, self.now)

    def _settings(self) -> SocialSettings:
        return self.session.get_one(SocialSettings, self.post.organization_id)

    def _arrange_queue(self) -> bool:
        """What the organization's queue job does when a wait asks for it."""
        self._advance_clock(self.queue_delay)
        policy, scheduling, settings = self.policy, self.policy.scheduling, self._settings()
        moved = schedule_late_posts(self.session, settings, self.now, policy.late_rules)
        return moved + len(seat_backlog(self.session, settings, self.now, scheduling)) > 0

    def _advance_clock(self, time: timedelta) -> None:
        self.now += time
        self.remote.advance_to(self.now)
