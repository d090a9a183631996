"""Celery's remote commands that cannot work here. Flower and `celery control` send them."""

from functools import partial
from typing import Final

RESTART: Final = "restart the worker with another --concurrency, or use pool_grow and pool_shrink"
LIMITS: Final = (
    "set SLOTBEAT_PROVIDER_RATE or SLOTBEAT_PROVIDER_CONCURRENCY, and restart the worker"
)
REFUSED: Final = {
    "autoscale": RESTART,
    "pool_restart": RESTART,
    # Both would act on messages, each of which stands for many posts.
    "time_limit": "each step has a deadline of its own",
    "rate_limit": LIMITS,
}


def refuse_commands() -> None:
    """Make every worker of this process answer these commands with a sentence."""
    from celery.worker.control import Panel  # noqa: PLC0415  (it loads all of Celery's worker)

    for name, reason in REFUSED.items():
        Panel.data[name] = partial(_refuse, f"{name} does not work here: {reason}")


def _refuse(sentence: str, _state: object, **_arguments: object) -> dict[str, str]:
    return {"error": sentence}
