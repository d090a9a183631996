"""Options and arguments that many commands share. Imports no library that is slow to load."""

from typing import Annotated

import typer

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
OrganizationOption = Annotated[
    str | None, typer.Option("--org", help="Organization, by id or name; needed with several.")
]
OrganizationArgument = Annotated[
    str, typer.Argument(metavar="ORG", help="The organization, by id or name (slotbeat org list).")
]
PostIdArgument = Annotated[
    str,
    typer.Argument(metavar="ID", help="The id of a post, or its beginning (slotbeat posts list)."),
]
