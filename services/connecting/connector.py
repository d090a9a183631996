"""Tries at a provider what a person entered, with a deadline and few tries at once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, TypeVar
from weakref import WeakValueDictionary

from provider.connect_form import (
    Authorization,
    AuthorizationPage,
    ConnectForm,
    NewConnection,
)
from provider.errors import ProviderError
from services.connecting.entered_values import check_values, is_web_address
from services.connecting.provider_refusals import explain_refusal
from services.errors import ProviderUnavailable, invalid_field

if TYPE_CHECKING:
    from provider.registry import ProviderType
    from services.connecting.client_pool import ClientPool

Result = TypeVar("Result")

# A call, and the connection to its server (s).
CALL_TIMEOUT: Final = 10.0
CONNECT_TIMEOUT: Final = 5.0
# The whole try, with the wait for its turn (s).
DEADLINE: Final = 20.0
# Tries of one organization at the same time, in this process.
TRIES_AT_ONCE: Final = 3


class Connector:
    """One in each process. `allow_private`: servers may have private addresses; `providers`: these,
    instead of all.

    The providers are imported with the first question: most commands never ask one.
    """

    def __init__(
        self,
        providers: "Mapping[str, ProviderType] | None" = None,
        *,
        allow_private: bool = False,
        deadline: float = DEADLINE,
    ) -> None:
        self._given, self._allow_private = providers, allow_private
        self._deadline = deadline
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    def form_for(self, platform: str) -> tuple[str, ConnectForm] | None:
        """The provider that people connect accounts of a network with directly, and its form."""
        from provider.registry import connect_form_for  # noqa: PLC0415  (see the class)

        return connect_form_for(platform, self._providers)

    def platforms(self) -> list[str]:
        """The networks that have a form, in order."""
        forms = [each.connect_form for each in self._providers.values()]
        return sorted({name for form in forms if form for name in form.platforms})

    def has_form(self, provider: str) -> bool:
        """Whether people connect accounts at this provider with a form."""
        kind = self._providers.get(provider)
        return kind is not None and kind.connect_form is not None

    async def try_values(
        self, organization_id: str, platform: str, values: Mapping[str, str]
    ) -> tuple[str, NewConnection]:
        """The provider, and what it opened for these values. ValidationFailed where they are wrong,
        ProviderUnavailable where that cannot be found out now."""
        provider, form = self._require_form(platform)
        entered = check_values(form.fields, values)
        found = await self._try(organization_id, lambda pool: form.connect(entered, pool))
        return provider, _require_profiles(found)

    async def begin(
        self, organization_id: str, platform: str, values: Mapping[str, str], callback: str | None
    ) -> AuthorizationPage:
        """The server's page for a person who entered these values; errors as for `try_values`.
        `callback`: our address to come back to, with a state; None: the server shows a code."""
        _, form = self._require_form(platform)
        authorization = _require_authorization(form)
        entered = check_values(authorization.fields, values)
        page = await self._try(
            organization_id, lambda pool: authorization.begin(entered, callback, pool)
        )
        if not is_web_address(page.url, allow_http=self._allow_private):
            raise invalid_field("credentials", "lead to a server that names no https:// page")
        return page

    async def finish(
        self,
        organization_id: str,
        platform: str,
        pending: Mapping[str, str],
        answer: Mapping[str, str],
    ) -> tuple[str, NewConnection]:
        """The provider, and what the server opened for its own answer; errors as for
        `try_values`."""
        provider, form = self._require_form(platform)
        finish = _require_authorization(form).finish
        found = await self._try(organization_id, lambda pool: finish(pending, answer, pool))
        return provider, _require_profiles(found)

    def _require_form(self, platform: str) -> tuple[str, ConnectForm]:
        found = self.form_for(platform)
        if found is None:
            raise invalid_field("credentials", f"{platform} has no form to connect with")
        return found

    @property
    def _providers(self) -> "Mapping[str, ProviderType]":
        from provider.registry import PROVIDERS  # noqa: PLC0415  (see the class)

        return PROVIDERS if self._given is None else self._given

    async def _try(
        self, organization_id: str, call: "Callable[[ClientPool], Awaitable[Result]]"
    ) -> Result:
        """The result of a provider's function, within the deadline; its errors are explained."""
        try:
            async with asyncio.timeout(self._deadline), self._turn(organization_id):
                return await self._call(call)
        except ProviderError as error:
            # Its cause may hold a request with a password: it is not kept.
            raise explain_refusal(error) from None
        except TimeoutError:
            sentence = f"the server did not answer within {self._deadline:g} s; try again"
            raise ProviderUnavailable(sentence) from None

    async def _call(self, call: "Callable[[ClientPool], Awaitable[Result]]") -> Result:
        import httpx  # noqa: PLC0415  (see the class)

        from services.connecting.client_pool import ClientPool  # noqa: PLC0415

        timeout = httpx.Timeout(CALL_TIMEOUT, connect=CONNECT_TIMEOUT)
        async with ClientPool(timeout, allow_private=self._allow_private) as pool:
            return await call(pool)

    @asynccontextmanager
    async def _turn(self, organization_id: str) -> AsyncIterator[None]:
        # The dictionary holds a semaphore as long as somebody uses it.
        fresh = asyncio.Semaphore(TRIES_AT_ONCE)
        turns = self._turns.setdefault(organization_id, fresh)
        async with turns:
            yield


def _require_authorization(form: ConnectForm) -> Authorization:
    if form.authorization is None:
        raise invalid_field("credentials", "are typed: the network has no page to allow it on")
    return form.authorization


def _require_profiles(found: NewConnection) -> NewConnection:
    if not found.profiles:
        raise invalid_field("credentials", "open no account that can be posted to")
    return found
