"""Options that many commands have."""

from typing import Annotated

import typer

OrganizationOption = Annotated[
    str | None, typer.Option("--org", help="Organization, by id or name; needed with several.")
]
