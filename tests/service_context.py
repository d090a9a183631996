"""The context of the use cases and the cipher, as tests of several packages need them."""

from dataclasses import replace
from typing import Any, Final

from models.database import Database
from models.encryption import Cipher
from scheduler.seating.scheduling_config import SchedulingConfig
from services.context import AppContext

CIPHER: Final = Cipher("a secret for tests")


def build_test_context(
    database: Database,
    scheduling: SchedulingConfig = SchedulingConfig(),  # noqa: B008  (it is frozen)
    **changes: Any,  # noqa: ANN401
) -> AppContext:
    """A context for the simulator that allows private media; `changes` replace other fields."""
    context = AppContext(
        database=database,
        cipher=CIPHER,
        provider="simulator",
        scheduling=scheduling,
        admin_token=None,
        allow_private_media=True,
    )
    return replace(context, **changes)
