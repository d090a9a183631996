"""Finds an account: from a handle or a DID, as people type it, to its DID and its server.

https://atproto.com/specs/handle
"""

import re
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import httpx

from media.name_lookup import NameNotResolved
from media.safe_transport import AddressNotPublic
from media.urls import INVISIBLE, endpoint_url_problem
from provider.aiohttp_client import HttpClient
from provider.bluesky.did_documents import (
    HANDLE,
    document_address,
    first_handle,
    server_address,
)
from provider.errors import GiveUp, Retry

PLC_DIRECTORY: Final = "https://plc.directory"
# Knows the handles of all accounts that it has seen, among them all under bsky.social.
PUBLIC_API: Final = "https://public.api.bsky.app"
# People sign in here, but the accounts are on other servers.
ENTRYWAY: Final = "https://bsky.social"
MAX_DID_LENGTH: Final = 2048
_INVISIBLE: Final = re.compile(f"[{INVISIBLE}]")


@dataclass(frozen=True, slots=True)
class Identity:
    """An account: its DID, its handle (the DID where it has no valid one), and the address of its
    server."""

    did: str
    handle: str
    server: str


class Directory:
    """`client` must be one for addresses that people typed: it connects to public addresses only,
    unless `allow_private`, and limits the size of a response. `plc`: the directory of did:plc."""

    def __init__(
        self,
        client: HttpClient,
        *,
        plc: str = PLC_DIRECTORY,
        public_api: str = PUBLIC_API,
        allow_private: bool = False,
    ) -> None:
        self._client, self._plc, self._public_api = client, plc, public_api
        self._allow_private = allow_private

    async def find(self, typed: str, service: str | None = None) -> Identity:
        """The account with this handle or DID. `service`: the address of its server, where the
        person knows it. GiveUp, with a sentence for the person, where there is no such account;
        Retry if that cannot be found out now."""
        name = _normalize(typed)
        known = self._check_server(service) if service else None
        known = None if known == ENTRYWAY else known
        did = name if name.startswith("did:") else await self._resolve(name, known)
        if known is not None:  # signing in there proves the rest, and needs no directory
            return Identity(did, name, known)
        document = await self._document(did)
        handle = first_handle(document)
        if name not in (did, handle):
            raise GiveUp(f"the handle {name} leads to {did}, which does not have this handle")
        server = server_address(document, did)
        if server is None:
            raise GiveUp(f"the account {did} names no server; enter the server's address too")
        return Identity(did, handle or did, self._check_server(server))

    def _check_server(self, address: str) -> str:
        """The address without a path; GiveUp if it cannot be one."""
        problem = endpoint_url_problem(address, allow_private=self._allow_private)
        if problem is not None:
            raise GiveUp(f"the server {problem}")
        url = httpx.URL(address)
        return f"{url.scheme}://{url.netloc.decode('ascii')}"

    async def _resolve(self, handle: str, server: str | None) -> str:
        """The DID of a handle, from the first who knows it; the document is checked afterwards."""
        if not HANDLE.fullmatch(handle):
            raise GiveUp(f"{handle!r} is no handle; it looks like alice.bsky.social")
        failure = None
        for ask in self._lookups(handle, server):
            try:
                did = await ask
            except Retry as error:
                did, failure = None, error
            if did is not None:
                return did
        unknown = f"there is no account with the handle {handle}; check its spelling"
        raise failure or GiveUp(unknown)

    def _lookups(self, handle: str, server: str | None) -> Iterator[Awaitable[str | None]]:
        """A server that the person named knows its accounts. The others may not know this one."""
        if server is not None:
            yield self._ask_server(server, handle)
            return
        yield self._ask_server(self._public_api, handle)
        yield self._ask_host(handle)

    async def _ask_server(self, address: str, handle: str) -> str | None:
        url = f"{address.rstrip('/')}/xrpc/com.atproto.identity.resolveHandle"
        response = await self._get(url, {"handle": handle})
        found = _parse_object(response)
        if "error" in found and response.status_code == 400:
            return None
        did = found.get("did")
        if not response.is_success or not isinstance(did, str):
            raise Retry(f"{address} answered {response.status_code}", response.status_code)
        return did

    async def _ask_host(self, handle: str) -> str | None:
        """What the handle's own host says. Most hosts are no web servers at all."""
        try:
            response = await self._get(f"https://{handle}/.well-known/atproto-did")
        except Retry:
            return None
        did = response.text[:MAX_DID_LENGTH].strip() if response.is_success else ""
        return did if did.startswith("did:") else None

    async def _document(self, did: str) -> dict[str, Any]:
        url = document_address(did, self._plc)
        if url is None:
            raise GiveUp(f"{did!r} is no DID of an account; it looks like did:plc:…")
        response = await self._get(url)
        document = _parse_object(response)
        if response.status_code in (404, 410):
            raise GiveUp(f"there is no account {did}")
        if not response.is_success or document.get("id") != did:
            raise Retry(f"the document of {did} cannot be read now", response.status_code)
        return document

    async def _get(self, url: str, params: dict[str, str] | None = None) -> httpx.Response:
        host = httpx.URL(url).host
        try:
            return await self._client.request("GET", url, params=params)
        except AddressNotPublic as error:
            raise GiveUp(f"{host} must lead to a public address") from error
        except (httpx.RequestError, NameNotResolved) as error:
            raise Retry(f"{host} cannot be reached ({error or type(error).__name__})") from error


def _normalize(typed: str) -> str:
    """Without the @, the case, and the invisible characters that come along when a name is
    copied."""
    name = _INVISIBLE.sub("", typed).strip()
    return name if name.startswith("did:") else name.removeprefix("@").lower()


def _parse_object(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
