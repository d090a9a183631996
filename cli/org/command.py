"""The `slotbeat org` group, and its commands that create, list, show and rename."""

from typing import Annotated

import typer

from cli.app_context import open_context
from cli.bootstrap import load_settings_or_fail, open_database
from cli.common_options import JsonOption
from cli.org.delete_command import delete
from cli.org.export_command import export
from cli.org.organization_view import OrganizationArgument, change_organization, print_organization
from cli.org.suspend_commands import disable, enable
from cli.output import build_table, console, fail, print_json
from models.store.tenants import organizations as store
from services import organizations
from services.errors import ValidationFailed

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Organizations: create, list, switch off, export, delete.",
)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="The organization's name.")],
    as_json: JsonOption = False,
) -> None:
    """Create an organization and print its id and API key.

    Example: slotbeat org create "Lantern & Loaf"
    """
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


@app.command(name="list")
def list_(as_json: JsonOption = False) -> None:
    """List the organizations.

    Example: slotbeat org list --json
    """
    database = open_database(load_settings_or_fail())
    with database.read() as session:
        found = [organizations.present(each) for each in store.list_states(session)]
    database.close()
    if as_json:
        print_json({"organizations": found})
        return
    rows = [(each["id"], each["name"], each["status"]) for each in found]
    console.print(build_table("Organizations", ["id", "name", "status"], rows))


@app.command()
def show(org: OrganizationArgument, as_json: JsonOption = False) -> None:
    """Show an organization; of one that is switched off, what may still go out.

    Example: slotbeat org show "Lantern & Loaf"
    """
    found = change_organization(org, organizations.show)
    print_organization(found, as_json=as_json)


@app.command()
def rename(
    org: OrganizationArgument,
    name: Annotated[str, typer.Argument(help="Its new name.")],
    as_json: JsonOption = False,
) -> None:
    """Give an organization another name.

    Example: slotbeat org rename "Lantern & Loaf" "Lantern"
    """
    found = change_organization(
        org,
        lambda context, id_: organizations.rename(context, id_, name, organizations.COMMAND_LINE),
    )
    print_organization(found, as_json=as_json)


app.command()(disable)
app.command()(enable)
app.command()(export)
app.command()(delete)
