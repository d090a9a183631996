"""The `slotbeat calendar` group and its commands."""

import typer

from cli.calendar.show_command import show
from cli.calendar.simulate_command import simulate

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="The calendar of slots: show it, or simulate another one.",
)
app.command()(show)
app.command()(simulate)
