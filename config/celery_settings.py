"""The Celery settings of worker and beat; the reasons are in docs/decisions/0002."""

from typing import Any

REDIS_OPTIONS = {
    # No copy of what a worker has taken: beat sends it again sooner, and a full Redis would refuse
    # the copy and end the worker (docs/decisions/0056).
    "ack_emulation": False,
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 10,
}
TRANSPORT_OPTIONS: dict[str, dict[str, Any]] = {
    "redis": REDIS_OPTIONS,
    "rediss": REDIS_OPTIONS,
    "amqp": {"confirm_publish": True},
    "amqps": {"confirm_publish": True},
    # kombu polls its in-memory queues once a second by default.
    "memory": {"polling_interval": 0.01},
}


def celery_settings(broker_url: str) -> dict[str, Any]:
    """The configuration of both Celery apps. Messages are hints: losing one is harmless."""
    return {
        # kombu warns about a URL without a host, even for memory.
        "broker_url": "memory://localhost" if broker_url == "memory://" else broker_url,
        "broker_transport_options": TRANSPORT_OPTIONS[broker_url.split("://", 1)[0]],
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        # A Redis that is full or only reads answers with an error, and keeps the connection.
        "broker_channel_error_retry": True,
        "broker_pool_acquire_timeout": 5,
        "timezone": "UTC",
        "enable_utc": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_default_queue": "slotbeat",
        "task_ignore_result": True,
        "task_acks_late": False,
        "task_acks_on_failure": True,
        "task_acks_on_timeout": True,
        "task_publish_retry_policy": {"max_retries": 1, "interval_start": 0, "interval_step": 0.2},
        "task_send_sent_event": True,
        # Processes; for one, worker/celery_options.py takes threads.
        "worker_concurrency": 1,
        # On a busy machine; Celery kills a new process that is not ready after 4 s.
        "worker_proc_alive_timeout": 30.0,
        "worker_prefetch_multiplier": 1,
        "worker_send_task_events": True,
        "worker_cancel_long_running_tasks_on_connection_loss": True,
        "worker_soft_shutdown_timeout": 10,
        "worker_enable_soft_shutdown_on_idle": True,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
    }
