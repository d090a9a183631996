"""How connecting on a server's page ended: the token of the page that says so. Pure.

The server's answer is in the browser's address, and may be a password. So its page is left at once
for another one, whose address holds this token.
"""

from dataclasses import astuple, dataclass, replace
from typing import Final

from models.encryption import Cipher
from services.connecting.connect_link import ConnectLink
from services.connecting.sealed_token import is_fresh, seal, unseal
from services.connecting.store_connection import ConnectedAccounts

RESULT_PATH: Final = "/connect/result"
_PURPOSE: Final = "connect-outcome/1"
# The token must fit into an address: so many accounts, and characters of each text.
MAX_NAMES: Final = 5
MAX_NAME: Final = 50
MAX_PROBLEM: Final = 300


@dataclass(frozen=True, slots=True)
class ConnectOutcome:
    """Who asked, whether by a link, and either the names of the accounts or the `problem`.

    `status`: the HTTP status of the page. `ended_at`: Unix seconds.
    """

    asked: ConnectLink
    has_link: bool
    names: tuple[str, ...]
    problem: str | None
    status: int
    ended_at: float


def name_accounts(found: ConnectedAccounts) -> tuple[str, ...]:
    """The accounts as the page names them."""
    accounts = [each.account for each in found.links]
    return tuple(
        f"{each.name} ({each.username})" if each.username not in ("", each.name) else each.name
        for each in accounts
    )


def encode(outcome: ConnectOutcome, cipher: Cipher) -> str:
    """The token: the outcome, encrypted."""
    names = tuple(each[:MAX_NAME] for each in outcome.names[:MAX_NAMES])
    problem = outcome.problem[:MAX_PROBLEM] if outcome.problem is not None else None
    return seal(_PURPOSE, list(astuple(replace(outcome, names=names, problem=problem))), cipher)


def decode(token: str, cipher: Cipher, now: float) -> ConnectOutcome | None:
    """The outcome of a token; None if the token is invalid or too old."""
    parts = unseal(token, _PURPOSE, 6, cipher)
    if parts is None:
        return None
    link, has_link, names, *rest = parts
    outcome = ConnectOutcome(ConnectLink(*link), has_link, tuple(names), *rest)
    return outcome if is_fresh(outcome.ended_at, now) else None
