"""The list of sub-commands. A sub-command's module is imported only when it is used.

These modules import what their options need and nothing else, so that a shell completes a word at
once. Functions import what they need when they run.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any, ClassVar, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command


class LazyCommand(NamedTuple):
    """Where a sub-command is, as "module" with an `app` or "module:function", and its line in the
    help, which is shown without the import."""

    target: str
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
    "org": LazyCommand(
        "cli.org.command", "Organizations: create, list, switch off, export, delete."
    ),
    "key": LazyCommand("cli.key", "API keys of organizations."),
    "accounts": LazyCommand("cli.accounts.command", "Accounts that posts can go to."),
    "credentials": LazyCommand("cli.credentials.command", "Provider credentials of organizations."),
    "posts": LazyCommand("cli.posts.command", "Posts: import, export, list, change and watch."),
    "slots": LazyCommand("cli.slots.command", "Slots: preview a rule's slots, replan posts."),
    "calendar": LazyCommand(
        "cli.calendar.command", "The calendar of slots: show it, or simulate another one."
    ),
    "db": LazyCommand("cli.db", "The database: upgrade it, or prepare it after a restore."),
    "doctor": LazyCommand(
        "cli.doctor.command", "Check everything Slotbeat needs, and print how to fix each problem."
    ),
}


class LazyCommandGroup(TyperGroup):
    """A group whose sub-commands are loaded on demand: all of `slotbeat`, or a group of it."""

    entries: ClassVar[Mapping[str, LazyCommand]] = COMMANDS
    _summaries_only = False

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002  (Typer's own click)
        """Their names, in the order of the help."""
        return list(self.entries)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002
        """A sub-command; None when there is none of this name."""
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        if self._summaries_only:
            return TyperCommand(cmd_name, help=entry.summary)
        command = get_command(_load_app(entry))
        command.name = cmd_name
        return command

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Write the help without importing any sub-command."""
        with self._show_summaries_only():
            super().format_help(ctx, formatter)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:  # noqa: ANN401
        """The sub-commands that a shell may offer for the typed text."""
        with self._show_summaries_only():
            return super().shell_complete(ctx, incomplete)

    @contextmanager
    def _show_summaries_only(self) -> Iterator[None]:
        self._summaries_only = True
        try:
            yield
        finally:
            self._summaries_only = False


def _load_app(entry: LazyCommand) -> typer.Typer:
    module, _, function = entry.target.partition(":")
    imported = import_module(module)
    if not function:
        app: typer.Typer = imported.app
        return app
    app = typer.Typer(add_completion=False)
    app.command()(getattr(imported, function))
    return app
