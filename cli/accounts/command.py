"""The `slotbeat accounts` group: connect, list and disconnect accounts."""

from typing import Annotated

import typer

from cli.common_options import JsonOption, OrganizationOption
from cli.output import build_table, console, print_json, print_line

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Accounts that posts can go to.")


@app.command()
def connect(  # noqa: PLR0913, PLR0917  (each is an option)
    platform: Annotated[str, typer.Argument(help="The network: bluesky, for example.")],
    handle: Annotated[
        str | None, typer.Option(help="The account's name there; prompted for if absent.")
    ] = None,
    username: Annotated[str | None, typer.Option(help="The user's name on a site.")] = None,
    instance: Annotated[
        str | None, typer.Option(help="The server of the account: mastodon.social, for example.")
    ] = None,
    site: Annotated[str | None, typer.Option(help="The address of the site.")] = None,
    service: Annotated[
        str | None, typer.Option(help="The address of its server, where it is not the usual one.")
    ] = None,
    password_file: Annotated[
        str | None, typer.Option(help="File with the secret; without it a hidden prompt.")
    ] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the secret from standard input.")
    ] = False,
    code_stdin: Annotated[
        bool,
        typer.Option(
            "--code-stdin", help="Read the code that the server's page shows from standard input."
        ),
    ] = False,
    org: OrganizationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Connect an account: the network tries what was entered, and only then it is stored.

    The secret is an app password or access token; it is stored encrypted. Without one, a server
    that can show a code is used on its own page: the command prints the address, and asks for the
    code. An account that was connected before gets the new secret, and its posts go on.

    Example: slotbeat accounts connect bluesky --handle alice.example --password-file alice.password
    """
    from cli.accounts.account_view import account_json
    from cli.accounts.connect_run import connect_form_of, run_connect
    from cli.accounts.form_input import FormOptions
    from cli.app_context import open_organization
    from services.connecting.account_overview import list_overviews

    given = {
        "handle": handle,
        "username": username,
        "instance": instance,
        "site": site,
        "service": service,
    }
    options = FormOptions(given, password_file, password_stdin, code_stdin)
    options.check()
    with open_organization(org) as (context, owner):
        form = connect_form_of(context, platform)
        found = run_connect(context, owner, platform, form, options)
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
