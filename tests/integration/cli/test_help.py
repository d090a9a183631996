"""Every command explains itself."""

import pytest

from tests.integration.cli.run_command import CommandRunner

COMMANDS = {
    "": ("org", "key", "credentials", "posts", "db", "doctor", "demo", "up"),
    "org": ("create", "list"),
    "org create": ("NAME", "--json", "Example:"),
    "org list": ("--json", "Example:"),
    "key": ("create", "list", "revoke"),
    "key create": ("--org", "--json", "Example:"),
    "key list": ("--org", "--json", "Example:"),
    "key revoke": ("ID", "--json", "Example:"),
    "credentials": ("set", "show", "remove", "rotate"),
    "credentials set": ("--org", "--api-id", "--key-file", "--json", "Example:"),
    "credentials show": ("--org", "--json", "Example:"),
    "credentials remove": ("--org", "--force", "--json", "Example:"),
    "credentials rotate": ("--json", "Example:"),
    "posts": ("import", "list"),
    "posts import": ("FILE", "--media-base", "--org", "--json", "Example:"),
    "posts list": ("--org", "--json", "Example:"),
    "db": ("upgrade",),
    "db upgrade": ("--json", "Example:"),
    "doctor": ("--json", "Example:"),
    "demo": ("Example:",),
    "up": ("--host", "--port", "Example:"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_help_names_sub_commands_and_options(shell: CommandRunner, command: str) -> None:
    """--help succeeds, names the sub-commands or options, and creates no file."""
    result = shell.slotbeat(*command.split(), "--help", also={"TICK": "0"})
    assert (result.code, result.err) == (0, "")
    shown = result.out.lower()
    assert [word for word in COMMANDS[command] if word.lower() not in shown] == []
    assert list(shell.cwd.iterdir()) == []


@pytest.mark.parametrize("arguments", [["orgs"], ["org", "create"], ["posts", "list", "--xml"]])
def test_wrong_usage_prints_the_usage(shell: CommandRunner, arguments: list[str]) -> None:
    """An unknown command, a missing argument, an unknown option: usage on stderr, exit code 2."""
    result = shell.slotbeat(*arguments)
    assert (result.code, result.out) == (2, "")
    assert "Usage:" in result.err
