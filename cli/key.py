"""`slotbeat key`: create, list and revoke the API keys of organizations."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.common_options import JsonOption, OrganizationOption
from cli.output import build_table, console, fail, print_json, print_line
from cli.time_format import format_local

if TYPE_CHECKING:
    from services.inputs.key_bodies import NewKeyBody

app = typer.Typer(no_args_is_help=True, add_completion=False, help="API keys of organizations.")


@app.command()
def create(
    org: OrganizationOption = None,
    name: Annotated[
        str, typer.Option(help="Who or what uses it, such as Zapier: the history names it.")
    ] = "API key",
    scopes: Annotated[
        str, typer.Option(help="What it may do: one or more of read, write, approve.")
    ] = "read,write,approve",
    expires: Annotated[
        str | None,
        typer.Option(help="When it ends: a date (its last day) or an instant; never without it."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Create another API key, and print it once.

    Example: slotbeat key create --name Zapier --scopes read,write --expires 2027-06-30
    """
    from cli.app_context import open_organization
    from services.api_keys import create_key

    wanted = [each.strip() for each in scopes.split(",") if each.strip()]
    with open_organization(org) as (context, owner):
        made, key = create_key(context, owner, _body(name, wanted, expires))
    if as_json:
        print_json({**made, "apiKey": key})
        return
    console.print(f"id       {made['id']}\napi key  {key}", markup=False, highlight=False)
    console.print("The key is not shown again.", style="dim")


@app.command(name="list")
def list_(org: OrganizationOption = None, as_json: JsonOption = False) -> None:
    """List the API keys by id and name; the keys themselves are not stored.

    Example: slotbeat key list
    """
    from cli.app_context import open_organization, organization_timezone
    from services.api_keys import list_keys

    with open_organization(org) as (context, owner):
        keys = list_keys(context, owner)
        with context.database.read() as session:
            zone = organization_timezone(session, owner)
    if as_json:
        print_json({"keys": keys})
        return
    columns = ["id", "name", "scopes", "status", "created", "last used", "ends"]
    console.print(build_table("API keys", columns, [_cells(key, zone) for key in keys]))


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
    from services.api_keys import present_key

    database = open_database(load_settings_or_fail())
    with database.write() as session:
        key = api_keys.revoke_key(session, key_id)
        if key is None:
            fail(f"ID: there is no API key {key_id!r} (slotbeat key list)")
        zone = social_settings.read_settings(session, key.organization_id).default_timezone
        key_json, at = present_key(key, api_keys.utc_now()), format_local(key.revoked_at, zone)
    database.close()
    if as_json:
        print_json(key_json)
    else:
        print_line(f"{key_id}: revoked, {at}")


def _body(name: str, scopes: list[str], expires: str | None) -> "NewKeyBody":
    from pydantic import ValidationError

    from services.errors import ValidationFailed, field_errors
    from services.inputs.key_bodies import NewKeyBody

    try:
        return NewKeyBody.model_validate({"name": name, "scopes": scopes, "expiresAt": expires})
    except ValidationError as error:
        raise ValidationFailed(*field_errors(error.errors())) from None


def _cells(key: dict[str, Any], zone: str) -> list[str | None]:
    ends = key["revokedAt"] or key["expiresAt"]
    instants = [_local(each, zone) for each in (key["createdAt"], key["lastUsedAt"], ends)]
    return [key["id"], key["name"], ", ".join(key["scopes"]), key["status"], *instants]


def _local(text: str | None, zone: str) -> str | None:
    return format_local(datetime.fromisoformat(text) if text else None, zone)
