"""What the commands of `slotbeat org` share: the change, and what they print."""

from collections.abc import Callable

from cli.app_context import open_organization
from cli.output import build_table, console, fail, print_json, print_line
from services import organizations
from services.context import AppContext
from services.errors import ServiceError
from services.organizations import OrganizationView


def change_organization(
    org: str, change: Callable[[AppContext, str], OrganizationView]
) -> OrganizationView:
    """The organization after a change. Ends the command with the sentence of a refusal."""
    with open_organization(org) as (context, id_):
        try:
            return change(context, id_)
        except ServiceError as error:
            fail(error.message)


def print_organization(found: OrganizationView, *, as_json: bool) -> None:
    """Print its state, and name what may still go out."""
    shown = organizations.present_view(found)
    if as_json:
        print_json(shown)
        return
    print_line(f"{shown['name']} ({shown['id']}): {shown['status']}")
    if not found.count:
        return
    print_line(
        f"{found.count:,} deliveries are at their providers, and may still go out; the workers "
        "take them off. What is left after some time needs a person:"
    )
    columns = ["postId", "platform", "account", "at", "status"]
    rows = [[each[name] for name in columns] for each in shown["mayGoOutPosts"]]
    console.print(build_table("May still go out", columns, rows))
