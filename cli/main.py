"""The `slotbeat` command: its sub-commands, and errors without tracebacks."""

import sys
from importlib import import_module
from typing import Any

import typer
from sqlalchemy.exc import DBAPIError
from typer.core import TyperGroup
from typer.main import get_command

from cli.output import errors

# Imported when they are asked for: most commands need neither Celery nor the simulator.
MODULES = {
    "up": "cli.up",
    "demo": "cli.demo",
    "org": "cli.org",
    "key": "cli.key",
    "credentials": "cli.credentials",
    "posts": "cli.posts",
    "slots": "cli.slots",
    "calendar": "cli.calendar",
    "db": "cli.db",
    "doctor": "cli.doctor",
}


class Commands(TyperGroup):
    """The sub-commands by their modules."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002  (Typer's own click)
        """Their names, in the order of the help."""
        return list(MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002
        """A sub-command; None when there is none of this name."""
        if cmd_name not in MODULES:
            return None
        command = get_command(import_module(MODULES[cmd_name]).app)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def slotbeat() -> None:
    """Publishes every post of a content calendar in its slot, once."""


def main() -> None:
    """The console script."""
    try:
        app()
    except DBAPIError as error:
        errors.print(
            f"the database does not answer: {error.orig}",
            style="red",
            markup=False,
            highlight=False,
        )
        sys.exit(1)
