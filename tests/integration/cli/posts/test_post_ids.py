"""Ids of posts in commands: whole, or a unique beginning."""

from os.path import commonprefix

import pytest

from models.database import Database
from models.posts import Post
from tests.integration.cli.run_command import CommandRunner
from tests.integration.scheduler.queue_factories import add_organization, queue_post

COMMANDS = (
    "show",
    "edit --draft",
    "approve",
    "request-changes --comment Shorter",
    "submit",
    "reject",
    "release",
    "retry",
    "cancel",
    "watch",
)


@pytest.fixture
def owner(database: Database) -> str:
    """An organization without rules; all its posts wait."""
    return add_organization(database)


@pytest.fixture
def pair(database: Database, owner: str) -> tuple[Post, Post]:
    """Two posts of the same moment, whose ids therefore begin in the same way."""
    return (
        queue_post(database, owner, "Rye\x1b[2J at\n8"),
        queue_post(database, owner, "Spelt " * 20),
    )


def shared(*found: Post) -> str:
    """The beginning that the ids have in common."""
    return commonprefix([each.id for each in found])  # noqa: RUF071  (not paths)


def unique(post: Post, *others: Post) -> str:
    """The shortest beginning of an id that no other post has."""
    return post.id[: max(len(shared(post, each)) for each in others) + 1]


def test_a_unique_beginning_names_the_post(
    migrated_shell: CommandRunner, pair: tuple[Post, Post]
) -> None:
    """In any case of letters, for commands that read and that change, and for several posts. The
    answer has the whole id."""
    one, two = pair
    for written in (unique(one, two), f" {unique(one, two).upper()} ", one.id[:-1]):
        shown = migrated_shell.slotbeat("posts", "show", written, "--json")
        assert (shown.code, shown.json["post"]["id"]) == (0, one.id)
    gone = migrated_shell.slotbeat("posts", "cancel", unique(two, one))
    assert (gone.code, gone.out) == (0, f"{two.id}: cancelled\n")
    migrated_shell.slotbeat("posts", "cancel", unique(one, two))
    watched = migrated_shell.slotbeat("posts", "watch", one.id, unique(one, two), unique(two, one))
    assert watched.out == "2 cancelled\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_beginning_of_several_posts_lists_them(
    migrated_shell: CommandRunner, pair: tuple[Post, Post], command: str
) -> None:
    """Exit code 2; each with its id and its caption in one line without control characters; nothing
    is changed."""
    one, two = pair
    before = migrated_shell.slotbeat("posts", "list", "--json").json
    result = migrated_shell.slotbeat("posts", *command.split(), shared(*pair))
    first, *candidates = result.err.splitlines()
    assert (result.code, result.out) == (2, "")
    assert first == f"ID: several posts begin with {shared(*pair)!r}; write more of the id:"
    assert candidates == [f"{two.id}  {'Spelt ' * 6}Spe…", f"{one.id}  Rye [2J at 8"]
    as_json = migrated_shell.slotbeat("posts", *command.split(), shared(*pair), "--json")
    assert (as_json.code, as_json.err, one.id in as_json.json["error"]) == (2, "", True)
    assert migrated_shell.slotbeat("posts", "list", "--json").json == before


def test_a_long_list_of_posts_is_cut(
    migrated_shell: CommandRunner, database: Database, owner: str
) -> None:
    """The ten newest posts are listed, and that there are more."""
    found = [queue_post(database, owner, f"Post {number}") for number in range(12)]
    lines = migrated_shell.slotbeat("posts", "show", shared(*found)).err.splitlines()
    assert [line.partition("  ")[2] for line in lines[1:11]] == [
        f"Post {number}" for number in range(11, 1, -1)
    ]
    assert lines[11:] == ["… and more"]


def test_other_organizations_posts_do_not_count(
    migrated_shell: CommandRunner, database: Database, owner: str
) -> None:
    """A beginning of theirs alone names no post; one that they share is unique here."""
    ours, theirs = queue_post(database, owner), queue_post(database, add_organization(database))
    show = ("posts", "show", "--org", owner, "--json")
    found = migrated_shell.slotbeat(*show, shared(ours, theirs))
    assert (found.code, found.json["post"]["id"]) == (0, ours.id)
    for written in (theirs.id, unique(theirs, ours)):
        missing = migrated_shell.slotbeat(*show, written)
        assert (missing.code, "there is no post" in missing.json["error"]) == (1, True)


@pytest.mark.parametrize(
    ("written", "code", "said"),
    [
        ("01a1f", 2, "write at least 6 characters of the id, not '01a1f'"),
        ("", 1, "there is no post ''"),
        ("%", 1, "there is no post '%'"),
        ("______", 1, "there is no post '______'"),
        ("f" * 33, 1, "there is no post"),
    ],
)
@pytest.mark.usefixtures("pair")
def test_what_is_no_beginning_is_refused(
    migrated_shell: CommandRunner, written: str, code: int, said: str
) -> None:
    """A short text could name many posts; signs that a database takes for any character name
    none."""
    result = migrated_shell.slotbeat("posts", "show", written)
    assert (result.code, result.out, said in result.errors) == (code, "", True), result.errors
