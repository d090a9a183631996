"""Which scopes of an API key a request needs: by its method and path, so that no route, whether of
the API or of the pages, can forget it. Pure.

GET and HEAD need `read`, every other method `write`. Only what is named here differs.
"""

import re
from collections.abc import Collection
from typing import Final

from api.errors import ApiError
from api.paths import without_organization
from models.actors import ALL_SCOPES, Actor, Scope
from services.permissions import scope_problem
from services.public_urls import API_PREFIX

SAFE_METHODS: Final = ("GET", "HEAD")
# A person's answer to a post that waits for approval.
_APPROVING: Final = re.compile(r"/posts/[^/]+/(approve|reject|request[-_]changes)")
# They do what their body says: `services.permissions` asks for the scope of each action.
_EITHER: Final = re.compile(r"(/posts)?/bulk|/inbox|/approvals")
# Keys can give every right, so only a key that has every right manages them.
_KEYS: Final = re.compile(r"/keys(/.*)?")
# A visitor's own session: whoever may see the pages may leave them.
_SESSIONS: Final = re.compile(r"/sign-out|/sessions(/.*)?")


def check_scopes(actor: Actor, method: str, path: str) -> None:
    """403 that names the scope which the key lacks for this request."""
    missing = missing_scope(actor.scopes, method, path)
    if missing is not None:
        raise ApiError(403, scope_problem(actor.name, missing))


def missing_scope(scopes: Collection[str], method: str, path: str) -> Scope | None:
    """The scope that the request needs and the key lacks; None if it has what it needs."""
    name = without_organization(path).removeprefix(API_PREFIX)
    if _KEYS.fullmatch(name):
        return next((each for each in ALL_SCOPES if each not in scopes), None)
    if method in SAFE_METHODS or _SESSIONS.fullmatch(name):
        needed = [Scope.READ]
    elif _APPROVING.fullmatch(name):
        needed = [Scope.APPROVE]
    elif _EITHER.fullmatch(name):
        needed = [Scope.WRITE, Scope.APPROVE]
    else:
        needed = [Scope.WRITE]
    return None if any(each in scopes for each in needed) else needed[0]
