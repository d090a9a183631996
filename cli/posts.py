"""`slotbeat posts`: its commands."""

import typer

from cli import posts_change
from cli.batch.export import export
from cli.batch.import_ import import_
from cli.batch.watch import watch
from cli.posts_list import list_
from cli.posts_show import show

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Posts: import, look at, change."
)
app.command(name="import")(import_)
app.command()(export)
app.command()(watch)
app.command(name="list")(list_)
app.command()(show)
for _command in (
    posts_change.retry,
    posts_change.cancel,
    posts_change.release,
    posts_change.approve,
    posts_change.reject,
    posts_change.edit,
):
    app.command()(_command)
