"""`Idempotency-Key`: a POST that is sent again is answered again, and does nothing again."""

import asyncio
import hashlib
import json
import logging
import re
import threading
from dataclasses import dataclass, field

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import DBAPIError
from starlette.datastructures import Headers
from starlette.responses import Response

from api.errors import ApiError
from api.middleware import request_state
from models.database import Database
from models.encryption import Cipher, WrongSecretKey
from models.store.tenants import idempotency_keys
from models.store.tenants.idempotency_keys import EncryptedResponse, KeyConflict, RequestLease
from services.errors import invalid_field

log = logging.getLogger(__name__)
HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"
RENEWAL_INTERVAL = idempotency_keys.LEASE_DURATION.total_seconds() / 3
# Answers that may be others the next time, and that changed nothing: they are not kept. A 502 is:
# the post was committed, and its refusal stays its refusal.
_NOT_STORED = (401, 403, 408, 409, 425, 429, 500, 501, 503, 504)
_STORED_HEADERS = ("content-type", "location", "preference-applied")
# What is larger is not kept: of all routes import alone answers so much, and its rows have keys.
MAX_STORED_BYTES = 1 << 20
_KEY = re.compile(r"[\x20-\x7e]{1,255}")


class AlreadyAnswered(Exception):
    """The request was answered before; this is the answer."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


@dataclass(slots=True)
class KeyLease:
    """A key that a request holds, from its claim to its answer."""

    database: Database
    cipher: Cipher
    organization_id: str
    key: str
    fingerprint: str
    claimed: RequestLease
    renewal: "asyncio.Task[None] | None" = None
    # A sign of life that is under way must not cross with the end.
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def row_key(self) -> str:
        """The same for every run of the request under this key, and for nothing else."""
        parts = (self.key, self.fingerprint, self.claimed.since.isoformat())
        return "idem:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]

    def store_response(self, status: int, headers: Headers, body: bytes) -> None:
        """Store the answer, or let the request run again where the answer may be another then."""
        sealed = self._encrypted_response(status, headers, body)
        with self.lock, self.database.write() as session:
            if sealed is None:
                idempotency_keys.release(session, self.organization_id, self.key, self.claimed)
            else:
                answered = EncryptedResponse(status, sealed)
                idempotency_keys.store_response(
                    session, self.organization_id, self.key, self.claimed, answered
                )

    def renew(self) -> bool:
        """A sign of life; False where the key is another's by now."""
        with self.lock:
            with self.database.write() as session:
                renewed = idempotency_keys.renew(
                    session, self.organization_id, self.key, self.claimed
                )
            self.claimed = renewed or self.claimed
        return renewed is not None

    def _encrypted_response(self, status: int, headers: Headers, body: bytes) -> str | None:
        if status in _NOT_STORED or len(body) > MAX_STORED_BYTES:
            return None
        kept = {name: headers[name] for name in _STORED_HEADERS if name in headers}
        text = body.decode("latin-1")  # one character a byte, whatever it is
        return self.cipher.encrypt(json.dumps({"headers": kept, "body": text}))


async def lease_key(
    request: Request, database: Database, cipher: Cipher, organization_id: str
) -> None:
    """Claim the key of a POST that has one.

    Replayed where it was answered; 400 for a key that is none, 409 while the first request is at
    work, 422 for another request with the same key.
    """
    key = _key(request)
    if key is None:
        return
    fingerprint = await _fingerprint(request)

    def claim() -> RequestLease | EncryptedResponse | KeyConflict:
        with database.write() as session:
            return idempotency_keys.claim(session, organization_id, key, fingerprint)

    held = await run_in_threadpool(claim)
    if isinstance(held, KeyConflict):
        raise _conflict_error(held)
    if isinstance(held, EncryptedResponse):
        raise AlreadyAnswered(_response(cipher, held))
    mine = KeyLease(database, cipher, organization_id, key, fingerprint, held)
    mine.renewal = asyncio.create_task(_renew_until_done(mine))
    request_state.get(request).key_lease = mine


def row_key(request: Request) -> str | None:
    """By what a post finds the one that the same request has made before; None without a key."""
    claim = request_state.get(request).key_lease
    return claim.row_key if claim else None


def _key(request: Request) -> str | None:
    if request.method != "POST":
        return None
    found = request.headers.getlist(HEADER)
    if not found:
        return None
    if len(found) > 1 or not _KEY.fullmatch(found[0]):
        raise invalid_field(HEADER, "must be one text of 1 to 255 printable ASCII characters")
    return found[0]


async def _fingerprint(request: Request) -> str:
    """What makes a request the same request.

    A streamed body is not read for it: its length and its type stand for it.
    """
    if request_state.get(request).is_streamed:
        names = ("content-length", "content-type")
        body = "\n".join(request.headers.get(name, "") for name in names).encode()
    else:
        body = await request.body()
    address = f"{request.method}\n{request.url.path}\n{request.url.query}\n"
    return hashlib.sha256(address.encode() + body).hexdigest()


def _conflict_error(refused: KeyConflict) -> ApiError:
    if refused is KeyConflict.BUSY:
        return ApiError(409, f"a request with this {HEADER} is at work; try again", retry_after=1)
    return ApiError(422, f"this {HEADER} came with another request before; take a new one")


def _response(cipher: Cipher, answered: EncryptedResponse) -> Response:
    try:
        kept = json.loads(cipher.decrypt(answered.encrypted))
    except WrongSecretKey:
        sentence = f"the answer to this {HEADER} cannot be read any more: the secret key is another"
        raise ApiError(409, sentence) from None
    body = kept["body"].encode("latin-1")
    return Response(body, answered.status, {**kept["headers"], REPLAYED_HEADER: "true"})


async def _renew_until_done(claim: KeyLease) -> None:
    """Signs of life, as long as the request takes."""
    while True:
        await asyncio.sleep(RENEWAL_INTERVAL)
        try:
            if not await run_in_threadpool(claim.renew):
                return
        except DBAPIError:
            log.warning("the lease of an idempotency key could not be renewed")
