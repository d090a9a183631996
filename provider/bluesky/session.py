"""A session: two tokens, as one text to keep. Pure."""

import base64
import json
from dataclasses import asdict, dataclass, field
from typing import Any, Final

# The life (s) of an access token that does not say its own.
DEFAULT_LIFE: Final = 3600.0
# It is refreshed so long (s) before its end.
MARGIN: Final = 300.0


@dataclass(frozen=True, slots=True)
class Session:
    """The tokens of an account. The access token serves until `renew_at` (s since 1970), by the
    clock of the process that got it: another clock may be wrong."""

    did: str
    handle: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    renew_at: float

    def is_usable(self, now: float, refused: str | None) -> bool:
        """Whether the access token is good at `now`, and not the one that was `refused`."""
        return self.access != refused and now < self.renew_at

    def to_text(self) -> str:
        """The form in which it is kept: a secret."""
        return json.dumps(asdict(self))


def from_text(text: str | None) -> Session | None:
    """The kept session; None for a text that is none."""
    try:
        return Session(**json.loads(text or ""))
    except (ValueError, TypeError):
        return None


def from_answer(body: Any, now: float) -> Session | None:  # noqa: ANN401  (JSON)
    """The session in an answer of the server at `now` (s since 1970); None where there is none."""
    parts = [body.get(name) for name in ("did", "handle", "accessJwt", "refreshJwt")]
    if not all(isinstance(part, str) and part for part in parts):
        return None
    did, handle, access, refresh = parts
    life = _token_life(access)
    return Session(did, handle, access, refresh, now + max(life - MARGIN, life / 2))


def _token_life(token: str) -> float:
    """The life (s) of a token, as it says itself."""
    try:
        encoded = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
        return max(float(claims["exp"]) - float(claims["iat"]), 0.0)
    except (ValueError, TypeError, LookupError):
        return DEFAULT_LIFE
