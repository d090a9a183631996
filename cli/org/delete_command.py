"""`slotbeat org delete`: delete an organization with all that is its own."""

from typing import Annotated

import typer

from cli.common_options import JsonOption, OrganizationArgument
from cli.output import fail, print_json, print_line


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
    from cli.app_context import open_organization
    from cli.org.deletion import confirm_name, wait_for_deletion
    from cli.org.organization_view import print_organization
    from services import organizations
    from services.errors import ServiceError

    with open_organization(org) as (context, id_):
        given = confirm_name(context, id_, name, yes=yes)
        try:
            left = organizations.delete(
                context, id_, given, organizations.COMMAND_LINE, force=force
            )
        except ServiceError as error:
            fail(f"--name: {error.message.removeprefix('name: ')}", code=2)
        found = wait_for_deletion(context, id_, wait) if wait else left
    if found is not None:
        print_organization(found, as_json=as_json)
    elif as_json:
        print_json({"id": id_, "name": given, "status": "deleted"})
    else:
        print_line(f"{given} ({id_}): deleted")
