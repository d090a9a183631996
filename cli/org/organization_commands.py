"""`slotbeat org create|list|show|rename`."""

from typing import Annotated

import typer

from cli.common_options import JsonOption, OrganizationArgument
from cli.output import build_table, console, fail, print_json


def create(
    name: Annotated[str, typer.Argument(help="The organization's name.")],
    as_json: JsonOption = False,
) -> None:
    """Create an organization and print its id and API key.

    Example: slotbeat org create "Lantern & Loaf"
    """
    from cli.app_context import open_context
    from cli.bootstrap import load_settings_or_fail
    from services import organizations
    from services.errors import ValidationFailed

    try:
        organizations.check_name(name)
    except ValidationFailed as error:
        fail(f"NAME: {error.details[0]['message']}", code=2)
    context = open_context(load_settings_or_fail(), create=True)
    made = organizations.create(context, name, organizations.COMMAND_LINE)
    context.database.close()
    if as_json:
        print_json(made)
        return
    console.print(
        f"id       {made['id']}\napi key  {made['apiKey']}", markup=False, highlight=False
    )
    console.print("The key is not shown again.", style="dim")


def list_(as_json: JsonOption = False) -> None:
    """List the organizations.

    Example: slotbeat org list --json
    """
    from cli.bootstrap import load_settings_or_fail, open_database
    from models.store.tenants import organizations as store
    from services import organizations

    database = open_database(load_settings_or_fail())
    with database.read() as session:
        found = [organizations.present(each) for each in store.list_states(session)]
    database.close()
    if as_json:
        print_json({"organizations": found})
        return
    rows = [(each["id"], each["name"], each["status"]) for each in found]
    console.print(build_table("Organizations", ["id", "name", "status"], rows))


def show(org: OrganizationArgument, as_json: JsonOption = False) -> None:
    """Show an organization; of one that is switched off, what may still go out.

    Example: slotbeat org show "Lantern & Loaf"
    """
    from cli.org.organization_view import change_organization, print_organization
    from services import organizations

    found = change_organization(org, organizations.show)
    print_organization(found, as_json=as_json)


def rename(
    org: OrganizationArgument,
    name: Annotated[str, typer.Argument(help="Its new name.")],
    as_json: JsonOption = False,
) -> None:
    """Give an organization another name.

    Example: slotbeat org rename "Lantern & Loaf" "Lantern"
    """
    from cli.org.organization_view import change_organization, print_organization
    from services import organizations

    found = change_organization(
        org,
        lambda context, id_: organizations.rename(context, id_, name, organizations.COMMAND_LINE),
    )
    print_organization(found, as_json=as_json)
