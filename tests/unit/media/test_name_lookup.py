"""Look-ups of names that strangers chose: they end, and hold nothing that others need."""

import asyncio
import threading

import pytest

from media.name_lookup import NameLookup, NameNotResolved
from tests.unit.media.silent_name_server import SilentNameServer

MANY = 1_000


def test_names_of_this_machine_are_known_without_a_name_server() -> None:
    """`localhost` and numeric addresses are answered while the name server is silent."""
    with SilentNameServer() as server:
        lookup = NameLookup(servers=[server.address])

        async def run() -> list[list[str]]:
            return [await lookup(host, 80) for host in ("127.0.0.1", "::1", "localhost")]

        number, number6, name = asyncio.run(run())
    assert (number, number6) == (["127.0.0.1"], ["::1"])
    assert set(name) <= {"127.0.0.1", "::1"}
    assert "127.0.0.1" in name


def test_a_silent_name_server_is_given_up() -> None:
    """The look-up ends at its deadline, with a sentence."""
    with SilentNameServer() as server:
        lookup = NameLookup(deadline=0.05, servers=[server.address])

        async def run() -> None:
            try:
                await lookup("source.test", 443)
            finally:
                await lookup.aclose()

        with pytest.raises(NameNotResolved, match=r"not resolved within 0\.05 s"):
            asyncio.run(run())


@pytest.mark.parametrize("host", ["0x7f000001", "2130706433", "0177.0.0.1", "127.1"])
def test_a_number_in_any_spelling_is_an_address(host: str) -> None:
    """So it is judged as one, and is no question for a name server."""
    with SilentNameServer() as server:
        assert asyncio.run(NameLookup(servers=[server.address])(host, 80)) == ["127.0.0.1"]


@pytest.mark.parametrize("host", ["a b", "x" * 64 + ".test", "..", "fe80::1%lo"])
def test_what_is_no_name_has_no_address(host: str) -> None:
    """Nonsense is refused without asking a name server."""
    with SilentNameServer() as server:
        lookup = NameLookup(deadline=60, servers=[server.address])
        with pytest.raises(NameNotResolved, match="cannot be resolved"):
            asyncio.run(lookup(host, 443))


def test_a_thousand_silent_names_hold_no_thread() -> None:
    """While they wait, asyncio's threads are as free as before, and another name is found."""

    async def run(server: SilentNameServer) -> None:
        lookup = NameLookup(deadline=60, servers=[server.address])
        threads = threading.active_count()
        names = [asyncio.create_task(lookup(f"h{n}.tarpit.test", 443)) for n in range(MANY)]
        await server.question()
        assert threading.active_count() <= threads
        assert "127.0.0.1" in await lookup("localhost", 80)
        assert await asyncio.to_thread(lambda: "free") == "free"
        assert not any(name.done() for name in names)
        for name in names:
            name.cancel()
        await asyncio.gather(*names, return_exceptions=True)
        await lookup.aclose()

    with SilentNameServer() as server:
        asyncio.run(run(server))


def test_each_event_loop_has_a_resolver_of_its_own() -> None:
    """The one of a loop that has ended is not kept."""
    lookup = NameLookup()
    for _ in range(3):
        assert "127.0.0.1" in asyncio.run(lookup("localhost", 80))
    assert len(lookup._resolvers) == 1
