"""`slotbeat credentials`: what organizations open their own workspace at the provider with."""

from datetime import datetime
from typing import Annotated

import typer

from cli.opening import open_database, organization_id, settings_or_fail
from cli.options import Org
from cli.output import Json, console, errors, fail, print_json, say
from cli.secrets_in import read_credentials
from cli.times import local
from cli.workspaces import shown_for
from config.secret_key import secret_keys
from models.store import credentials, seats
from models.store.rotation import reencrypt_all as rotate_all
from models.vault import Cipher

TIMES = ("setAt", "refusedAt")

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Provider credentials of organizations."
)


@app.command(name="set")
def set_(
    org: Org = None,
    api_id: Annotated[str | None, typer.Option(help="The API's id; asked for if absent.")] = None,
    key_file: Annotated[
        str | None,
        typer.Option(help="File with the key, and a secondary one on line 2; - for stdin."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Give an organization its own credentials; without --key-file the keys are asked for, hidden.

    Posts accepted from now on use them. Unfinished posts stay where they were accepted.

    Example: slotbeat credentials set --api-id acme-4711 --key-file acme.key
    """
    settings = settings_or_fail()
    database = open_database(settings)
    owner = organization_id(database, org)
    given = read_credentials(api_id, key_file)
    sealed = given.encrypt(Cipher(*secret_keys(settings)))
    with database.write() as session:
        workspace = credentials.set_credentials(session, owner, settings.provider, sealed)
        stay = credentials.count_unfinished_elsewhere(session, owner, workspace.id)
    shown = {**shown_for(database, settings, owner), "unfinishedElsewhere": stay}
    database.close()
    if as_json:
        print_json(shown)
        return
    console.print("Set. Posts accepted from now on use these credentials.", highlight=False)
    if stay:
        console.print(f"{stay} unfinished posts stay with the workspace they were accepted for.")


@app.command()
def show(org: Org = None, as_json: Json = False) -> None:
    """Show which credentials an organization uses, and their state; never a key.

    Example: slotbeat credentials show
    """
    settings = settings_or_fail()
    database = open_database(settings)
    owner = organization_id(database, org)
    shown = shown_for(database, settings, owner)
    with database.read() as session:
        zone = seats.read_settings(session, owner).default_timezone
    database.close()
    if as_json:
        print_json(shown)
        return
    for name, value in shown.items():
        text = local(datetime.fromisoformat(value), zone) if value and name in TIMES else value
        say(f"{name:<15} {'-' if text is None else text}")


@app.command()
def remove(
    org: Org = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also where unfinished posts need them.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Forget an organization's own credentials; its new posts use the environment's again.

    Example: slotbeat credentials remove --org 01a1ffe2812f71989636281eb0d02bec
    """
    settings = settings_or_fail()
    database = open_database(settings)
    owner = organization_id(database, org)
    with database.write() as session:
        workspace = credentials.find_own_workspace(session, owner, settings.provider)
        if workspace is None or workspace.credentials is None:
            fail("the organization has no credentials of its own")
        left = credentials.count_unfinished(session, workspace.id)
        if left and not force:
            words = f"{left} unfinished posts need these credentials; --force leaves them waiting"
            fail(words)
        credentials.remove_credentials(session, workspace)
    database.close()
    if as_json:
        print_json({"organizationId": owner, "removed": True, "unfinished": left})
    else:
        console.print(f"Removed. {left} unfinished posts wait for credentials.", highlight=False)


@app.command()
def rotate(as_json: Json = False) -> None:
    """Write every stored secret anew under SLOTBEAT_SECRET_KEY. Safe to stop and to repeat.

    All processes need the new key, and the old one in SLOTBEAT_SECRET_KEY_PREVIOUS, before this.

    Example: SLOTBEAT_SECRET_KEY_PREVIOUS_FILE=old.key slotbeat credentials rotate
    """
    settings = settings_or_fail()
    database = open_database(settings)
    tally = rotate_all(database, Cipher(*secret_keys(settings)))
    database.close()
    if as_json:
        print_json(
            {
                "renewed": tally.reencrypted,
                "current": tally.current,
                "unreadable": tally.unreadable,
                "fingerprints": tally.video_keys,
            }
        )
    else:
        words = (
            f"{tally.reencrypted} secrets written anew, {tally.current} stood under the newest key"
        )
        console.print(f"{words}, {tally.video_keys} fingerprints made anew.", highlight=False)
    if tally.unreadable:
        errors.print(
            f"{tally.unreadable} secrets cannot be read: add the key that wrote them to "
            "SLOTBEAT_SECRET_KEY_PREVIOUS",
            style="red",
            highlight=False,
        )
        raise typer.Exit(1)
