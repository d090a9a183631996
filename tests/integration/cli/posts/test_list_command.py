"""`slotbeat posts list`: filters, pages and times."""

from datetime import timedelta

import pytest

from models.database import Database
from models.organizations import SocialSettings
from models.posts import Post
from models.statuses import PostStatus
from tests.integration.cli.in_process import run_in_process
from tests.integration.cli.run_command import CommandRunner
from tests.integration.scheduler.queue_factories import (
    add_organization,
    database_now,
    queue_post,
    rule_near,
)

BERLIN = "Europe/Berlin"


def listed(shell: CommandRunner, *arguments: str) -> list[str]:
    """The names of the listed posts, which `settle` wrote into their reasons."""
    result = shell.slotbeat("posts", "list", "--json", *arguments)
    assert (result.code, result.err) == (0, "")
    return [post["reason"] for post in result.json["posts"]]


def settle(database: Database, owner: str) -> None:
    """Three posts, the oldest first: missed, scheduled by the queue, scheduled for a date."""
    names = ("missed", "queued", "dated")
    for name in names:
        post = queue_post(database, owner, f"A post {name}")
        with database.write() as session:
            row = session.get_one(Post, post.id)
            row.reason, row.timezone = name, BERLIN
            if name == "missed":
                row.status = PostStatus.MISSED
            if name == "dated":  # half past midnight in Berlin, the day before in UTC
                row.scheduled_for = row.accepted_at.replace(
                    year=2030, month=5, day=3, hour=22, minute=30, second=0, microsecond=0
                )
            session.add(row)
    with database.write() as session:
        settings = session.get_one(SocialSettings, owner)
        settings.default_timezone = BERLIN
        session.add(settings)


@pytest.fixture
def owner(database: Database) -> str:
    """An organization in Berlin with three posts."""
    id_ = add_organization(
        database, [rule_near(database_now(database) + timedelta(hours=30))], per_slot=3
    )
    settle(database, id_)
    return id_


@pytest.mark.usefixtures("owner")
def test_lists_are_filtered(migrated_shell: CommandRunner) -> None:
    """By status (several), network, dates of the organization's zone, words of the caption in any
    case, and by number; the most recent first."""
    assert listed(migrated_shell) == ["dated", "queued", "missed"]
    assert listed(migrated_shell, "--status", "missed") == ["missed"]
    assert len(listed(migrated_shell, "--status", "missed", "--status", "scheduled")) == 3
    assert listed(migrated_shell, "--status", "published") == []
    assert len(listed(migrated_shell, "--platform", "x")) == 3
    assert listed(migrated_shell, "--platform", "youtube") == []
    assert listed(migrated_shell, "--search", "DATED post") == ["dated"]
    assert listed(migrated_shell, "--from", "2030-05-04", "--to", "2030-05-04") == ["dated"]
    assert listed(migrated_shell, "--from", "2030-05-03", "--to", "2030-05-03") == []
    assert listed(migrated_shell, "--from", "2030-05-03T22:30:00Z") == ["dated"]
    assert listed(migrated_shell, "--limit", "2") == ["dated", "queued"]


def test_pages_make_one_list(
    migrated_shell: CommandRunner, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list that is read in many pages is whole, without a post twice."""
    monkeypatch.setattr("cli.posts.post_list.PAGE_SIZE", 2)
    assert listed(migrated_shell, "--org", owner) == ["dated", "queued", "missed"]
    assert listed(migrated_shell, "--org", owner, "--limit", "2") == ["dated", "queued"]


@pytest.mark.usefixtures("owner")
def test_for_people_times_are_those_of_the_post(migrated_shell: CommandRunner) -> None:
    """By the wall clock of the post's zone with its name; JSON has UTC. A table that is
    not the whole list says so."""
    shown = migrated_shell.slotbeat("posts", "list", "--limit", "1")
    assert "Sat 2030-05-04 00:30 Europe/Berlin" in shown.out
    assert "There are more than these 1" in shown.out
    (post,) = migrated_shell.slotbeat("posts", "list", "--limit", "1", "--json").json["posts"]
    assert post["scheduledFor"] == "2030-05-03T22:30:00.000Z"


@pytest.mark.usefixtures("owner")
def test_captions_are_shown(migrated_shell: CommandRunner) -> None:
    """In a column of their own, or below the id in a narrow terminal, where no line is longer than
    the terminal; JSON has the whole caption."""
    wide = migrated_shell.slotbeat("posts", "list").out.splitlines()
    posts = migrated_shell.slotbeat("posts", "list", "--json").json["posts"]
    assert [post["caption"] for post in posts] == ["A post dated", "A post queued", "A post missed"]
    for post in posts:
        assert any(f"{post['id']} │ {post['caption']} " in line for line in wide)
    environment = {**migrated_shell.environment(), "COLUMNS": "90"}
    _, out, _ = run_in_process(["posts", "list"], migrated_shell.cwd, environment, b"")
    narrow = out.splitlines()
    assert max(map(len, narrow)) == 90
    for post in posts:
        at = next(number for number, line in enumerate(narrow) if post["id"] in line)
        assert f"│ {post['caption']} " in narrow[at + 1]


WRONG_OPTIONS = {
    "--status": ["--status", "lost"],
    "--platform": ["--platform", "myspace"],
    "--from": ["--from", "soon"],
    "--to": ["--to", "2026-13-01"],
    "--to: must lie after": ["--from", "2026-05-02", "--to", "2026-05-01"],
    "--limit": ["--limit", "0"],
    "'--limit'": ["--limit", "ten"],
    "extra": ["extra"],
}


def test_a_wrong_option_is_named(shell: CommandRunner, sqlite_database: Database) -> None:
    """Exit code 2, nothing on stdout, and the wrong option on stderr; with --json on stdout."""
    add_organization(sqlite_database)
    for option, arguments in WRONG_OPTIONS.items():
        result = shell.slotbeat("posts", "list", *arguments)
        assert (result.code, result.out, option in result.errors) == (2, "", True), option
        as_json = shell.slotbeat("posts", "list", "--json", *arguments)
        assert (as_json.code, as_json.err, list(as_json.json)) == (2, "", ["error"])
        assert option in as_json.json["error"]
