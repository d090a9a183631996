"""API, beat and worker as threads of one process, with one database and an in-memory broker.

The threads run the same code as the separate processes in production.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from celery import Celery
from celery.beat import Service
from celery.worker import WorkController, state

import scheduler.app
import worker.app
from api.bootstrap import build_context, connection_limits, open_storage
from api.main import create_app as create_api
from cli.watched_thread import WatchedThread
from config.settings import Settings
from worker.celery_options import THREADS

JOIN_TIMEOUT = 15


@contextmanager
def run_worker_thread(settings: Settings) -> Iterator[None]:
    """A Celery worker in a thread."""
    worker_app = worker.app.create_worker(settings)
    worker_app.runner()
    controller = WorkController(
        app=worker_app.celery,
        hostname=worker_app.name,
        pool_cls="threads",
        concurrency=THREADS,
        without_gossip=True,
        without_mingle=True,
    )
    thread = WatchedThread("worker", controller.start)
    thread.start()
    try:
        yield
    finally:
        thread.expect_end()
        worker_app.drain()
        state.should_stop = 0
        thread.join(JOIN_TIMEOUT)
        state.should_stop = None
        worker_app.stop()


@contextmanager
def run_beat_thread(settings: Settings) -> Iterator[None]:
    """Celery beat in a thread."""
    app: Celery = scheduler.app.create_app(settings)
    service = Service(
        app,
        max_interval=settings.tick,
        scheduler_cls=app.conf.beat_scheduler,
        remote_control=False,
    )
    thread = WatchedThread("beat", service.start)
    thread.start()
    try:
        yield
    finally:
        thread.expect_end()
        service.stop()
        thread.join(JOIN_TIMEOUT)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; OSError when the address is taken. Port 0 picks a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)  # from here on callers wait instead of being refused
    except OSError:
        listener.close()
        raise
    return listener


def serve_api(settings: Settings, listener: socket.socket) -> None:
    """Serve the API in the caller's thread until a signal ends it."""
    _build_server(settings).run(sockets=[listener])


@contextmanager
def run_web_thread(settings: Settings, listener: socket.socket) -> Iterator[None]:
    """The API in a thread."""
    server = _build_server(settings)
    arguments = {"sockets": [listener]}
    thread = threading.Thread(target=server.run, kwargs=arguments, name="web", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(JOIN_TIMEOUT)


def _build_server(settings: Settings) -> uvicorn.Server:
    context = build_context(settings, open_storage(settings))
    api = create_api(context, connection_limits(settings))
    return uvicorn.Server(uvicorn.Config(api, log_config=None))


@contextmanager
def run_beat_and_worker(settings: Settings) -> Iterator[None]:
    """Beat and worker in threads. Beat stops first: a stopping worker gets no new jobs."""
    with run_worker_thread(settings), run_beat_thread(settings):
        yield
