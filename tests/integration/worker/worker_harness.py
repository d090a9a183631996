"""Job runners in this process, with a running simulator."""

import functools
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from media.open_storage import in_memory_storage
from models.database import Database
from models.organizations import SocialSettings
from models.posts import Post
from models.statuses import SETTLED_POSTS
from models.store.tenants import organizations
from provider.aiohttp_client import AiohttpClient
from provider.swonkie.client import CAPABILITIES, Swonkie
from scheduler.dispatch import dispatch_due_jobs
from services.context import AppContext
from services.inputs.post_bodies import PublishBody
from services.posts.publish import accept_post
from simulator import Simulator
from tests.fixed_credentials import FixedCredentials
from tests.integration.worker.pipeline_observer import PipelineObserver
from tests.sample_files import SAMPLE_BY_SUFFIX
from tests.service_context import CIPHER, build_test_context
from tests.wait import wait_until
from worker.blocked_jobs import BlockedJobs
from worker.concurrency import JobConcurrency
from worker.context import WorkerContext
from worker.media_fetch import Fetcher
from worker.planner.policy import Policy
from worker.provider_limits.limiter_registry import LimiterRegistry
from worker.provider_limits.worker_share import ProviderLimits
from worker.runner import JobRunner
from worker.transfer_places import TransferPlaces
from worker.webhooks import WebhookContext
from worker.webhooks.webhook_client import WebhookClient

SHORT_INTERVAL = timedelta(seconds=0.1)
# The pipeline's own times, shortened so that a test takes seconds.
FAST_POLICY = Policy(
    claim_ttl=timedelta(seconds=5),
    poll_interval=SHORT_INTERVAL,
    settle_time=timedelta(seconds=0.5),
    capabilities={"simulator": replace(CAPABILITIES, minimum_lead=timedelta(seconds=0.5))},
    verify_interval=SHORT_INTERVAL,
    first_delay=timedelta(seconds=0.02),
    max_delay=timedelta(seconds=0.2),
)


class WorkerHarness(PipelineObserver):
    """A database, a simulator, job runners, and a beat whose ticks the test makes."""

    def __init__(self, database: Database, simulator: Simulator, folder: Path) -> None:
        super().__init__(database, simulator)
        self.folder = folder
        self.storage = in_memory_storage()
        self.timeout = 1.0
        self.provider: type[Swonkie] = Swonkie
        self.make_webhook_context: Callable[[], WebhookContext] = lambda: WebhookContext(
            WebhookClient(CIPHER, allow_private=True)
        )
        self.make_concurrency: Callable[[], JobConcurrency] = JobConcurrency
        self.make_transfers: Callable[[], TransferPlaces] = TransferPlaces
        self._messages = ThreadPoolExecutor(16, thread_name_prefix="celery")
        self._threads = ThreadPoolExecutor(6, thread_name_prefix="database")
        self._sent: list[Future[int]] = []
        self._stopped: set[JobRunner] = set()
        self.runners: list[JobRunner] = []
        with database.write() as session:
            organization, _ = organizations.create(session, "Acme", "simulator")
        self.organization_id = organization.id

    def start_runner(self, limits: ProviderLimits | None = None, **policy: Any) -> JobRunner:  # noqa: ANN401
        """Start a job runner whose policy differs from QUICK in this; with limits, calls go through
        a limiter."""
        client = AiohttpClient(httpx.Timeout(self.timeout))
        provider = self.provider(client, self.simulator.base_url, FixedCredentials("app", "key"))
        name = f"worker-{len(self.runners)}"
        blocked_jobs = BlockedJobs()
        limiters = (
            LimiterRegistry(self.database, name, limits, blocked_jobs.note_answer)
            if limits
            else None
        )
        context = WorkerContext(
            database=self.database,
            provider_for=lambda connection, owner: (
                limiters.limit(provider, connection.id, owner) if limiters else provider
            ),
            fetcher=Fetcher(client, CIPHER, allow_private=True, storage=self.storage),
            webhooks=self.make_webhook_context(),
            policy=replace(FAST_POLICY, **policy),
            threads=self._threads,
            blocked_jobs=blocked_jobs,
            concurrency=self.make_concurrency(),
            transfers=self.make_transfers(),
        )
        runner = JobRunner(context, name)
        self.runners.append(runner)
        return runner

    def stop_runner(self, runner: JobRunner) -> None:
        """Stop a job runner. May be called twice."""
        if runner not in self._stopped:
            self._stopped.add(runner)
            runner.stop()

    def close(self) -> None:
        """Stop everything, and raise the errors of the messages."""
        for runner in self.runners:
            self.stop_runner(runner)
        self._messages.shutdown()
        self._threads.shutdown()
        self.http.close()
        for message in self._sent:
            message.result()

    def tick(self) -> None:
        """Dispatch what is due; the last job runner gets it, in a thread."""

        def send(_task: str, job_ids: list[str]) -> None:
            self.send(self.runners[-1], job_ids)

        dispatch_due_jobs(self.database, send)

    def send(self, runner: JobRunner, job_ids: Sequence[str]) -> "Future[int]":
        """A message with these ids, received by a job runner."""
        message = self._messages.submit(runner.run, job_ids)
        self._sent.append(message)
        return message

    def dispatch_until(
        self, condition: Callable[[], Any], timeout: float = 60, what: str = ""
    ) -> Any:  # noqa: ANN401
        """Tick until the condition holds."""

        def ticked() -> Any:  # noqa: ANN401
            self.tick()
            return condition()

        return wait_until(ticked, timeout, what)

    def run_to_end(self, *posts: Post) -> list[Post]:
        """Tick until each of these has ended; returns their final rows."""
        return [
            self.dispatch_until(
                functools.partial(self.find_ended, post.id), what="the end of a post"
            )
            for post in posts
        ]

    def find_ended(self, post_id: str) -> Post | None:
        """The post, if it has ended and its job was released."""
        post = self.post(post_id)
        has_ended = post.status in SETTLED_POSTS and self.read_job(post_id).claim is None
        return post if has_ended else None

    def accept(self, caption: str = "Hello", post_type: str = "text", **fields: Any) -> Post:  # noqa: ANN401
        """Accept a post as the API does."""
        return self.accept_for(self.organization_id, caption, post_type, **fields)

    def accept_for(
        self,
        organization_id: str,
        caption: str = "Hello",
        post_type: str = "text",
        **fields: Any,  # noqa: ANN401
    ) -> Post:
        """Accept a post of another organization."""
        fields = {"platforms": ["x"], "publishMode": "publish_now", **fields}
        body = PublishBody(postType=post_type, caption=caption, **fields)  # type: ignore[arg-type]
        with self.database.write() as session:
            return accept_post(session, self.context(), organization_id, body).post

    def context(self) -> AppContext:
        """The context of the API's functions."""
        return build_test_context(self.database, FAST_POLICY.scheduling, storage=self.storage)

    def schedule(self, seconds: float, *arguments: str, **fields: Any) -> Post:  # noqa: ANN401
        """Accept a post for so many seconds from now."""
        at = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()
        return self.accept(*arguments, publishMode="schedule", scheduledAt=at, **fields)

    def set_minimum_duration(self, seconds: int) -> None:
        """Set the organization's minimum video duration."""
        with self.database.write() as session:
            settings = session.get_one(SocialSettings, self.organization_id)
            settings.minimum_video_duration_seconds = seconds
            session.add(settings)

    def serve_file(self, name: str, content: bytes | None = None) -> str:
        """The URL of a media file that the simulator serves, of the type that its name says."""
        content = SAMPLE_BY_SUFFIX[Path(name).suffix] if content is None else content
        (self.folder / name).write_bytes(content)
        return f"{self.simulator.origin}/media/{name}"
