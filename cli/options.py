"""Options that many commands have."""

from typing import Annotated

import typer

Org = Annotated[
    str | None, typer.Option("--org", help="Organization, by id or name; needed with several.")
]
