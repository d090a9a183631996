"""The `slotbeat accounts` group: connect, list and disconnect accounts."""

import asyncio
from typing import Annotated, Any

import typer

from cli.accounts.form_input import FormOptions, read_values, refusal_of
from cli.app_context import open_organization
from cli.common_options import JsonOption, OrganizationOption
from cli.output import build_table, console, fail, print_json, print_line
from services.connecting.account_overview import AccountOverview, list_overviews
from services.connecting.connect import connect_account
from services.connecting.disconnect import disconnect_account
from services.errors import ValidationFailed

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Accounts that posts can go to.")


@app.command()
def connect(
    platform: Annotated[str, typer.Argument(help="The network: bluesky, for example.")],
    handle: Annotated[
        str | None, typer.Option(help="The account's name there; prompted for if absent.")
    ] = None,
    service: Annotated[
        str | None, typer.Option(help="The address of its server, where it is not the usual one.")
    ] = None,
    password_file: Annotated[
        str | None, typer.Option(help="File with the app password; without it a hidden prompt.")
    ] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the app password from standard input.")
    ] = False,
    org: OrganizationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Connect an account: the network tries what was entered, and only then it is stored.

    Passwords are stored encrypted. An account that was connected before gets the new password, and
    its posts go on.

    Example: slotbeat accounts connect bluesky --handle alice.example --password-file alice.password
    """
    options = FormOptions(handle, service, password_file, password_stdin)
    with open_organization(org) as (context, owner):
        form = context.connector.form_for(platform)
        if form is None:
            known = ", ".join(context.connector.platforms()) or "none yet"
            fail(f"PLATFORM: must be a network that is connected directly ({known})", code=2)
        values = read_values(form[1].fields, options)
        try:
            found = asyncio.run(connect_account(context, owner, platform, values))
        except ValidationFailed as error:
            refusal_of(error, form[1].fields)
        ids = {each.account.id for each in found.links}
        with context.database.read() as session:
            listed = list_overviews(session, context, owner)
    connected = [each for each in listed if each.id in ids]
    if as_json:
        documents = [_as_json(each) for each in connected]
        print_json({"connectionId": found.connection_id, "accounts": documents})
        return
    for each in connected:
        print_line(f"Connected: {each.username} on {each.platform} (account {each.id}).")


@app.command(name="list")
def list_(org: OrganizationOption = None, as_json: JsonOption = False) -> None:
    """List the accounts with their state, and the connection that each one belongs to.

    Example: slotbeat accounts list
    """
    with open_organization(org) as (context, owner), context.database.read() as session:
        listed = list_overviews(session, context, owner)
    if as_json:
        print_json({"accounts": [_as_json(each) for each in listed]})
        return
    columns = ["id", "network", "name", "user", "state", "connection", "default"]
    console.print(build_table("Accounts", columns, map(_table_row, listed)))
    for each in listed:
        if each.reason:
            print_line(f"{each.name} on {each.platform}: {each.reason}")


@app.command()
def disconnect(
    account: Annotated[
        str, typer.Argument(metavar="ACCOUNT", help="Its id, or its user name if that is enough.")
    ],
    org: OrganizationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Use an account no more; what is planned for it waits.

    The credentials that were entered for it are deleted.

    Example: slotbeat accounts disconnect alice.example
    """
    with open_organization(org) as (context, owner):
        with context.database.read() as session:
            chosen = _find_account(list_overviews(session, context, owner), account)
        disconnect_account(context, owner, chosen.id)
    if as_json:
        print_json({"accountId": chosen.id, "disconnected": True})
        return
    where = f"{chosen.username} on {chosen.platform}"
    print_line(f"Disconnected: {where}. Its posts wait until it is connected again.")


def _find_account(listed: list[AccountOverview], given: str) -> AccountOverview:
    """The account with this id, or the only one with this user name."""
    found = [each for each in listed if given in (each.id, each.username)]
    if not found:
        fail(f"ACCOUNT: there is no account {given!r} (slotbeat accounts list)")
    if len(found) > 1:
        fail(f"ACCOUNT: {len(found)} accounts are called {given!r}; name one by its id", code=2)
    return found[0]


def _as_json(each: AccountOverview) -> dict[str, Any]:
    return {
        "accountId": each.id,
        "platform": each.platform,
        "name": each.name,
        "username": each.username,
        "state": each.state.value,
        "reason": each.reason,
        "provider": each.provider,
        "address": each.address,
        "isOwn": each.is_own,
        "isDefault": each.is_default,
    }


def _table_row(each: AccountOverview) -> list[str]:
    connection = f"{each.provider} at {each.host}" if each.host else each.provider
    shared = "" if each.is_own else " (shared)"
    state = each.state.value.replace("_", " ")
    default = "yes" if each.is_default else ""
    return [
        each.id,
        each.platform,
        each.name,
        each.username,
        state,
        connection + shared,
        default,
    ]
