"""DID documents: which handles an account has, and where its server is. Pure.

https://atproto.com/specs/did
"""

import re
from typing import Any, Final

PLC: Final = re.compile(r"did:plc:[a-z2-7]{24}")
# A host name, with a port for tests only.
WEB: Final = re.compile(r"did:web:([a-z0-9-]+(?:\.[a-z0-9-]+)*(?:%3A[0-9]{1,5})?)")
HANDLE: Final = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
)
SERVER_ID: Final = "#atproto_pds"
SERVER_TYPE: Final = "AtprotoPersonalDataServer"


def document_address(did: str, plc: str) -> str | None:
    """Where the document of a DID is; None for a text that is no DID that accounts have. `plc`: the
    address of the directory of did:plc."""
    if PLC.fullmatch(did):
        return f"{plc.rstrip('/')}/{did}"
    host = WEB.fullmatch(did)
    return f"https://{host[1].replace('%3A', ':')}/.well-known/did.json" if host else None


def first_handle(document: Any) -> str | None:  # noqa: ANN401  (JSON)
    """The handle that a document names: the first one counts; None where it names none."""
    names = document.get("alsoKnownAs")
    for name in names if isinstance(names, list) else ():
        if isinstance(name, str) and name.startswith("at://"):
            handle = name.removeprefix("at://").lower()
            return handle if HANDLE.fullmatch(handle) else None
    return None


def server_address(document: Any, did: str) -> str | None:  # noqa: ANN401  (JSON)
    """The address of the account's server; None where the document names none."""
    services = document.get("service")
    for service in services if isinstance(services, list) else ():
        if not isinstance(service, dict) or service.get("type") != SERVER_TYPE:
            continue
        address = service.get("serviceEndpoint")
        if service.get("id") in (SERVER_ID, did + SERVER_ID) and isinstance(address, str):
            return address
    return None
