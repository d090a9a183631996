"""What `slotbeat accounts connect` does: with a secret, or with a code of the server's page."""

import asyncio

from cli.accounts.form_input import FormOptions, read_values, refusal_of
from cli.accounts.server_page import connect_with_code, name_our_page, shows_code
from cli.output import fail
from provider.connect_form import ConnectForm
from services.connecting.connect import connect_account
from services.connecting.store_connection import ConnectedAccounts
from services.context import AppContext
from services.errors import ValidationFailed


def connect_form_of(context: AppContext, platform: str) -> ConnectForm:
    """The form of a network; the command ends with code 2 if it has none."""
    found = context.connector.form_for(platform)
    if found is None:
        known = ", ".join(context.connector.platforms()) or "none yet"
        fail(f"PLATFORM: must be a network that is connected directly ({known})", code=2)
    return found[1]


def run_connect(
    context: AppContext,
    organization_id: str,
    platform: str,
    form: ConnectForm,
    options: FormOptions,
) -> ConnectedAccounts:
    """Connect; a refusal ends the command with the option that it is about."""
    if form.authorization is not None and shows_code(form, options):
        fields = form.authorization.fields
        values = read_values(fields, options)
        try:
            return connect_with_code(context, organization_id, platform, values, options)
        except ValidationFailed as error:
            refusal_of(error, fields)
    if not options.has_secret:
        name_our_page(context, organization_id, platform, form)
    values = read_values(form.fields, options)
    try:
        return asyncio.run(connect_account(context, organization_id, platform, values))
    except ValidationFailed as error:
        refusal_of(error, form.fields)
