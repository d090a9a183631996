"""The `slotbeat posts` group and its commands, `import` and `export` included."""

import typer

from cli.import_export.export_command import export
from cli.import_export.import_command import import_
from cli.posts import change_commands
from cli.posts.list_command import list_
from cli.posts.show_command import show
from cli.posts.watch_command import watch

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Posts: import, export, list, change and watch.",
)
app.command(name="import")(import_)
app.command()(export)
app.command()(watch)
app.command(name="list")(list_)
app.command()(show)
for _command in (
    change_commands.retry,
    change_commands.acknowledge,
    change_commands.cancel,
    change_commands.release,
    change_commands.approve,
    change_commands.reject,
    change_commands.edit,
):
    app.command()(_command)
