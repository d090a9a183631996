"""What every provider with drafts and without a timer must do, on its sandbox."""

from collections.abc import Awaitable, Callable

import pytest

from provider.errors import OutcomeUnknown, ProviderError, Retry, RetryAfter
from tests.provider.direct.account_contract import AccountContract
from tests.provider.direct.files_contract import ContentIdContract, FileContract
from tests.provider.direct.sandbox import DirectSandbox, DirectTester
from tests.provider.drafts.draft_contract import DraftContract

Call = Callable[[DirectTester], Awaitable[object]]
CALLS: dict[str, Call] = {
    "create_post": lambda tester: tester.provider.create(tester.draft("failed")),
    "update_post": lambda tester: tester.publish(tester.draft("failed")),
    "list_posts": lambda tester: tester.provider.find(tester.draft()),
    "create_media": lambda tester: tester.upload(b"\xff\xd8\xff a photo"),
    "get_me": lambda tester: tester.provider.profiles(),
}
IN_DOUBT = ("create_post", "update_post")


@pytest.fixture
def direct(untimed: DirectSandbox) -> DirectSandbox:
    """A new account, under the name that the contracts know."""
    return untimed


class TestDrafts(DraftContract):
    """Creating, finding, changing and publishing."""


class TestFiles(FileContract, ContentIdContract):
    """Uploads, and posts with files."""


class TestAccount(AccountContract):
    """What is true of an account, whatever is published."""


def fail(direct: DirectSandbox, call: str, kind: str, **more: object) -> ProviderError:
    """The error of a call whose server fails so."""
    assert direct.inject is not None

    async def make_call(tester: DirectTester) -> ProviderError:
        with pytest.raises(ProviderError) as caught:
            await CALLS[call](tester)
        return caught.value

    # The client itself repeats a GET whose connection broke.
    direct.inject(kind, call, times=3, **more)
    error = direct.use(make_call)
    assert direct.account.secret not in repr(error)
    return error


@pytest.mark.parametrize("call", CALLS)
def test_a_busy_provider_says_how_long(direct: DirectSandbox, call: str) -> None:
    """A 429 on any call is a RetryAfter with the delay of its header, though it is HTML."""
    error = fail(direct, call, "rate_limit", seconds=40)
    assert type(error) is RetryAfter
    assert 38 <= error.seconds <= 40
    assert direct.account.published() == []


@pytest.mark.parametrize("kind", ["server_error", "firewall", "notice", "hang", "lost_answer"])
@pytest.mark.parametrize("call", CALLS)
def test_only_changes_are_in_doubt(direct: DirectSandbox, call: str, kind: str) -> None:
    """An error, a page of the host's firewall, JSON behind a notice of PHP, or no answer at all: an
    unknown outcome for the calls that must not be repeated, a Retry for the others."""
    error = fail(direct, call, kind, seconds=0.1)
    assert type(error) is (OutcomeUnknown if call in IN_DOUBT else Retry)
    is_done = call == "update_post" and kind in ("lost_answer", "notice")
    assert direct.account.published() == (["failed"] if is_done else [])
