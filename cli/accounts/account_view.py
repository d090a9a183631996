"""How the commands show accounts, and find one by what a person typed."""

from typing import Any

from cli.output import fail
from services.connecting.account_overview import AccountOverview


def find_account(listed: list[AccountOverview], given: str) -> AccountOverview:
    """The account with this id, or the only one with this user name."""
    found = [each for each in listed if given in (each.id, each.username)]
    if not found:
        fail(f"ACCOUNT: there is no account {given!r} (slotbeat accounts list)")
    if len(found) > 1:
        fail(f"ACCOUNT: {len(found)} accounts are called {given!r}; name one by its id", code=2)
    return found[0]


def account_json(each: AccountOverview) -> dict[str, Any]:
    """An account in the JSON of the commands."""
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


def account_cells(each: AccountOverview) -> list[str]:
    """An account's cells of the table."""
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
