"""Who makes a change."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest

from models.actors import (
    COMMAND_LINE,
    SLOTBEAT,
    Actor,
    ActorKind,
    acting_as,
    current_actor,
    parse_actor,
)


@pytest.mark.parametrize(
    "actor", [SLOTBEAT, COMMAND_LINE, Actor(ActorKind.KEY, "Ana: the *second*", "0197")]
)
def test_an_actor_is_read_back_as_it_was_stored(actor: Actor) -> None:
    """Whatever its name contains; its scopes are not stored."""
    assert parse_actor(str(actor)) == actor


def test_an_actor_is_of_one_request() -> None:
    """Another context, such as another request's or a worker's thread, has its own: Slotbeat where
    nobody set one."""
    copy_context().run(acting_as, COMMAND_LINE)
    assert current_actor() == SLOTBEAT
    with ThreadPoolExecutor(1) as pool:
        acting = copy_context()
        acting.run(acting_as, COMMAND_LINE)
        assert acting.run(current_actor) == COMMAND_LINE
        assert acting.run(lambda: pool.submit(current_actor).result()) == SLOTBEAT
