"""The `slotbeat calendar` group."""

from collections.abc import Mapping
from typing import ClassVar

import typer

from cli.commands import LazyCommand, LazyCommandGroup


class CalendarGroup(LazyCommandGroup):
    """The commands of the group."""

    entries: ClassVar[Mapping[str, LazyCommand]] = {
        "show": LazyCommand(
            "cli.calendar.show_command:show",
            "Show the coming week: slots with their seats, and posts inside and outside of slots.",
        ),
        "simulate": LazyCommand(
            "cli.calendar.simulate_command:simulate",
            "Show which post would get which slot, what is full, and what an outage would miss.",
        ),
    }


app = typer.Typer(
    cls=CalendarGroup,
    no_args_is_help=True,
    add_completion=False,
    help="The calendar of slots: show it, or simulate another one.",
)


@app.callback()
def _group() -> None:
    """Makes it a group for Typer, which sees no command: its class finds them."""
