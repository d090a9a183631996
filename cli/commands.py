"""The sub-commands by their modules, which are imported when they are asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NamedTuple

from typer.core import TyperCommand, TyperGroup
from typer.main import get_command


class LazyCommand(NamedTuple):
    """Where a sub-command is, and its line in the help: to show that, nothing is imported."""

    module: str
    summary: str


COMMANDS = {
    "up": LazyCommand(
        "cli.up",
        "Run API, beat, worker and, unless a provider is set, the simulator in one process.",
    ),
    "demo": LazyCommand(
        "cli.demo.command",
        "Publish the example calendar through the simulator, with 10 % of its calls failing.",
    ),
    "org": LazyCommand("cli.org", "Organizations and their API keys."),
    "key": LazyCommand("cli.key", "API keys of organizations."),
    "credentials": LazyCommand("cli.credentials.command", "Provider credentials of organizations."),
    "posts": LazyCommand("cli.posts.command", "Posts: import, look at, change."),
    "slots": LazyCommand("cli.slots.command", "Slots: the instants that rules mean."),
    "calendar": LazyCommand(
        "cli.calendar.command", "The calendar of slots: as it is, and what if."
    ),
    "db": LazyCommand("cli.db", "The database: its level, and what follows a restore."),
    "doctor": LazyCommand(
        "cli.doctor.command", "Check all that posts need, and say the mend of what is wrong."
    ),
}


class LazyCommandGroup(TyperGroup):
    """The group of all sub-commands."""

    _summaries_only = False

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002  (Typer's own click)
        """Their names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002
        """A sub-command; None when there is none of this name."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        if self._summaries_only:
            return TyperCommand(cmd_name, help=entry.summary)
        command = get_command(import_module(entry.module).app)
        command.name = cmd_name
        return command

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """The help, without a look at what the sub-commands are."""
        with self._show_summaries_only():
            super().format_help(ctx, formatter)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:  # noqa: ANN401
        """What a shell may offer in the place of a sub-command."""
        with self._show_summaries_only():
            return super().shell_complete(ctx, incomplete)

    @contextmanager
    def _show_summaries_only(self) -> Iterator[None]:
        self._summaries_only = True
        try:
            yield
        finally:
            self._summaries_only = False
