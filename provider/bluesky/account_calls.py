"""Calls in the name of an account: with its session, which is renewed when it is refused."""

from typing import Any

from provider.bluesky.answers import Answer, to_provider_error
from provider.bluesky.http import BlueskyHttp
from provider.bluesky.sessions import Sessions


class AccountCalls:
    """Calls with the access token of one connection."""

    def __init__(self, http: BlueskyHttp, sessions: Sessions) -> None:
        self._http, self._sessions = http, sessions

    async def call(self, method: str, name: str, **content: Any) -> Any:  # noqa: ANN401  (JSON)
        """The JSON of a call that succeeded, else the provider error."""
        answer = await self.ask(method, name, **content)
        if answer.is_success:
            return answer.body
        raise to_provider_error(answer, repeatable=content.get("repeatable", True))

    async def ask(self, method: str, name: str, **content: Any) -> Answer:  # noqa: ANN401  (JSON)
        """The answer. A refused call did nothing, so it is repeated once with a new token."""
        token = (await self._sessions.current()).access
        answer = await self._http.ask(method, name, token=token, **content)
        if not answer.refuses_token:
            return answer
        renewed = (await self._sessions.current(refused=token)).access
        return await self._http.ask(method, name, token=renewed, **content)
