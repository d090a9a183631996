"""How a client leads a worker to each step."""

from collections.abc import Callable

from tests.faults.books import Books, Wish
from tests.wait import wait_until

Lead = Callable[[Books], Wish]


def _now(books: Books, *, photo: bool = False) -> Wish:
    return books.publish("publish_now", photo=photo)


def _with_photo(books: Books) -> Wish:
    return _now(books, photo=True)


def _lost_draft(books: Books) -> Wish:
    """The provider makes the draft, and its answer is lost: what was made must be looked for."""
    books.stack.fault(kind="lost_answer", call="create_post")
    return _now(books)


def _ahead(books: Books) -> Wish:
    return books.publish("ahead", photo=False)


def _taken_back(books: Books) -> Wish:
    """A post in the provider's timer becomes a draft again."""
    wish = _in_the_timer(books)
    books.edit(wish, "draft")
    return wish


def _removed(books: Books) -> Wish:
    wish = _in_the_timer(books)
    books.remove(wish)
    return wish


def _in_the_timer(books: Books) -> Wish:
    wish = _ahead(books)
    wait_until(lambda: _is_scheduled(books, wish), 120, "a post in the provider's timer")
    return wish


def _is_scheduled(books: Books, wish: Wish) -> bool:
    shown = [post for post in books.posts() if post["id"] == wish.id]
    parts = [each for post in shown for each in post["providerPlatforms"]]
    return bool(parts) and all(each["status"] == "scheduled" for each in parts)


LEADS: dict[str, Lead] = {
    "upload": _with_photo,
    "confirm": _with_photo,
    "poll": _with_photo,
    "create": _now,
    "update": _lost_draft,
    "schedule": _ahead,
    "publish_now": _now,
    "look": _lost_draft,
    "verify": _now,
    "unschedule": _taken_back,
    "delete": _removed,
}
