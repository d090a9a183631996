"""The confirmation of a deletion, and the wait for its end."""

import sys
import time

import typer

from cli.output import fail
from services import organizations
from services.context import AppContext
from services.errors import NotFound
from services.organizations import OrganizationView

POLL_INTERVAL = 0.5


def confirm_name(context: AppContext, id_: str, name: str | None, *, yes: bool) -> str:
    """The name that was given, or that a person types. Ends the command where there is nobody."""
    if name is not None:
        return name
    stored = organizations.show(context, id_).state.name
    if yes:
        return stored
    if not sys.stdin.isatty():
        fail("--name: is required to confirm, or --yes", code=2)
    answer: str = typer.prompt(f"This deletes {stored!r} for ever. Type its name to confirm")
    return answer


def wait_for_deletion(context: AppContext, id_: str, seconds: int) -> OrganizationView | None:
    """Its state at the end of the wait; None as soon as it is deleted."""
    end = time.monotonic() + seconds
    while True:
        try:
            found = organizations.show(context, id_)
        except NotFound:
            return None
        if time.monotonic() >= end:
            return found
        time.sleep(POLL_INTERVAL)
