"""The `slotbeat org` group."""

from collections.abc import Mapping
from typing import ClassVar

import typer

from cli.commands import LazyCommand, LazyCommandGroup


class OrganizationGroup(LazyCommandGroup):
    """The commands of the group."""

    entries: ClassVar[Mapping[str, LazyCommand]] = {
        "create": LazyCommand(
            "cli.org.organization_commands:create",
            "Create an organization and print its id and API key.",
        ),
        "list": LazyCommand("cli.org.organization_commands:list_", "List the organizations."),
        "show": LazyCommand(
            "cli.org.organization_commands:show",
            "Show an organization; of one that is switched off, what may still go out.",
        ),
        "rename": LazyCommand(
            "cli.org.organization_commands:rename", "Give an organization another name."
        ),
        "disable": LazyCommand(
            "cli.org.suspend_commands:disable",
            "Switch an organization off: its keys open nothing, and nothing of it goes out.",
        ),
        "enable": LazyCommand(
            "cli.org.suspend_commands:enable",
            "Switch an organization on again.",
        ),
        "export": LazyCommand(
            "cli.org.export_command:export",
            "Write everything of an organization to a folder, without secrets.",
        ),
        "delete": LazyCommand(
            "cli.org.delete_command:delete",
            "Delete an organization, its posts, files, accounts and keys.",
        ),
    }


app = typer.Typer(
    cls=OrganizationGroup,
    no_args_is_help=True,
    add_completion=False,
    help="Organizations: create, list, switch off, export, delete.",
)


@app.callback()
def _group() -> None:
    """Makes it a group for Typer, which sees no command: its class finds them."""
