"""The `slotbeat` command: its sub-commands, and errors without tracebacks."""

import sys

import typer
from sqlalchemy.exc import DBAPIError

from cli import db, org, posts
from cli.demo import demo
from cli.doctor import doctor
from cli.output import errors
from cli.up import up

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Publishes every post of a content calendar in its slot, once.",
)
app.add_typer(org.app, name="org")
app.add_typer(posts.app, name="posts")
app.add_typer(db.app, name="db")
app.command()(doctor)
app.command()(demo)
app.command()(up)


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
