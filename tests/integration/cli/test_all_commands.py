"""What every command must have: help with an example, --json, and a line in the group's help."""

import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from typer.main import get_command

from cli.commands import LazyCommandGroup
from cli.main import app
from models.database import Database
from tests.integration.cli.run_command import CommandRunner
from tests.integration.scheduler.queue_factories import (
    add_organization,
    database_now,
    queue_post,
    rule_near,
)
from tests.paths import ROOT


def walk(
    command: Any,  # noqa: ANN401  (Typer's own click)
    names: tuple[str, ...] = (),
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """All commands that do something, by their names."""
    context = command.context_class(command, info_name="slotbeat")
    if not hasattr(command, "list_commands"):
        yield names, command
        return
    for name in command.list_commands(context):
        yield from walk(command.get_command(context, name), (*names, name))


EVERY = dict(walk(get_command(app)))
LAZY_GROUPS = [(), ("calendar",), ("org",), ("posts",)]


def group_of(names: tuple[str, ...]) -> LazyCommandGroup:
    """The group of these names; that of all commands without one."""
    group: Any = get_command(app)
    for name in names:
        group = group.get_command(group.context_class(group, info_name="slotbeat"), name)
    assert isinstance(group, LazyCommandGroup)
    return group


def test_every_command_of_the_design_exists() -> None:
    """No command was lost."""
    assert {" ".join(names) for names in EVERY} >= {
        "accounts connect", "accounts disconnect", "accounts list",
        "calendar show", "calendar simulate", "credentials remove", "credentials rotate",
        "credentials set", "credentials show", "db restored", "db upgrade", "demo", "doctor",
        "key create", "key list", "key revoke", "org create", "org list", "posts approve",
        "posts cancel", "posts duplicate", "posts edit", "posts import", "posts list",
        "posts reject", "posts release", "posts request-changes", "posts retry", "posts show",
        "posts submit", "slots preview", "slots replan", "up",
    }  # fmt: skip


@pytest.mark.parametrize("names", EVERY, ids=" ".join)
def test_every_command_explains_itself(names: tuple[str, ...]) -> None:
    """A sentence, an example that calls this very command with options that it has, `--json`, and a
    help for each parameter."""
    command = EVERY[names]
    text, mark, example = inspect.cleandoc(command.help or "").partition("Example:")
    assert (text.strip()[-1:], mark) == (".", "Example:")
    assert "slotbeat " + " ".join(names) in example
    options = {option for each in command.params for option in each.opts}
    assert {word for word in example.split() if word.startswith("--")} <= options
    assert "--json" in options
    assert [each.name for each in command.params if not each.help] == []


@pytest.mark.parametrize("names", EVERY, ids=" ".join)
def test_wrong_usage_is_an_error_in_json_too(shell: CommandRunner, names: tuple[str, ...]) -> None:
    """An unknown option beside --json: exit code 2, an error as the one document on stdout, and
    nothing on stderr."""
    result = shell.slotbeat(*names, "--json", "--no-such-option")
    assert (result.code, result.err) == (2, "")
    assert list(result.json) == ["error"]
    assert result.json["error"].startswith("No such option: --no-such-option")


@pytest.mark.parametrize("names", LAZY_GROUPS)
def test_a_group_s_help_is_that_of_its_commands(
    shell: CommandRunner, names: tuple[str, ...]
) -> None:
    """The lines that a group shows without importing its commands are the first of their helps."""
    group = group_of(names)
    context: Any = group.context_class(group, info_name="slotbeat")
    for name, entry in group.entries.items():
        loaded = group.get_command(context, name)
        assert loaded.get_short_help_str(limit=200).rstrip(".") == entry.summary.rstrip("."), name
    shown = " ".join(shell.slotbeat(*names, "--help").out.replace("│", " ").split())
    assert [entry.summary for entry in group.entries.values() if entry.summary not in shown] == []


def test_the_version_is_printed(shell: CommandRunner) -> None:
    """`slotbeat --version`, and nothing else."""
    result = shell.slotbeat("--version")
    assert (result.code, result.out[:9], result.err) == (0, "slotbeat ", "")


READERS = (
    "org list", "accounts list", "key list", "credentials show", "posts list", "calendar show",
    "db upgrade",
    "slots preview --cron 0_9_*_*_1 --timezone UTC", "slots replan --dry-run", "doctor",
    "calendar simulate --posts-per-week 1",
)  # fmt: skip
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def texts(value: object) -> Iterator[tuple[str, str]]:
    """The texts of a document, with their names."""
    if isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from ([(name, each)] if isinstance(each, str) else texts(each))


def test_json_is_alone_on_stdout(migrated_shell: CommandRunner, database: Database) -> None:
    """One document on stdout and nothing on stderr; its instants are UTC with milliseconds."""
    owner = add_organization(database, [rule_near(database_now(database) + timedelta(hours=30))])
    queue_post(database, owner)
    for line in READERS:
        words = [word.replace("_", " ") for word in line.split()]
        result = migrated_shell.slotbeat(*words, "--json")
        assert (result.code in (0, line == "doctor"), result.err) == (True, ""), line
        instants = [text for name, text in texts(result.json) if name.endswith(("At", "at"))]
        assert [text for text in instants if not INSTANT.fullmatch(text)] == [], line


LIGHT = """
import sys
from cli.main import main
sys.argv[0] = "slotbeat"
try:
    main()
except SystemExit:
    slow = ("aiohttp", "alembic", "celery", "cryptography", "fastapi", "httpx", "sqlalchemy")
    print([name for name in slow if name in sys.modules])
"""


def run_alone(shell: CommandRunner, *arguments: str, **variables: str) -> list[str]:
    """The lines that a process of its own prints; the last one names the slow libraries that it
    imported."""
    done = subprocess.run(
        [sys.executable, "-c", LIGHT, *arguments],
        env={**shell.environment(), "PYTHONPATH": str(ROOT), **variables},
        cwd=shell.cwd,
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout.splitlines()


def test_help_imports_little(shell: CommandRunner) -> None:
    """The first help starts without the libraries that take long to import."""
    assert run_alone(shell, "--help")[-1] == "[]"


def test_a_command_without_a_database_imports_none(shell: CommandRunner) -> None:
    """`slots preview` computes, and needs no database."""
    line = "slots preview --day-of-week 1 --time 10:00 --timezone UTC --json"
    assert "sqlalchemy" not in run_alone(shell, *line.split())[-1]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("po", ["posts"]),
        ("posts ex", ["export"]),
        ("org dis", ["disable"]),
        ("posts list --pl", ["--platform"]),
        ("posts list --status par", ["partial"]),
        ("posts import --enc", ["--encoding"]),
        ("posts edit --dr", ["--draft"]),
        ("calendar simulate --out", ["--outage"]),
        ("accounts connect --ser", ["--service"]),
        ("credentials set --api", ["--api-id"]),
        ("db re", ["restored"]),
        ("key rev", ["revoke"]),
        ("org export --js", ["--json"]),
        ("demo --ke", ["--keep"]),
        ("up --po", ["--port"]),
        ("doctor --js", ["--json"]),
    ],
)
def test_a_shell_completes_a_word_without_slow_imports(
    shell: CommandRunner, line: str, offered: list[str]
) -> None:
    """A press of TAB finds commands, options and their values, and imports no slow library."""
    words = ["slotbeat", *line.split()]
    *found, imported = run_alone(
        shell,
        _SLOTBEAT_COMPLETE="complete_bash",
        COMP_WORDS=" ".join(words),
        COMP_CWORD=str(len(words) - 1),
    )
    assert (found, imported) == (offered, "[]")
