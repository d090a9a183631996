"""The provider as a step sees it: each call suspends the step, until somebody gives the answer.

So the real steps run, and the search decides what becomes of each of their calls. A step is
continued by running it again with the answers that it got so far.
"""

from collections.abc import Generator, Sequence
from types import coroutine
from typing import Any, cast

from provider.errors import GiveUp, ProviderError
from provider.protocol import Capabilities, Draft, RemotePost
from tests.protocol_model.remote import Answer, Call
from worker.jobs.publish_post import StepTask
from worker.planner.policy import Policy
from worker.steps import take_step
from worker.steps.outcome import Failed, Outcome
from worker.steps.step_context import StepContext


@coroutine
def _ask(call: Call) -> Generator[Call, Any, Any]:
    return (yield call)


async def _ask_for_post(call: Call) -> RemotePost:
    row: RemotePost = await _ask(call)
    return row


async def _ask_whether_there(call: Call) -> RemotePost | None:
    row: RemotePost | None = await _ask(call)
    return row


class CallingProvider:
    """The calls of the protocol that posts without files need."""

    def __init__(self, capabilities: Capabilities) -> None:
        self.capabilities = capabilities

    def own_id(self, marker: str) -> str:
        """The id that we choose."""
        return f"own:{marker}"

    def unsupported_fields(self, draft: Draft) -> list[str]:  # noqa: ARG002
        """It supports all fields."""
        return []

    async def create(self, draft: Draft) -> RemotePost:
        """Make a draft."""
        return await _ask_for_post(_with_content("create", "", draft))

    async def update(self, remote_id: str, draft: Draft) -> RemotePost:
        """Change a draft."""
        return await _ask_for_post(_with_content("update", remote_id, draft))

    async def schedule(self, remote_id: str) -> RemotePost:
        """Set the timer."""
        return await _ask_for_post(Call("schedule", remote_id))

    async def unschedule(self, remote_id: str) -> RemotePost | None:
        """Take it off the timer."""
        return await _ask_whether_there(Call("unschedule", remote_id))

    async def find(self, draft: Draft) -> list[RemotePost]:
        """By the marker, or by the text."""
        call = Call("find", marker=draft.marker, text=draft.caption, at=draft.sent_since)
        return list(await _ask(call))

    async def get(self, remote_id: str) -> RemotePost | None:
        """By its id."""
        return await _ask_whether_there(Call("get", remote_id))

    async def publish_now(self, remote_id: str, draft: Draft, *, held_until: float) -> RemotePost:
        """Publish; where the provider chooses the ids, a known one was found to be out already."""
        if remote_id and not self.capabilities.drafts and not remote_id.startswith("own:"):
            found = await self.get(remote_id)
            if found is None:
                raise GiveUp("it was deleted there")
            return found
        call = _with_content("publish_now", remote_id, draft)
        return await _ask_for_post(call._replace(held_until=held_until))

    async def delete(self, remote_id: str, *, held_until: float) -> None:
        """Delete a post."""
        await _ask(Call("delete", remote_id, held_until=held_until))


def _with_content(name: str, remote_id: str, draft: Draft) -> Call:
    return Call(name, remote_id, draft.marker, draft.caption, draft.publish_at)


def run_step(
    task: StepTask, answers: Sequence[Answer], provider: CallingProvider, policy: Policy
) -> Call | Outcome:
    """The next call of a step that got these answers, or its outcome."""
    nothing: Any = None  # it has no files
    context = StepContext(
        task.snapshot, cast("Any", provider), nothing, policy, task.now, task.held_until
    )
    step: Any = take_step(context, task.run_step)
    try:
        call: Call = step.send(None)
        for answer in answers:
            if answer.error is not None:
                call = step.throw(answer.error(answer.text))
            else:
                call = step.send(answer.value)
    except StopIteration as end:
        outcome: Outcome = end.value
        return outcome
    except ProviderError as error:
        return Failed(error)
    step.close()
    return call
