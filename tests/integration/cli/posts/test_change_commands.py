"""`slotbeat posts show|edit|approve|request-changes|submit|reject|release|cancel|retry`: one post,
by its id."""

from datetime import timedelta

import pytest

from models.database import Database
from models.posts import Post
from models.statuses import PostStatus
from tests.integration.cli.run_command import CommandResult, CommandRunner
from tests.integration.scheduler.queue_factories import (
    add_organization,
    database_now,
    queue_post,
    rule_near,
)


@pytest.fixture
def owner(database: Database) -> str:
    """An organization with a rule."""
    return add_organization(
        database, [rule_near(database_now(database) + timedelta(hours=30))], per_slot=2
    )


def become(database: Database, post: Post, status: PostStatus) -> None:
    """Set the status of a post."""
    with database.write() as session:
        row = session.get_one(Post, post.id)
        row.status = status
        session.add(row)


def posts(shell: CommandRunner, command: str, post: Post, *arguments: str) -> CommandResult:
    """A command on one post."""
    return shell.slotbeat("posts", command, post.id, *arguments)


def test_a_post_is_edited_shown_and_cancelled(
    migrated_shell: CommandRunner, database: Database, owner: str
) -> None:
    """A new caption and instant, by the organization's clock where it has no offset; back to a
    draft; cancelled. Each leaves its row in the history, and JSON has the API's shape."""
    post = queue_post(database, owner)
    edited = posts(migrated_shell, "edit", post, "--caption", "Bye", "--at", "2030-05-01T10:00")
    assert edited.out == f"{post.id}: scheduled, Wed 2030-05-01 10:00 UTC\n"
    shown = posts(migrated_shell, "show", post, "--json").json["post"]
    assert (shown["caption"], shown["scheduledFor"]) == ("Bye", "2030-05-01T10:00:00.000Z")
    assert [each["step"] for each in shown["history"]][-1] == "edit"
    assert shown["history"][-1]["by"]["name"] == "the operator (command line)"
    text = posts(migrated_shell, "show", post).out
    assert "slot: Wed 2030-05-01 10:00 UTC" in text
    assert "History (UTC)" in text
    assert (
        posts(migrated_shell, "edit", post, "--draft", "--json").json["post"]["status"] == "draft"
    )
    gone = posts(migrated_shell, "cancel", post, "--json")
    expected = {"id": post.id, "status": "cancelled", "scheduledFor": None}
    assert (gone.code, gone.json) == (0, {"post": expected})


def test_versions_are_shown(migrated_shell: CommandRunner, database: Database, owner: str) -> None:
    """With the title, and each part by the network that it is for."""
    post = queue_post(database, owner, "Words")
    with database.write() as session:
        row = session.get_one(Post, post.id)
        row.title, row.versions = "News", {"x": {"caption": "For X", "media": [1, 0]}}
        session.add(row)
    text = posts(migrated_shell, "show", post).out
    assert "title: News\ncaption: Words\ncaption for x: For X\nmedia for x: [1, 0]\n" in text


def test_an_empty_caption_is_meant(
    migrated_shell: CommandRunner, database: Database, owner: str
) -> None:
    """It is refused for a text post, alone or beside a new time, and the post stays as it is."""
    post = queue_post(database, owner, "Words")
    before = posts(migrated_shell, "show", post, "--json").json
    for more in ((), ("--at", "2030-05-01T10:00"), ("--draft",)):
        refused = posts(migrated_shell, "edit", post, "--caption", "", *more)
        assert (refused.code, refused.err) == (
            2,
            "--caption: must not be empty for a text post\n",
        )
    assert posts(migrated_shell, "show", post, "--json").json == before


def test_posts_that_wait_for_a_person(
    migrated_shell: CommandRunner, database: Database, owner: str
) -> None:
    """Sent back and submitted again, approved, rejected with a reason, released into the next slot.
    A post in another status is refused with exit code 1, in JSON too."""
    first, second, third = (queue_post(database, owner, text) for text in ("A", "B", "C"))
    become(database, first, PostStatus.PENDING_APPROVAL)
    become(database, second, PostStatus.PENDING_APPROVAL)
    become(database, third, PostStatus.MISSED)
    back = posts(migrated_shell, "request-changes", first, "--comment", "No logo", "--by", "Dana")
    assert (back.code, back.out[33:52]) == (0, " changes_requested,")
    refused = posts(migrated_shell, "request-changes", first, "--comment", " ")
    assert (refused.code, "comment" in refused.errors) == (2, True)
    review = posts(migrated_shell, "show", first, "--json").json["post"]["review"]
    assert (review["comment"], review["by"]) == ("No logo", "Dana")
    assert posts(migrated_shell, "submit", first, "--comment", "With the logo").code == 0
    assert posts(migrated_shell, "approve", first).code == 0
    rejected = posts(migrated_shell, "reject", second, "--reason", "No logo")
    assert (rejected.code, rejected.out[33:43]) == (0, " rejected,")
    assert "reason: No logo" in posts(migrated_shell, "show", second).out
    assert posts(migrated_shell, "release", third, "--next-slot", "--json").json["post"][
        "status"
    ] in (
        "scheduled",
        "backlog",
    )
    for command in ("approve", "reject", "release", "retry"):
        again = posts(migrated_shell, command, second)
        assert (again.code, again.out) == (1, "")
        assert "rejected" in again.errors
        as_json = posts(migrated_shell, command, second, "--json")
        assert (as_json.code, as_json.err, list(as_json.json)) == (1, "", ["error"])


def test_a_post_that_is_left_as_it_is_says_by_whom(
    migrated_shell: CommandRunner, database: Database, owner: str
) -> None:
    """With the name that was given, or the user of the machine; a post that has not ended badly is
    refused."""
    first, second, third = (queue_post(database, owner, text) for text in ("A", "B", "C"))
    become(database, first, PostStatus.PARTIAL)
    become(database, second, PostStatus.FAILED)
    left = posts(migrated_shell, "acknowledge", first, "--by", "Dana")
    assert (left.code, left.out[33:41]) == (0, " partial")
    post = posts(migrated_shell, "show", first, "--json").json["post"]
    assert (post["acknowledgedBy"], post["history"][-1]["step"]) == ("Dana", "acknowledge")
    assert posts(migrated_shell, "acknowledge", second).code == 0
    shown = posts(migrated_shell, "show", second, "--json").json["post"]
    assert shown["acknowledgedBy"]
    refused = posts(migrated_shell, "acknowledge", third)
    assert (refused.code, "needs no attention" in refused.errors) == (1, True)


COMMANDS = (
    "show",
    "retry",
    "acknowledge",
    "cancel",
    "release",
    "approve",
    "request-changes --comment Shorter",
    "submit",
    "reject",
    "edit --draft",
)


def test_an_unknown_post_or_organization_is_named(
    shell: CommandRunner, sqlite_database: Database
) -> None:
    """By id: exit code 1. An organization may be named by its name, unless two are called so."""
    add_organization(sqlite_database)
    for command in COMMANDS:
        words = ["posts", *command.split(), "nobody", "--org", "Acme"]
        result = shell.slotbeat(*words)
        assert (result.code, result.out) == (1, "")
        assert result.errors == "ID: there is no post 'nobody' (slotbeat posts list)"
        assert "nobody" in shell.slotbeat(*words, "--json").json["error"]
    unknown = shell.slotbeat("posts", "list", "--org", "Nemo")
    assert (unknown.code, "there is no organization 'Nemo'" in unknown.errors) == (1, True)
    add_organization(sqlite_database)
    double = shell.slotbeat("posts", "list", "--org", "Acme", "--json")
    assert (double.code, "by its id" in double.json["error"]) == (2, True)
    several = shell.slotbeat("posts", "list")
    assert (several.code, "one of the 2 organizations" in several.errors) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        ([], "--caption"),
        (["--at", "2030-05-01T10:00", "--draft"], "--at"),
        (["--at", "soon"], "--at"),
        (["--at", "2020-05-01T10:00"], "--at"),
        (["--at", "2" * 70], "--at"),
        (["--caption", ""], "--caption"),
    ],
)
def test_a_wrong_option_of_edit_is_named(
    shell: CommandRunner, sqlite_database: Database, arguments: list[str], option: str
) -> None:
    """Exit code 2, and the wrong option."""
    post = queue_post(sqlite_database, add_organization(sqlite_database))
    shell.variables["SECRET_KEY"] = "a secret for tests"
    result = posts(shell, "edit", post, *arguments)
    assert (result.code, result.out) == (2, ""), result
    assert option in result.errors


def test_networks_and_files_are_edited(
    migrated_shell: CommandRunner, database: Database, owner: str
) -> None:
    """The options replace what the post has; a wrong one is named."""
    post = queue_post(database, owner)
    edited = posts(migrated_shell, "edit", post, "--network", "facebook", "--network", "x")
    assert edited.code == 0, edited.err
    shown = posts(migrated_shell, "show", post, "--json").json["post"]
    assert shown["platforms"] == ["facebook", "x"]
    wrong = posts(migrated_shell, "edit", post, "--network", "myspace")
    assert (wrong.code, "--network" in wrong.err) == (2, True)
    links = posts(migrated_shell, "edit", post, "--link", "https://cdn.example.com/1.jpg")
    assert (links.code, "a text post has no file" in links.err) == (2, True)


def test_an_edit_of_an_old_version_shows_both_texts(
    migrated_shell: CommandRunner, database: Database, owner: str
) -> None:
    """It changes nothing, and says which version would do."""
    post = queue_post(database, owner)
    version = posts(migrated_shell, "show", post, "--json").json["post"]["version"]
    words = ("--caption", "Hers", "--if-version", str(version))
    assert posts(migrated_shell, "edit", post, *words).code == 0
    late = posts(migrated_shell, "edit", post, "--caption", "His", "--if-version", str(version))
    assert late.code == 1
    assert all(word in late.err for word in ("Hers", "His", f"version {version + 1} by now"))


def test_a_post_is_duplicated(
    migrated_shell: CommandRunner, database: Database, owner: str
) -> None:
    """The new post is a draft without a date."""
    post = queue_post(database, owner)
    copied = posts(migrated_shell, "duplicate", post, "--json").json["socialPost"]
    assert (copied["status"], copied["scheduledFor"]) == ("draft", None)
    assert copied["id"] != post.id
    assert posts(migrated_shell, "duplicate", post).out.endswith(": draft\n")


def test_many_posts_are_labelled_at_once(
    migrated_shell: CommandRunner, database: Database, owner: str
) -> None:
    """Each has its line, a refused one its reason and the exit code 1; labels are listed, filter
    the list, and an edit takes them off."""
    post = queue_post(database, owner)
    both = (post.id, "0" * 32, "--label", "Rye")
    answer = migrated_shell.slotbeat("posts", "bulk", "add_label", *both)
    assert answer.code == 1
    assert answer.out.splitlines()[1].strip() == f"{'0' * 32}: there is no such post"
    listed = migrated_shell.slotbeat("posts", "labels", "--json").json
    assert listed == {"labels": [{"label": "Rye", "posts": 1}]}
    assert migrated_shell.slotbeat("posts", "labels").out == "Rye: 1\n"
    found = migrated_shell.slotbeat("posts", "list", "--label", "RYE", "--json").json["posts"]
    assert [each["id"] for each in found] == [post.id]
    assert "labels: Rye" in posts(migrated_shell, "show", post).out
    posts(migrated_shell, "edit", post, "--label", "")
    assert migrated_shell.slotbeat("posts", "labels").out == ""
