"""`slotbeat org delete`: delete an organization with all that is its own."""

import sys
import time
from typing import Annotated

import typer

from cli.app_context import open_organization
from cli.common_options import JsonOption
from cli.org.organization_view import OrganizationArgument, print_organization
from cli.output import fail, print_json, print_line
from services import organizations
from services.context import AppContext
from services.errors import NotFound, ServiceError
from services.organizations import OrganizationView

POLL_INTERVAL = 0.5


def delete(
    org: OrganizationArgument,
    name: Annotated[
        str | None, typer.Option(help="Its name, to confirm; prompted for if absent.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for the name.")] = False,
    force: Annotated[
        bool,
        typer.Option("--force", help="Do not wait for what may still go out; the log names it."),
    ] = False,
    wait: Annotated[
        int, typer.Option(min=0, help="Wait for its end, at most so many seconds.")
    ] = 0,
    as_json: JsonOption = False,
) -> None:
    """Delete an organization, its posts, files, accounts and keys. There is no way back.

    A worker takes its posts back from the providers first, and waits where one may still go out.
    Export it before: slotbeat org export.

    Example: slotbeat org delete "Lantern & Loaf" --name "Lantern & Loaf" --wait 60
    """
    with open_organization(org) as (context, id_):
        given = _confirm(context, id_, name, yes=yes)
        try:
            found: OrganizationView | None = organizations.delete(
                context, id_, given, organizations.COMMAND_LINE, force=force
            )
        except ServiceError as error:
            fail(f"--name: {error.message.removeprefix('name: ')}", code=2)
        if wait:
            found = _wait(context, id_, wait)
    if found is not None:
        print_organization(found, as_json=as_json)
    elif as_json:
        print_json({"id": id_, "name": given, "status": "deleted"})
    else:
        print_line(f"{given} ({id_}): deleted")


def _confirm(context: AppContext, id_: str, name: str | None, *, yes: bool) -> str:
    if name is not None:
        return name
    stored = organizations.show(context, id_).state.name
    if yes:
        return stored
    if not sys.stdin.isatty():
        fail("--name: is required to confirm, or --yes", code=2)
    answer: str = typer.prompt(f"This deletes {stored!r} for ever. Type its name to confirm")
    return answer


def _wait(context: AppContext, id_: str, seconds: int) -> OrganizationView | None:
    """Its state at the end of the wait; None as soon as it is deleted."""
    end = time.monotonic() + seconds
    while True:
        try:
            found = organizations.show(context, id_)
        except NotFound:
            return None
        if time.monotonic() >= end:
            return found
        time.sleep(POLL_INTERVAL)
