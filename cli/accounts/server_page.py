"""Connects an account on the server's own page: prints its address, and takes the code that it
shows; or says where our page leads there."""

import asyncio
import time
from collections.abc import Mapping

import typer

from cli.accounts import form_input
from cli.accounts.form_input import SECRET_OPTIONS, FormOptions
from cli.output import fail
from provider.connect_form import ConnectForm
from services.connecting import connect_link
from services.connecting.authorize import begin_authorization, finish_authorization
from services.connecting.connect_link import ConnectLink
from services.connecting.store_connection import ConnectedAccounts
from services.context import AppContext

CODE_OPTION = "--code-stdin"


def shows_code(form: ConnectForm, options: FormOptions) -> bool:
    """Whether the person connects with a code: no secret was given, and the server can show one.
    The command ends with code 2 where the options cannot be met."""
    can_show = form.authorization is not None and form.authorization.has_code
    if options.code_stdin and not can_show:
        fail(f"{CODE_OPTION}: this network shows no code; use {SECRET_OPTIONS}", code=2)
    if not can_show or options.has_secret:
        return False
    if not options.code_stdin and not form_input.has_terminal():
        which = f"{SECRET_OPTIONS}, {CODE_OPTION}"
        fail(f"{which}: one is required, because there is no terminal to ask on", code=2)
    return True


def connect_with_code(
    context: AppContext,
    organization_id: str,
    platform: str,
    values: Mapping[str, str],
    options: FormOptions,
) -> ConnectedAccounts:
    """Print the address of the server's page, read the code, and connect."""
    asked = ConnectLink(organization_id, platform, None, time.time())
    begun = asyncio.run(begin_authorization(context, asked, values, None, has_link=False))
    typer.echo("Open this page, sign in, allow the access, and copy the code:", err=True)
    typer.echo(begun.url, err=True)
    if options.code_stdin:
        code = form_input.read_stdin(CODE_OPTION)
    else:
        code = typer.prompt("Code", hide_input=True, err=True).strip()
    return asyncio.run(finish_authorization(context, begun.authorization, {"code": code}))


def name_our_page(
    context: AppContext, organization_id: str, platform: str, form: ConnectForm
) -> None:
    """Say where a browser connects without a secret that is typed, if browsers can reach us."""
    if form.authorization is None or context.public_url is None:
        return
    link = ConnectLink(organization_id, platform, None, time.time())
    token = connect_link.encode(link, context.cipher)
    typer.echo("You can connect on the server's own page too, within 15 minutes:", err=True)
    typer.echo(connect_link.link_url(context.public_url, token), err=True)
