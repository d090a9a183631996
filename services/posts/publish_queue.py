"""Publishes of one organization that wait are accepted together, in one transaction.

They would follow each other under the lock of the organization's settings. So they wait before
they take a thread and a connection: of each organization one thread works at a time, and it takes
all that came while the one before it worked. The lock still decides between processes.
"""

import asyncio
from collections.abc import Sequence
from contextvars import Context
from dataclasses import dataclass, field

from anyio import to_thread

from models.database_errors import away_reason
from services.context import AppContext
from services.errors import ServiceError
from services.inputs.post_bodies import PublishBody
from services.posts.publish import AcceptedPost, PostRequest, accept_posts

# What became of a request; an exception other than a ServiceError is the server's failure.
Result = AcceptedPost | Exception


@dataclass(frozen=True, slots=True)
class _WaitingRequest:
    request: PostRequest
    result: asyncio.Future[Result] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class PublishQueue:
    """The publishes of all organizations in one process. Places bound how many of one organization
    wait here (`organization_places`)."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self._waiting: dict[str, list[_WaitingRequest]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def accept(
        self, organization_id: str, body: PublishBody, row_key: str | None
    ) -> AcceptedPost:
        """Accept a post, as `accept_post`; it is committed when this returns."""
        waiting = _WaitingRequest(PostRequest(body, row_key))
        if organization_id in self._waiting:
            self._waiting[organization_id].append(waiting)
        else:
            self._waiting[organization_id] = [waiting]
            # A context of its own: its log lines are not those of the first request.
            work = self._accept_waiting(organization_id)
            task = asyncio.create_task(work, context=Context())
            self._tasks.add(task)  # the loop itself would not keep it
            task.add_done_callback(self._tasks.discard)
        result = await waiting.result
        if isinstance(result, Exception):
            raise result
        return result

    async def _accept_waiting(self, organization_id: str) -> None:
        """Accept all that waits, until nothing does."""
        while group := self._take(organization_id):
            requests = [each.request for each in group]
            results = await to_thread.run_sync(
                accept_group, self._context, organization_id, requests
            )
            for each, result in zip(group, results, strict=True):
                if not each.result.done():  # whoever sent it hung up
                    each.result.set_result(result)

    def _take(self, organization_id: str) -> list[_WaitingRequest]:
        """All that waits; without any, the organization is forgotten."""
        waiting = self._waiting[organization_id]
        group = [each for each in waiting if not each.result.done()]
        if group:
            self._waiting[organization_id] = []
        else:
            del self._waiting[organization_id]
        return group


def accept_group(
    context: AppContext, organization_id: str, requests: Sequence[PostRequest]
) -> list[Result]:
    """Accept requests in one transaction; one that fails it is no reason for the others to fail."""
    is_commit = False
    try:
        with context.database.write() as session:
            outcomes = accept_posts(session, context, organization_id, requests)
            is_commit = True
        return list(outcomes)
    except Exception as error:  # noqa: BLE001  (each request gets it)
        # After a commit without an answer the posts may be there: it is not tried again.
        if is_commit or len(requests) == 1 or _concerns_all(error):
            return [error] * len(requests)
    return [accept_group(context, organization_id, [each])[0] for each in requests]


def _concerns_all(error: Exception) -> bool:
    return isinstance(error, ServiceError) or away_reason(error) is not None
