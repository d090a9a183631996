"""What the caller may do, where its body and not its path says what that is."""

from models.actors import Scope, current_actor
from services.errors import NotAllowed


def require(scope: Scope) -> None:
    """NotAllowed unless whoever makes the change may do such things."""
    actor = current_actor()
    if scope not in actor.scopes:
        raise NotAllowed(scope_problem(actor.name, scope))


def scope_problem(name: str, scope: str) -> str:
    """The sentence for a key without a scope."""
    return f"the API key {name!r} lacks the scope {str(scope)!r}, which this needs"
