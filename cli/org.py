"""`slotbeat org`: create and list organizations."""

from typing import Annotated

import typer

from cli.bootstrap import load_settings_or_fail, open_database
from cli.common_options import JsonOption
from cli.output import build_table, console, fail, print_json
from models.store.tenants import organizations

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Organizations and their API keys."
)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="The organization's name.")],
    as_json: JsonOption = False,
) -> None:
    """Create an organization and print its id and API key.

    Example: slotbeat org create "Lantern & Loaf"
    """
    if not name.strip():
        fail("NAME: must not be empty", code=2)
    settings = load_settings_or_fail()
    database = open_database(settings, create=True)
    with database.write() as session:
        organization, key = organizations.create(session, name.strip(), settings.provider)
    database.close()
    if as_json:
        print_json({"id": organization.id, "name": organization.name, "apiKey": key})
        return
    console.print(f"id       {organization.id}\napi key  {key}", markup=False, highlight=False)
    console.print("The key is not shown again.", style="dim")


@app.command(name="list")
def list_(as_json: JsonOption = False) -> None:
    """List the organizations.

    Example: slotbeat org list --json
    """
    database = open_database(load_settings_or_fail())
    with database.read() as session:
        rows = [(each.id, each.name) for each in organizations.list_all(session)]
    database.close()
    if as_json:
        print_json({"organizations": [{"id": id_, "name": name} for id_, name in rows]})
    else:
        console.print(build_table("Organizations", ["id", "name"], rows))
