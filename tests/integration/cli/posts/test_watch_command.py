"""`slotbeat posts watch` and `posts import --watch`: following posts until they have ended."""

import signal
import threading

import pytest
from sqlmodel import select

from cli.posts import post_watcher
from models.database import Database
from models.posts import Post
from models.statuses import PostStatus
from tests.integration.cli.run_command import CommandRunner
from tests.integration.scheduler.queue_factories import add_organization, queue_post

CALENDAR = "key,postType,caption,platforms\na,text,One,x\nb,text,Two,x\n"


@pytest.fixture
def owner(database: Database, monkeypatch: pytest.MonkeyPatch) -> str:
    """An organization, and a short interval between polls."""
    monkeypatch.setattr(post_watcher, "POLL_INTERVAL", 0.01)
    return add_organization(database)


def become(database: Database, key: str | None, status: PostStatus, reason: str = "") -> None:
    """Set the status of the posts with a key, or of all."""
    with database.write() as session:
        for post in session.exec(select(Post)):
            if key in (None, post.row_key):
                post.status, post.reason = status, reason or None
                session.add(post)


def test_posts_are_followed_until_they_have_ended(
    migrated_shell: CommandRunner, database: Database, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line for every change; the failed one is named at the end, and makes the exit code 1."""
    (migrated_shell.cwd / "c.csv").write_text(CALENDAR)
    steps = [
        lambda: become(database, "a", PostStatus.PUBLISHED),
        lambda: become(database, "b", PostStatus.FAILED, "the file is gone"),
    ]
    poll = post_watcher._StatusPoller.poll

    def poll_and_step(poller: post_watcher._StatusPoller) -> post_watcher.WatchSummary:
        summary = poll(poller)
        if steps:
            steps.pop(0)()
        return summary

    monkeypatch.setattr(post_watcher._StatusPoller, "poll", poll_and_step)
    result = migrated_shell.slotbeat("posts", "import", "c.csv", "--watch")
    assert result.code == 1
    assert result.out.splitlines() == [
        "2 accepted, 0 known already, 0 refused",
        "2 backlog",
        "1 backlog, 1 published",
        "1 published, 1 failed",
        "needs attention: b: failed: the file is gone",
    ]
    again = migrated_shell.slotbeat("posts", "import", "c.csv", "--watch", "--json")
    assert (again.code, again.json["known"]) == (1, 2)
    watched = again.json["watched"]
    assert watched["statuses"] == {"failed": 1, "published": 1}
    assert [each["key"] for each in watched["needAttention"]] == ["b"]
    assert owner


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_watching_ends_with_ctrl_c(
    migrated_shell: CommandRunner, database: Database, owner: str
) -> None:
    """At once, with the sums so far and exit code 130; a post that has ended is not waited for."""
    post = queue_post(database, owner)
    timer = threading.Timer(0.3, _press)
    timer.start()
    result = migrated_shell.slotbeat("posts", "watch", "--json")
    timer.join()
    assert (result.code, result.json["watched"]["interrupted"]) == (130, True)
    assert result.json["watched"]["statuses"] == {"backlog": 1}
    become(database, None, PostStatus.PUBLISHED)
    assert migrated_shell.slotbeat("posts", "watch", post.id).out == "1 published\n"
    assert migrated_shell.slotbeat("posts", "watch").out == "no posts\n"
    unknown = migrated_shell.slotbeat("posts", "watch", "0" * 32)
    assert (unknown.code, "there is no post" in unknown.errors) == (1, True)


def _press() -> None:
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
