"""`slotbeat key`: the API keys of organizations."""

from typing import Annotated

import typer

from api import answers
from cli.opening import Org, open_database, organization_id, settings_or_fail
from cli.output import Json, console, fail, print_json, table
from models.organizations import ApiKey
from models.store import organizations

app = typer.Typer(no_args_is_help=True, help="API keys of organizations.")


@app.command()
def create(org: Org = None, as_json: Json = False) -> None:
    """Make a further API key, and print it once.

    Example: slotbeat key create --org 01a1ffe2812f71989636281eb0d02bec
    """
    database = open_database(settings_or_fail())
    owner = organization_id(database, org)
    with database.write() as session:
        id_, key = organizations.new_key(session, owner)
    database.close()
    if as_json:
        print_json({"id": id_, "organizationId": owner, "apiKey": key})
        return
    console.print(f"id       {id_}\napi key  {key}", markup=False, highlight=False)
    console.print("The key is not shown again.", style="dim")


@app.command(name="list")
def list_(org: Org = None, as_json: Json = False) -> None:
    """List the API keys by id; the keys themselves are not kept.

    Example: slotbeat key list
    """
    database = open_database(settings_or_fail())
    owner = organization_id(database, org)
    with database.read() as session:
        rows = [_shown(key) for key in organizations.keys(session, owner)]
    database.close()
    if as_json:
        print_json({"keys": rows})
    else:
        cells = [list(row.values()) for row in rows]
        console.print(table("API keys", ["id", "organization", "created", "revoked"], cells))


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="The key's id (slotbeat key list).")],
    as_json: Json = False,
) -> None:
    """Revoke an API key: from now on it is answered with 401.

    Example: slotbeat key revoke 01a1ffe2812f71989636281eb0d02bec
    """
    database = open_database(settings_or_fail())
    with database.write() as session:
        key = organizations.revoke_key(session, key_id)
        shown = _shown(key) if key else None
    database.close()
    if shown is None:
        fail(f"ID: there is no API key {key_id!r} (slotbeat key list)", as_json=as_json)
    if as_json:
        print_json(shown)
    else:
        console.print(f"{key_id}: revoked at {shown['revokedAt']}", highlight=False)


def _shown(key: ApiKey) -> dict[str, str | None]:
    return {
        "id": key.id,
        "organizationId": key.organization_id,
        "createdAt": answers.instant(key.created_at),
        "revokedAt": answers.instant(key.revoked_at),
    }
