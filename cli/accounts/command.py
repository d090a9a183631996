"""The `slotbeat accounts` group: connect, list and disconnect accounts."""

from typing import Annotated

import typer

from cli.common_options import JsonOption, OrganizationOption
from cli.output import build_table, console, fail, print_json, print_line

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
    import asyncio

    from cli.accounts.account_view import account_json
    from cli.accounts.form_input import FormOptions, read_values, refusal_of
    from cli.app_context import open_organization
    from services.connecting.account_overview import list_overviews
    from services.connecting.connect import connect_account
    from services.errors import ValidationFailed

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
        documents = [account_json(each) for each in connected]
        print_json({"connectionId": found.connection_id, "accounts": documents})
        return
    for each in connected:
        print_line(f"Connected: {each.username} on {each.platform} (account {each.id}).")


@app.command(name="list")
def list_(org: OrganizationOption = None, as_json: JsonOption = False) -> None:
    """List the accounts with their state, and the connection that each one belongs to.

    Example: slotbeat accounts list
    """
    from cli.accounts.account_view import account_cells, account_json
    from cli.app_context import open_organization
    from services.connecting.account_overview import list_overviews

    with open_organization(org) as (context, owner), context.database.read() as session:
        listed = list_overviews(session, context, owner)
    if as_json:
        print_json({"accounts": [account_json(each) for each in listed]})
        return
    columns = ["id", "network", "name", "user", "state", "connection", "default"]
    console.print(build_table("Accounts", columns, map(account_cells, listed)))
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
    from cli.accounts.account_view import find_account
    from cli.app_context import open_organization
    from services.connecting.account_overview import list_overviews
    from services.connecting.disconnect import disconnect_account

    with open_organization(org) as (context, owner):
        with context.database.read() as session:
            chosen = find_account(list_overviews(session, context, owner), account)
        disconnect_account(context, owner, chosen.id)
    if as_json:
        print_json({"accountId": chosen.id, "disconnected": True})
        return
    where = f"{chosen.username} on {chosen.platform}"
    print_line(f"Disconnected: {where}. Its posts wait until it is connected again.")
