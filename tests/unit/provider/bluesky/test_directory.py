"""Accounts by their handles and DIDs: where they are, and what people read where there is none."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from media.name_lookup import NameNotResolved
from media.safe_transport import AddressNotPublic
from provider.bluesky.directory import ENTRYWAY, Directory, Identity
from provider.errors import GiveUp, ProviderError, Retry

DID = "did:plc:437rr7ssdwwcv35ai57fybuw"
WEB_DID = "did:web:alice.example"
HANDLE = "alice.example"
PDS = "https://pds.example"
RESOLVE = "https://public.api.bsky.app/xrpc/com.atproto.identity.resolveHandle"
AT_PDS = f"{PDS}/xrpc/com.atproto.identity.resolveHandle"
PLC = f"https://plc.directory/{DID}"
AT_HOST = f"https://{HANDLE}/.well-known/atproto-did"
NOT_FOUND = httpx.Response(400, json={"error": "InvalidRequest", "message": "no"})
FOUND = httpx.Response(200, json={"did": DID})
Answers = Mapping[str, httpx.Response | Exception]


def document(did: str = DID, handle: str = HANDLE, server: str | None = PDS) -> httpx.Response:
    """The document of a DID."""
    service = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer"}
    services = [{"id": "#other", "type": "Other", "serviceEndpoint": "https://other.example"}]
    if server is not None:
        services.append({**service, "serviceEndpoint": server})
    names = ["https://alice.example", f"at://{handle}", "at://second.example"]
    body: dict[str, Any] = {"id": did, "alsoKnownAs": names, "service": services}
    return httpx.Response(200, json=body)


def find(
    answers: Answers, typed: str, service: str | None = None, *, allow_private: bool = False
) -> Identity:
    """The account, where these addresses answer so; no other address may be asked."""

    def answer(request: httpx.Request) -> httpx.Response:
        found = answers[str(request.url.copy_with(query=None))]
        if isinstance(found, Exception):
            raise found
        return found

    async def ask() -> Identity:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
            return await Directory(client, allow_private=allow_private).find(typed, service)

    return asyncio.run(ask())


@pytest.mark.parametrize(
    "typed", [HANDLE, f"@{HANDLE}", f" {HANDLE.upper()} ", f"\u202a@{HANDLE}\u202c"]
)
def test_a_handle_leads_to_the_server(typed: str) -> None:
    """A handle, as it is typed or copied, leads to the DID and to the server of its document."""
    assert find({RESOLVE: FOUND, PLC: document()}, typed) == Identity(DID, HANDLE, PDS)


def test_a_did_needs_no_handle() -> None:
    """A DID leads to its document; the handle is the first one there, or the DID itself."""
    assert find({PLC: document()}, DID) == Identity(DID, HANDLE, PDS)
    assert find({PLC: document(handle="no handle")}, DID) == Identity(DID, DID, PDS)


def test_a_did_of_a_host() -> None:
    """A did:web has its document on its own host."""
    address = f"https://{HANDLE}/.well-known/did.json"
    assert find({address: document(WEB_DID)}, WEB_DID) == Identity(WEB_DID, HANDLE, PDS)


def test_the_own_host_knows_a_handle() -> None:
    """A handle that the public API does not know, or cannot be asked for, is asked at its host."""
    host = httpx.Response(200, text=f"{DID}\n")
    for public in (NOT_FOUND, httpx.Response(503), httpx.ConnectError("no")):
        found = find({RESOLVE: public, AT_HOST: host, PLC: document()}, HANDLE)
        assert found == Identity(DID, HANDLE, PDS)


def test_a_server_that_the_person_names() -> None:
    """A server that is given is asked for the handle, and is the account's server; Bluesky's
    sign-in host is none."""
    server = "https://other.example"
    answers = {f"{server}/xrpc/com.atproto.identity.resolveHandle": FOUND, PLC: document()}
    assert find(answers, HANDLE, f"{server}/a?b").server == server
    assert find({RESOLVE: FOUND, PLC: document()}, HANDLE, f"{ENTRYWAY}/").server == PDS
    private = "http://127.0.0.1:2583"
    answers = {f"{private}/xrpc/com.atproto.identity.resolveHandle": FOUND, PLC: document()}
    assert find(answers, HANDLE, private, allow_private=True).server == private


@pytest.mark.parametrize(
    ("answers", "typed", "service", "sentence"),
    [
        ({}, "alice", None, "is no handle"),
        ({}, "a b.example", None, "is no handle"),
        ({}, "did:key:z6Mk", None, "is no DID"),
        ({}, "did:web:alice.example:path", None, "is no DID"),
        ({}, HANDLE, "http://pds.example", "the server must be an https:// address"),
        ({}, HANDLE, "https://127.0.0.1", "the server must lead to a public address"),
        ({}, HANDLE, "pds.example", "the server must be an https:// address"),
        ({AT_PDS: NOT_FOUND}, HANDLE, PDS, "no account with the handle alice.example"),
        ({RESOLVE: NOT_FOUND, AT_HOST: httpx.Response(404)}, HANDLE, None, "check its spelling"),
        ({RESOLVE: NOT_FOUND, AT_HOST: httpx.ConnectError("")}, HANDLE, None, "its spelling"),
        ({RESOLVE: NOT_FOUND, AT_HOST: AddressNotPublic()}, HANDLE, None, "a public address"),
        ({RESOLVE: FOUND, PLC: document(handle="bob.example")}, HANDLE, None, "does not have"),
        ({PLC: httpx.Response(404, json={"message": "no"})}, DID, None, "there is no account"),
        ({PLC: document(server=None)}, DID, None, "names no server"),
        ({PLC: document(server="http://10.0.0.1")}, DID, None, "must be an https:// address"),
        ({PLC: document(server="https://10.0.0.1")}, DID, None, "must lead to a public address"),
    ],
)
def test_a_person_reads_what_is_wrong(
    answers: Answers, typed: str, service: str | None, sentence: str
) -> None:
    """What cannot be an account, or is none, is named in a sentence."""
    with pytest.raises(GiveUp, match=sentence):
        find(answers, typed, service)


@pytest.mark.parametrize(
    ("answers", "service"),
    [
        ({RESOLVE: httpx.Response(503), AT_HOST: httpx.Response(404)}, None),
        ({RESOLVE: httpx.ConnectError("no"), AT_HOST: NameNotResolved()}, None),
        ({AT_PDS: httpx.Response(200, html="<html>")}, PDS),
        ({AT_PDS: NameNotResolved()}, PDS),
        ({RESOLVE: FOUND, PLC: httpx.Response(500)}, None),
        ({RESOLVE: FOUND, PLC: httpx.ReadTimeout("no")}, None),
        ({RESOLVE: FOUND, PLC: document(WEB_DID)}, None),
        ({RESOLVE: FOUND, PLC: httpx.Response(200, content=b"[]")}, None),
    ],
)
def test_what_cannot_be_found_out_now_is_no_proof(answers: Answers, service: str | None) -> None:
    """A server that does not answer, or not as it should, does not say that there is no account."""
    with pytest.raises(ProviderError) as failure:
        find(answers, HANDLE, service)
    assert type(failure.value) is Retry
