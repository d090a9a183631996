"""The worker process: `celery -A worker.app worker`."""

import logging
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
from celery import Celery, signals
from celery.utils.nodenames import NODENAME_DEFAULT

from config import logging_setup
from config.celery_settings import celery_settings
from config.process_name import process_name
from config.provider_keys import check_provider_keys
from config.secret_key import secret_key, secret_keys
from config.settings import BadSettings, Settings, load_or_exit
from config.storage_settings import storage_error, storage_settings
from media.object_storage import ObjectStorage
from media.open_storage import InvalidStorageSettings, open_object_storage
from media.safe_transport import resolve
from models import schema_level
from models.database import Database
from models.encryption import Cipher
from models.server_outage import ServerOutage
from provider.aiohttp_client import AiohttpClient
from provider.pinned_client import client_factory
from provider.registry import CAPABILITIES, PROVIDERS
from scheduler.seating.scheduling_config import SchedulingConfig
from worker import tasks
from worker.blocked_jobs import BlockedJobs
from worker.broker_consumer import consumer_class, is_no_loss_line
from worker.celery_options import engine_option
from worker.context import WorkerContext
from worker.garbage_collection import collect_less
from worker.media_fetch import Fetcher, FetchLimits
from worker.media_fetch.spool_space import SpoolSpace
from worker.planner.policy import MissedPolicy, Policy
from worker.process_pool import ProcessPool
from worker.provider_cache import Environment, ProviderCache
from worker.provider_limits.limiter_registry import LimiterRegistry
from worker.provider_limits.worker_share import ProviderLimits
from worker.pruning import PruneReport, prune
from worker.remote_commands import refuse_commands
from worker.runner import JobRunner
from worker.webhooks import WebhookContext
from worker.webhooks.webhook_client import WebhookClient

DATABASE_THREADS = 6
TIMEOUT = httpx.Timeout(15, connect=5)


def build_policy(settings: Settings) -> Policy:
    """The pipeline's policy, with the durations that the environment sets."""
    return Policy(
        capabilities=CAPABILITIES,
        scheduling=SchedulingConfig(
            lead_time=timedelta(seconds=settings.lead_time),
            horizon=timedelta(seconds=settings.horizon),
            late_spacing=timedelta(seconds=settings.late_spacing),
        ),
        missed=MissedPolicy(settings.missed_policy),
        missed_grace=timedelta(seconds=settings.missed_grace),
        claim_ttl=timedelta(seconds=settings.claim_ttl),
        poll_interval=timedelta(seconds=settings.poll_interval),
    )


def build_limits(settings: Settings) -> ProviderLimits:
    """The limits of one connection's provider, for all workers together."""
    return ProviderLimits(settings.provider_concurrency, settings.provider_rate)


def read_environment(settings: Settings) -> Environment:
    """The provider of the environment. The simulator accepts any credentials."""
    id_, primary, secondary = (
        secret.get_secret_value() if secret else None
        for secret in (
            settings.swonkie_api_id,
            settings.swonkie_api_key,
            settings.swonkie_api_key_secondary,
        )
    )
    fields = {"apiId": id_ or "slotbeat", "primary": primary or "slotbeat", "secondary": secondary}
    return Environment(settings.provider, settings.provider_url, fields)


def open_storage(settings: Settings) -> ObjectStorage:
    """The storage of callers' own files; BadSettings where it cannot be opened."""
    try:
        return open_object_storage(**storage_settings(settings))
    except InvalidStorageSettings as error:
        raise storage_error(error) from None


def create_runner(settings: Settings, name: str) -> JobRunner:
    """A worker's job runner with its context: database, providers, fetcher, limits."""
    client = AiohttpClient(TIMEOUT)
    database = Database(settings.database_url)
    cipher = Cipher(*secret_keys(settings))
    pinned = client_factory(TIMEOUT, allow_private=settings.allow_private_hosts)
    environment = read_environment(settings)
    providers = ProviderCache(database, cipher, environment, PROVIDERS, client, pinned)
    blocked_jobs = BlockedJobs()
    limiters = LimiterRegistry(database, name, build_limits(settings), blocked_jobs.note_answer)
    context = WorkerContext(
        database=database,
        provider_for=lambda connection, organization_id: limiters.limit(
            providers.get(connection), connection.id, organization_id
        ),
        fetcher=Fetcher(
            client,
            cipher,
            allow_private=settings.allow_private_media,
            storage=open_storage(settings),
            contact=settings.contact,
            limits=FetchLimits(
                scale_images=settings.scale_images,
                space=SpoolSpace(settings.spool_limit, settings.disk_reserve),
            ),
        ),
        webhooks=WebhookContext(WebhookClient(cipher, allow_private=settings.allow_private_media)),
        policy=build_policy(settings),
        blocked_jobs=blocked_jobs,
        close_providers=partial(_close_clients, providers),
        threads=ThreadPoolExecutor(DATABASE_THREADS, thread_name_prefix="database"),
    )
    return JobRunner(context, name)


async def _close_clients(providers: ProviderCache) -> None:
    await providers.close()
    await resolve.aclose()


def worker_name(node: str) -> str:
    """The name of the worker that Celery calls `node`, with the id of this process."""
    given, _, host = node.partition("@")
    return process_name("worker" if given == NODENAME_DEFAULT else given, host)


class Worker:
    """A Celery app, and the job runner that runs its tasks."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._runner: JobRunner | None = None
        self._lock = threading.Lock()
        # What Celery calls this worker: "celery@host", or as the option -n says.
        self.node: str = NODENAME_DEFAULT
        self.celery = Celery("slotbeat.worker")
        self.celery.conf.update(celery_settings(settings.broker_url))
        self.broker_outage = ServerOutage("the broker", "cannot be reached")
        self.celery.conf.worker_consumer = consumer_class(self.broker_outage)
        self.celery.user_options["worker"].add(engine_option())
        refuse_commands()
        tasks.register(self.celery, lambda job_ids: self.runner().run(job_ids), self.prune)

    @property
    def name(self) -> str:
        """The name of this worker everywhere; in a pool of processes each has its own."""
        return worker_name(self.node)

    def runner(self) -> JobRunner:
        """The process's job runner, created at first use: after any fork, and never in Flower."""
        with self._lock:
            if self._runner is None:
                collect_less()
                self._runner = create_runner(self._settings, self.name)
            return self._runner

    def prune(self) -> PruneReport:
        """Delete expired rows and files."""
        context = self.runner().context
        history = timedelta(seconds=self._settings.history_retention)
        return prune(context.database, context.fetcher.storage, history or None)

    def drain(self) -> None:
        """Release all jobs, so that the tasks end and Celery can stop."""
        if self._runner is not None:
            self._runner.drain()

    def stop(self) -> None:
        """Close the job runner and its database."""
        if self._runner is not None:
            self._runner.stop()
            self._runner.context.threads.shutdown()
            self._runner.context.database.close()
            self._runner = None


def _start_unless_prefork(
    worker: Worker,
    sender: Any,  # noqa: ANN401  (Celery's consumer, which has no types)
    **_: object,
) -> None:
    """The parent of a pool of processes claims nothing: a job runner there would only count as one
    more worker, and take a share of the limits."""
    if not isinstance(sender.pool, ProcessPool):
        worker.runner().context.metrics.add_broker(worker.broker_outage)


def _start_process(worker: Worker, settings: Settings) -> None:
    """Start the job runner of a process of the pool, after its fork."""
    logging_setup.install(settings.log_format, settings.log_level, worker.name)
    worker.runner()


def create_worker(settings: Settings) -> Worker:
    """The worker that these settings describe; Celery's signals start, drain and stop it."""
    worker = Worker(settings)
    hooks: dict[Any, Any] = {
        # The heartbeat shows that the worker is alive before the first job comes.
        signals.worker_ready: partial(_start_unless_prefork, worker),
        signals.worker_process_init: lambda **_: _start_process(worker, settings),
        # The process drains here: only now does Celery send it no more messages.
        signals.worker_process_shutdown: lambda **_: worker.stop(),
        # In a thread: Celery sends this from a signal handler, which must not wait for a database.
        signals.worker_shutting_down: lambda **_: threading.Thread(target=worker.drain).start(),
        signals.worker_shutdown: lambda **_: worker.stop(),
    }
    for signal, hook in hooks.items():
        signal.connect(hook, weak=False)
    return worker


def _name_celery_worker(
    worker: Worker,
    settings: Settings,
    instance: Any,  # noqa: ANN401  (Celery's own worker, which has no types)
    **_: object,
) -> None:
    """Give Celery's own worker, which `inspect` and Flower show, the name that we use."""
    worker.node = instance.hostname
    instance.hostname = worker.name
    logging_setup.install(settings.log_format, settings.log_level, worker.name)


def _check_or_exit(settings: Settings) -> None:
    """Check what the runner needs: it is created later, where nobody sees the error."""
    try:
        check_provider_keys(settings)
        secret_key(settings)
        open_storage(settings)
    except BadSettings as error:
        raise SystemExit(f"Slotbeat cannot start:\n{error}") from None


def _require_flower_password() -> None:
    """Flower reads the variable by itself; without it everybody could stop workers there."""
    if not os.environ.get("FLOWER_BASIC_AUTH", "").strip():
        raise SystemExit("Flower cannot start:\nFLOWER_BASIC_AUTH: must be set, to user:password")


def _from_environment() -> Celery:
    # Flower uses the worker's app, too.
    is_flower = "flower" in sys.argv
    settings = load_or_exit("flower" if is_flower else "worker", own_process=True)
    # A handler of this signal keeps Celery from replacing our logging configuration.
    signals.setup_logging.connect(lambda **_: None, weak=False)
    if is_flower:  # it has none of a worker's secrets
        _require_flower_password()
    else:
        _check_or_exit(settings)
        schema_level.check_or_exit(settings.database_url)
    logging.getLogger("celery.worker.consumer.consumer").addFilter(is_no_loss_line)
    worker = create_worker(settings)
    signals.celeryd_init.connect(partial(_name_celery_worker, worker, settings), weak=False)
    return worker.celery


def __getattr__(name: str) -> Celery:
    """`worker.app.app`, created from the environment when Celery reads it."""
    if name != "app":
        raise AttributeError(name)
    app = globals()["app"] = _from_environment()
    return app
