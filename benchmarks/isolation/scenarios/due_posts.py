"""3,000 posts of one organization are due at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.isolation.isolation_stack import IsolationStack
from tests.wait import wait_until

TITLE = "3,000 due posts"
POSTS = 3000


@contextmanager
def begin(stack: IsolationStack) -> Iterator[None]:
    """Insert them, and wait until the first are out."""
    stack.posts.insert_texts(stack.organization, POSTS)
    wait_until(stack.count_published, 60, "the first of the posts")
    yield
