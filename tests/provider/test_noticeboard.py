"""The provider of docs/how-to/write-a-provider.md: small, complete, and tested by the suite."""

from collections.abc import Awaitable, Callable, Iterator

import pytest

from provider.aiohttp_client import HttpClient
from provider.errors import GiveUp, OutcomeUnknown, Reconnect, Retry, RetryAfter
from provider.protocol import Provider
from tests.fixed_credentials import FixedCredentials
from tests.provider import test_conformance as suite
from tests.provider.noticeboard import Noticeboard
from tests.provider.noticeboard_server import KEY, Board, running_board
from tests.provider.sandboxes import ProviderTester, Sandbox

# All calls for a post but the timer, which a noticeboard does not have.
WAY: dict[str, Callable[[Sandbox], None]] = {
    "accounts": suite.test_profiles_are_the_connected_accounts,
    "files": suite.test_a_file_becomes_ready,
    "lost files": suite.test_a_file_that_is_not_there_is_uploaded_again,
    "drafts": suite.test_a_draft_publishes_nothing,
    "gone": suite.test_a_post_that_is_gone_is_none,
    "out": lambda sandbox: suite.test_publish_now_publishes_now(sandbox, None),
    "refused": suite.test_a_refusal_by_the_network_is_shown,
}


@pytest.fixture
def board() -> Iterator[Board]:
    """An empty board."""
    with running_board() as found:
        yield found


def sandbox_of(board: Board) -> Sandbox:
    """The board as the suite needs it."""

    def make(http: HttpClient, *keys: str) -> Provider:
        return Noticeboard(http, board.origin, FixedCredentials("any", *keys))

    return Sandbox(board.origin, make, KEY)


@pytest.mark.parametrize("part", WAY)
def test_it_passes_the_suite(board: Board, part: str) -> None:
    """The example does what every provider must do, in all calls for a post."""
    WAY[part](sandbox_of(board))


def test_it_sorts_its_errors(board: Board) -> None:
    """By what the caller must do: a lost response to a create is an unknown outcome, to a read it
    is not."""

    async def work(tester: ProviderTester) -> None:
        made, draft = await tester.create("one"), await tester.draft("two")
        create: Callable[[], Awaitable[object]] = lambda: tester.provider.create(draft)  # noqa: E731
        read: Callable[[], Awaitable[object]] = lambda: tester.provider.get(made.id)  # noqa: E731
        expected = (
            (429, create, RetryAfter),
            (503, create, OutcomeUnknown),
            (503, read, Retry),
            (403, read, Reconnect),
            (400, create, GiveUp),
            (0, read, Retry),
            (0, create, OutcomeUnknown),
        )
        for status, call, error in expected:
            board.fails = [status]
            with pytest.raises(error) as caught:
                await call()
            assert type(caught.value) is error
        assert len(await tester.provider.find(draft)) == 1, "what was in doubt can be looked for"

    sandbox_of(board).use(work)
