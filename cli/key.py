"""`slotbeat key`: create, list and revoke the API keys of organizations."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.common_options import JsonOption, OrganizationOption
from cli.output import build_table, console, fail, print_json, print_line
from cli.time_format import format_iso, format_local

if TYPE_CHECKING:
    from models.organizations import ApiKey

app = typer.Typer(no_args_is_help=True, add_completion=False, help="API keys of organizations.")


@app.command()
def create(org: OrganizationOption = None, as_json: JsonOption = False) -> None:
    """Create another API key, and print it once.

    Example: slotbeat key create --org 01a1ffe2812f71989636281eb0d02bec
    """
    from cli.bootstrap import load_settings_or_fail, open_database, resolve_organization_id
    from models.store.tenants import api_keys

    database = open_database(load_settings_or_fail())
    owner = resolve_organization_id(database, org)
    with database.write() as session:
        id_, key = api_keys.create_key(session, owner)
    database.close()
    if as_json:
        print_json({"id": id_, "organizationId": owner, "apiKey": key})
        return
    console.print(f"id       {id_}\napi key  {key}", markup=False, highlight=False)
    console.print("The key is not shown again.", style="dim")


@app.command(name="list")
def list_(org: OrganizationOption = None, as_json: JsonOption = False) -> None:
    """List the API keys by id; the keys themselves are not stored.

    Example: slotbeat key list
    """
    from cli.bootstrap import load_settings_or_fail, open_database, resolve_organization_id
    from models.store.tenants import api_keys, social_settings

    database = open_database(load_settings_or_fail())
    owner = resolve_organization_id(database, org)
    with database.read() as session:
        keys = api_keys.list_keys(session, owner)
        zone = social_settings.read_settings(session, owner).default_timezone
    database.close()
    if as_json:
        print_json({"keys": [_key_json(key) for key in keys]})
        return
    cells = [
        [key.id, format_local(key.created_at, zone), format_local(key.revoked_at, zone)]
        for key in keys
    ]
    console.print(build_table("API keys", ["id", "created", "revoked"], cells))


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="The key's id (slotbeat key list).")],
    as_json: JsonOption = False,
) -> None:
    """Revoke an API key: from now on, requests with it are answered with 401.

    Example: slotbeat key revoke 01a1ffe2812f71989636281eb0d02bec
    """
    from cli.bootstrap import load_settings_or_fail, open_database
    from models.store.tenants import api_keys, social_settings

    database = open_database(load_settings_or_fail())
    with database.write() as session:
        key = api_keys.revoke_key(session, key_id)
        if key is None:
            fail(f"ID: there is no API key {key_id!r} (slotbeat key list)")
        zone = social_settings.read_settings(session, key.organization_id).default_timezone
        key_json, at = _key_json(key), format_local(key.revoked_at, zone)
    database.close()
    if as_json:
        print_json(key_json)
    else:
        print_line(f"{key_id}: revoked, {at}")


def _key_json(key: "ApiKey") -> dict[str, str | None]:
    return {
        "id": key.id,
        "organizationId": key.organization_id,
        "createdAt": format_iso(key.created_at),
        "revokedAt": format_iso(key.revoked_at),
    }
