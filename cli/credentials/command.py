"""The `slotbeat credentials` group: set, show, remove and rotate provider credentials."""

from datetime import datetime
from typing import Annotated

import typer

from cli.common_options import JsonOption, OrganizationOption
from cli.output import console, error_console, fail, print_json, print_line
from cli.time_format import format_local

TIME_FIELDS = ("setAt", "refusedAt")

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Provider credentials of organizations."
)


@app.command(name="set")
def set_(
    org: OrganizationOption = None,
    api_id: Annotated[
        str | None, typer.Option(help="The API's id; prompted for if absent.")
    ] = None,
    key_file: Annotated[
        str | None,
        typer.Option(help="File with the key, and a secondary one on line 2; - for stdin."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Set an organization's own credentials; without --key-file a hidden prompt asks for the keys.

    Posts accepted from now on use them. Unfinished posts stay with the connection they have.

    Example: slotbeat credentials set --api-id acme-4711 --key-file acme.key
    """
    from cli.bootstrap import load_settings_or_fail, open_database, resolve_organization_id
    from cli.credentials.connection_view import describe_connection
    from cli.credentials.credential_input import read_credentials
    from config.secret_key import secret_keys
    from models.encryption import Cipher
    from models.store.tenants import stored_credentials

    settings = load_settings_or_fail()
    database = open_database(settings)
    owner = resolve_organization_id(database, org)
    entered = read_credentials(api_id, key_file)
    encrypted = entered.encrypt(Cipher(*secret_keys(settings)))
    with database.write() as session:
        connection = stored_credentials.set_credentials(
            session, owner, settings.provider, encrypted
        )
        unfinished_elsewhere = stored_credentials.count_unfinished_elsewhere(
            session, owner, connection.id
        )
    description = {
        **describe_connection(database, settings, owner),
        "unfinishedElsewhere": unfinished_elsewhere,
    }
    database.close()
    if as_json:
        print_json(description)
        return
    console.print("Set. Posts accepted from now on use these credentials.", highlight=False)
    if unfinished_elsewhere:
        console.print(
            f"{unfinished_elsewhere} unfinished posts stay with the connection they have."
        )


@app.command()
def show(org: OrganizationOption = None, as_json: JsonOption = False) -> None:
    """Show which credentials an organization uses, and their state; never a key.

    Example: slotbeat credentials show
    """
    from cli.bootstrap import load_settings_or_fail, open_database, resolve_organization_id
    from cli.credentials.connection_view import describe_connection
    from models.store.tenants import social_settings

    settings = load_settings_or_fail()
    database = open_database(settings)
    owner = resolve_organization_id(database, org)
    description = describe_connection(database, settings, owner)
    with database.read() as session:
        zone = social_settings.read_settings(session, owner).default_timezone
    database.close()
    if as_json:
        print_json(description)
        return
    for name, value in description.items():
        text = (
            format_local(datetime.fromisoformat(value), zone)
            if value and name in TIME_FIELDS
            else value
        )
        print_line(f"{name:<15} {'-' if text is None else text}")


@app.command()
def remove(
    org: OrganizationOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Even if unfinished posts need them.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Remove an organization's own credentials; its new posts use the environment's again.

    Example: slotbeat credentials remove --org 01a1ffe2812f71989636281eb0d02bec
    """
    from cli.bootstrap import load_settings_or_fail, open_database, resolve_organization_id
    from models.store.tenants import stored_credentials

    settings = load_settings_or_fail()
    database = open_database(settings)
    owner = resolve_organization_id(database, org)
    with database.write() as session:
        connection = stored_credentials.find_own_connection(session, owner, settings.provider)
        if connection is None or connection.credentials is None:
            fail("the organization has no credentials of its own")
        unfinished = stored_credentials.count_unfinished(session, connection.id)
        if unfinished and not force:
            fail(
                f"{unfinished} unfinished posts need these credentials; --force removes them, and "
                "the posts wait for new ones"
            )
        stored_credentials.remove_credentials(session, connection)
    database.close()
    if as_json:
        print_json({"organizationId": owner, "removed": True, "unfinished": unfinished})
    else:
        console.print(
            f"Removed. {unfinished} unfinished posts wait for credentials.", highlight=False
        )


@app.command()
def rotate(as_json: JsonOption = False) -> None:
    """Encrypt every stored secret again with SLOTBEAT_SECRET_KEY. Safe to stop and to repeat.

    Before this, give all processes the new key, and the old one in SLOTBEAT_SECRET_KEY_PREVIOUS.

    Example: SLOTBEAT_SECRET_KEY_PREVIOUS_FILE=old.key slotbeat credentials rotate
    """
    from cli.bootstrap import load_settings_or_fail, open_database
    from config.secret_key import secret_keys
    from models.encryption import Cipher
    from models.store.tenants.key_rotation import reencrypt_all

    settings = load_settings_or_fail()
    database = open_database(settings)
    report = reencrypt_all(database, Cipher(*secret_keys(settings)))
    database.close()
    if as_json:
        print_json(
            {
                "renewed": report.reencrypted,
                "current": report.current,
                "unreadable": report.unreadable,
                "fingerprints": report.video_keys,
            }
        )
    else:
        done = f"{report.reencrypted} secrets encrypted again"
        current = f"{report.current} already had the newest key"
        hashes = f"{report.video_keys} fingerprints computed again."
        console.print(f"{done}, {current}, {hashes}", highlight=False)
    if report.unreadable:
        error_console.print(
            f"{report.unreadable} secrets cannot be read: add the key that encrypted them to "
            "SLOTBEAT_SECRET_KEY_PREVIOUS",
            style="red",
            highlight=False,
        )
        raise typer.Exit(1)
