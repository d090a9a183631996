"""What a provider without drafts must raise when its server fails: the right branch of the error
tree."""

from collections.abc import Awaitable, Callable

import pytest

from provider.errors import OutcomeUnknown, ProviderError, Reconnect, Retry, RetryAfter
from provider.protocol import Draft
from tests.provider.direct.sandbox import DirectSandbox, DirectTester

Call = Callable[[DirectTester, Draft], Awaitable[object]]
CALLS: dict[str, Call] = {
    "publish": lambda tester, draft: tester.publish(draft),
    "read": lambda tester, draft: tester.get(draft),
    "upload": lambda tester, _draft: tester.upload(b"a file"),
    "account": lambda tester, _draft: tester.provider.profiles(),
}


def fail(direct: DirectSandbox, call: str, kind: str, **more: object) -> ProviderError:
    """The error of a call whose server fails so."""
    assert direct.inject is not None

    async def make_call(tester: DirectTester) -> ProviderError:
        with pytest.raises(ProviderError) as caught:
            await CALLS[call](tester, tester.draft("failed"))
        return caught.value

    direct.use(lambda tester: tester.provider.profiles())  # so that a session is there
    # The client itself repeats a GET whose connection broke.
    direct.inject(kind, getattr(direct.calls, call), times=3, **more)
    error = direct.use(make_call)
    assert direct.account.secret not in repr(error)
    return error


@pytest.mark.parametrize("call", CALLS)
def test_a_busy_provider_says_how_long(direct: DirectSandbox, call: str) -> None:
    """A 429 on any call is a RetryAfter with the delay of its header: nothing was done."""
    error = fail(direct, call, "rate_limit", seconds=40)
    assert type(error) is RetryAfter
    # The header may be an instant, and the server shows its own clock in whole seconds.
    assert 38 <= error.seconds < 41
    assert error.http_status == 429
    assert direct.account.published() == []


@pytest.mark.parametrize("kind", ["server_error", "hang", "lost_answer"])
@pytest.mark.parametrize("call", CALLS)
def test_only_a_publication_is_in_doubt(direct: DirectSandbox, call: str, kind: str) -> None:
    """An error or a lost answer is an unknown outcome for the call that publishes, and a Retry for
    the others, which may be repeated."""
    error = fail(direct, call, kind, seconds=0.1)
    assert type(error) is (OutcomeUnknown if call == "publish" else Retry)
    is_done = call == "publish" and kind == "lost_answer"
    assert direct.account.published() == (["failed"] if is_done else [])


@pytest.mark.parametrize("call", CALLS)
def test_an_outage_is_nobodys_fault(direct: DirectSandbox, call: str) -> None:
    """A server that answers 503 to every call asks for a repetition, not for a person."""
    error = fail(direct, call, "status", status=503, error="ServiceUnavailable")
    assert isinstance(error, (Retry, OutcomeUnknown))
    assert not isinstance(error, RetryAfter)


@pytest.mark.parametrize("call", ["publish", "account"])
def test_an_account_that_was_taken_down(direct: DirectSandbox, call: str) -> None:
    """The account needs a person, whatever is called."""
    error = fail(direct, call, "status", status=401, error="AccountTakedown")
    assert type(error) is Reconnect
    assert direct.account.published() == []
