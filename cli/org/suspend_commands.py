"""`slotbeat org disable|enable`: switch an organization off, and on again."""

from cli.common_options import JsonOption, OrganizationArgument


def disable(org: OrganizationArgument, as_json: JsonOption = False) -> None:
    """Switch an organization off: its keys open nothing, and nothing of it goes out.

    The workers take off what is on a provider's timer; slotbeat org show names what is left.

    Example: slotbeat org disable "Lantern & Loaf"
    """
    from cli.org.organization_view import change_organization, print_organization
    from services import organizations

    found = change_organization(
        org, lambda context, id_: organizations.disable(context, id_, organizations.COMMAND_LINE)
    )
    print_organization(found, as_json=as_json)


def enable(org: OrganizationArgument, as_json: JsonOption = False) -> None:
    """Switch an organization on again. For posts whose slot passed, SLOTBEAT_MISSED_POLICY decides.

    Example: slotbeat org enable "Lantern & Loaf"
    """
    from cli.org.organization_view import change_organization, print_organization
    from services import organizations

    found = change_organization(
        org, lambda context, id_: organizations.enable(context, id_, organizations.COMMAND_LINE)
    )
    print_organization(found, as_json=as_json)
