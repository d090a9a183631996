"""Who makes place for a newcomer."""

from hypothesis import given
from hypothesis import strategies as st

from api.connections.registry import ConnectionRegistry

MOST, MOST_OF_ADDRESS = 6, 3


def admit(registry: ConnectionRegistry[int], connection: int, address: str | None) -> list[int]:
    """Which connections are closed for this one; itself where there is no place."""
    closed: list[int] = []
    is_admitted = registry.admit(connection, address, closed.append)
    return closed if is_admitted else [connection]


def test_the_oldest_stranger_makes_place() -> None:
    """Not who has shown credentials, until that request has ended; then the others are older."""
    registry: ConnectionRegistry[int] = ConnectionRegistry(3, 3)
    assert [admit(registry, each, f"10.0.0.{each}") for each in (1, 2, 3)] == [[], [], []]
    registry.trust(1)
    assert admit(registry, 4, "10.0.0.4") == [2]
    registry.distrust(1)
    assert [admit(registry, each, "10.0.0.9") for each in (5, 6, 7)] == [[3], [4], [1]]


def test_where_all_are_known_a_newcomer_is_refused() -> None:
    """Nobody's request is ended for another's."""
    registry: ConnectionRegistry[int] = ConnectionRegistry(2, 2)
    for each in (1, 2):
        admit(registry, each, "10.0.0.1")
        registry.trust(each)
    assert admit(registry, 3, "10.0.0.2") == [3]
    registry.forget(1)
    assert admit(registry, 3, "10.0.0.2") == []


def test_an_address_makes_place_itself() -> None:
    """Over its own limit, its own oldest is closed and nobody else's; a proxy has no such limit."""
    registry: ConnectionRegistry[int] = ConnectionRegistry(MOST, 2)
    assert admit(registry, 1, "10.0.0.1") == []
    assert [admit(registry, each, "10.0.0.2") for each in (2, 3, 4)] == [[], [], [2]]
    assert [admit(registry, each, None) for each in (5, 6, 7)] == [[], [], []]


ACTIONS = st.tuples(
    st.sampled_from(["admit", "trust", "distrust", "forget"]),
    st.integers(0, 20),
    st.sampled_from(["a", "b", None]),
)


@given(st.lists(ACTIONS, max_size=60))
def test_the_limits_hold_whatever_happens(actions: list[tuple[str, int, str | None]]) -> None:
    """Never more than allowed, in all or of one address; known callers are never closed."""
    registry: ConnectionRegistry[int] = ConnectionRegistry(MOST, MOST_OF_ADDRESS)
    open_: dict[int, str | None] = {}
    known: set[int] = set()
    for action, connection, address in actions:
        if action == "admit" and connection not in open_:
            closed = admit(registry, connection, address)
            assert not known & set(closed)
            open_ = {each: at for each, at in open_.items() if each not in closed}
            if connection not in closed:
                open_[connection] = address
        elif action == "trust" and connection in open_:
            registry.trust(connection)
            known.add(connection)
        elif action == "distrust":
            registry.distrust(connection)
            known.discard(connection)
        elif action == "forget":
            registry.forget(connection)
            open_.pop(connection, None)
            known.discard(connection)
        assert len(registry) == len(open_) <= MOST
        for name in ("a", "b"):
            assert sum(at == name for at in open_.values()) <= MOST_OF_ADDRESS
