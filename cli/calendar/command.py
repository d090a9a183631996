"""`slotbeat calendar`: the week as it is, and what if."""

import typer

from cli.calendar.show_command import show
from cli.calendar.simulate_command import simulate

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="The calendar of slots: as it is, and what if.",
)
app.command()(show)
app.command()(simulate)
