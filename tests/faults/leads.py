"""How a client leads a worker to each step."""

from collections.abc import Callable

from tests.faults.books import RecordingClient, ExpectedPost
from tests.wait import wait_until

StepScenario = Callable[[RecordingClient], ExpectedPost]


def _now(books: RecordingClient, *, photo: bool = False) -> ExpectedPost:
    return books.publish("publish_now", photo=photo)


def _with_photo(books: RecordingClient) -> ExpectedPost:
    return _now(books, photo=True)


def _lost_draft(books: RecordingClient) -> ExpectedPost:
    """The provider makes the draft, and its answer is lost: what was made must be looked for."""
    books.stack.inject_fault(kind="lost_answer", call="create_post")
    return _now(books)


def _publish_in_hours(books: RecordingClient) -> ExpectedPost:
    return books.publish("ahead", photo=False)


def _unscheduled(books: RecordingClient) -> ExpectedPost:
    """A post in the provider's timer becomes a draft again."""
    wish = _wait_until_scheduled(books)
    books.edit(wish, "draft")
    return wish


def _removed(books: RecordingClient) -> ExpectedPost:
    wish = _wait_until_scheduled(books)
    books.remove(wish)
    return wish


def _wait_until_scheduled(books: RecordingClient) -> ExpectedPost:
    wish = _publish_in_hours(books)
    wait_until(lambda: _is_scheduled(books, wish), 120, "a post in the provider's timer")
    return wish


def _is_scheduled(books: RecordingClient, wish: ExpectedPost) -> bool:
    shown = [post for post in books.posts() if post["id"] == wish.id]
    parts = [each for post in shown for each in post["providerPlatforms"]]
    return bool(parts) and all(each["status"] == "scheduled" for each in parts)


STEP_SCENARIOS: dict[str, StepScenario] = {
    "upload": _with_photo,
    "confirm": _with_photo,
    "poll": _with_photo,
    "create": _now,
    "update": _lost_draft,
    "schedule": _publish_in_hours,
    "publish_now": _now,
    "look": _lost_draft,
    "verify": _now,
    "unschedule": _unscheduled,
    "delete": _removed,
}
