"""The entry point of the `slotbeat` command, and its exit codes.

0: done. 1: the command failed, or found a problem. 2: the command line, a setting or a file is
wrong. 130: interrupted.
"""

import io
import sys
from contextvars import copy_context
from importlib.metadata import version
from typing import Annotated

import typer

from cli.commands import LazyCommandGroup
from cli.output import print_error, wants_json
from models.actors import COMMAND_LINE, acting_as

EXIT_INTERRUPTED = 130

app = typer.Typer(
    cls=LazyCommandGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"slotbeat {version('slotbeat')}")
        raise typer.Exit


@app.callback()
def slotbeat(
    ctx: typer.Context,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Print the version and end."
        ),
    ] = False,
) -> None:
    """Publishes every post of a content calendar in its slot, once.

    Exit codes: 0 done; 1 failed, or found a problem; 2 wrong usage, settings or file; 130
    interrupted.

    Example: slotbeat demo
    """
    if ctx.invoked_subcommand != "up":  # its processes make changes of their own
        acting_as(COMMAND_LINE)


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # the terminal may lack a character
            stream.reconfigure(errors="backslashreplace")
    sys.exit(_run())


def _run() -> int:
    """Run the command and print its error, if any; the exit code."""
    try:  # in a context of its own, for a caller in this process: the actor is this command's
        return copy_context().run(app, prog_name="slotbeat", standalone_mode=False) or 0
    except typer.TyperException as error:  # usage
        return _report_usage_error(error)
    except typer.Abort:  # Ctrl-C or Ctrl-D at a prompt
        print_error("interrupted")
        return EXIT_INTERRUPTED
    except Exception as error:  # an error without an explanation is raised again
        from cli.errors import explain_error

        sentence, code = explain_error(error) or (None, 0)
        if sentence is None:
            raise
        print_error(sentence)
        return code


def _report_usage_error(error: typer.TyperException) -> int:
    if wants_json():
        print_error(error.format_message())
    else:
        from typer.rich_utils import rich_format_error

        rich_format_error(error)  # type: ignore[arg-type]
    return error.exit_code
