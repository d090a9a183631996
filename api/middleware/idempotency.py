"""`Idempotency-Key`: a POST that is sent again gets the stored response, and does nothing again."""

import asyncio
import hashlib
import json
import logging
import re
import threading
from dataclasses import dataclass, field

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response

from api.errors import ApiError
from api.middleware import request_state
from models.database import Database
from models.database_errors import DATABASE_ERRORS
from models.encryption import Cipher, WrongSecretKey
from models.store import quota_usage
from models.store.tenants import idempotency_keys
from models.store.tenants.idempotency_keys import EncryptedResponse, KeyConflict, RequestLease
from services.errors import invalid_field

log = logging.getLogger(__name__)
HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"
RENEWAL_INTERVAL = idempotency_keys.LEASE_DURATION.total_seconds() / 3
# These responses changed nothing, and a retry may get another one: they are not stored. A 502 is
# stored: the post was committed, and the provider's refusal is final.
_NOT_STORED = (401, 403, 408, 409, 425, 429, 500, 501, 503, 504, 507)
_STORED_HEADERS = ("content-type", "location", "preference-applied")
# Larger responses are not stored. Only imports have such responses, and their rows have keys.
MAX_STORED_BYTES = 64 << 10
# When a request over the quota is worth trying again (s): the oldest keys end all the time.
QUOTA_RETRY_AFTER = 60
# What pydantic reads as true in a query.
TRUE_TEXTS = ("1", "t", "true", "y", "yes", "on")
_KEY = re.compile(r"[\x20-\x7e]{1,255}")


class AlreadyAnswered(Exception):
    """The request was answered before; `response` is the stored response."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


@dataclass(slots=True)
class KeyLease:
    """The lease of a key: held by one request from the claim until its response is stored."""

    database: Database
    cipher: Cipher
    organization_id: str
    key: str
    fingerprint: str
    claimed: RequestLease
    renewal: "asyncio.Task[None] | None" = None
    # A renewal must not overlap with the storing of the response.
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def row_key(self) -> str:
        """The post's row key: the same for every run of this request under this key."""
        parts = (self.key, self.fingerprint, self.claimed.since.isoformat())
        return "idem:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]

    def store_response(self, status: int, headers: Headers, body: bytes) -> None:
        """Store the response; or release the key where a retry may get another response."""
        encrypted = self._encrypted_response(status, headers, body)
        with self.lock, self.database.write() as session:
            if encrypted is None:
                idempotency_keys.release(session, self.organization_id, self.key, self.claimed)
            else:
                response = EncryptedResponse(status, encrypted)
                idempotency_keys.store_response(
                    session, self.organization_id, self.key, self.claimed, response
                )

    def renew(self) -> bool:
        """Renew the lease; False where another request has taken the key over."""
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
        stored_headers = {name: headers[name] for name in _STORED_HEADERS if name in headers}
        text = body.decode("latin-1")  # maps every byte to one character
        return self.cipher.encrypt(json.dumps({"headers": stored_headers, "body": text}))


async def lease_key(
    request: Request, database: Database, cipher: Cipher, organization_id: str, quota: int = 0
) -> None:
    """Lease the key of a POST that has one.

    AlreadyAnswered where a response is stored; 400 for a malformed key, 409 while the first request
    runs, 422 for another request with the same key, 429 where the organization has `quota` keys.
    """
    key = _key(request)
    if key is None:
        return
    fingerprint = await _fingerprint(request)

    def claim() -> RequestLease | EncryptedResponse | KeyConflict:
        with database.write() as session:
            found = idempotency_keys.claim(session, organization_id, key, fingerprint)
            if isinstance(found, RequestLease) and found.is_new and quota:
                _check_quota(quota_usage.count_keys(session, organization_id), quota)
            return found

    result = await run_in_threadpool(claim)
    if isinstance(result, KeyConflict):
        raise _conflict_error(result)
    if isinstance(result, EncryptedResponse):
        raise AlreadyAnswered(_response(cipher, result))
    lease = KeyLease(database, cipher, organization_id, key, fingerprint, result)
    lease.renewal = asyncio.create_task(_renew_until_done(lease))
    request_state.get(request).key_lease = lease


def row_key(request: Request) -> str | None:
    """The key under which the same request finds the post that it made before; None without one."""
    lease = request_state.get(request).key_lease
    return lease.row_key if lease else None


def _key(request: Request) -> str | None:
    found = request.headers.getlist(HEADER)
    if not found or request.method != "POST" or _changes_nothing(request):
        return None
    if len(found) > 1 or not _KEY.fullmatch(found[0]):
        raise invalid_field(HEADER, "must be one text of 1 to 255 printable ASCII characters")
    return found[0]


def _check_quota(keys: int, quota: int) -> None:
    """429, which rolls the claim back, where a new key is one too many."""
    if keys > quota:
        sentence = (
            f"the organization has used {quota} new values of {HEADER} in 24 hours, for which "
            "answers are kept: send less with it, or ask the operator for a larger quota"
        )
        raise ApiError(429, sentence, retry_after=QUOTA_RETRY_AFTER)


def _changes_nothing(request: Request) -> bool:
    """Whether a POST may simply run again: no answer of it is kept."""
    path = request.url.path
    is_dry_run = request.query_params.get("dryRun", "").lower() in TRUE_TEXTS
    return path.endswith("/simulate") or (path.endswith("/import") and is_dry_run)


async def _fingerprint(request: Request) -> str:
    """A hash that is equal for equal requests: method, URL and body.

    A streamed body is not read; its length and type are used instead.
    """
    if request_state.get(request).is_streamed:
        names = ("content-length", "content-type")
        body = "\n".join(request.headers.get(name, "") for name in names).encode()
    else:
        body = await request.body()
    target = f"{request.method}\n{request.url.path}\n{request.url.query}\n"
    return hashlib.sha256(target.encode() + body).hexdigest()


def _conflict_error(conflict: KeyConflict) -> ApiError:
    if conflict is KeyConflict.BUSY:
        return ApiError(409, f"a request with this {HEADER} is at work; try again", retry_after=1)
    return ApiError(422, f"this {HEADER} came with another request before; take a new one")


def _response(cipher: Cipher, stored: EncryptedResponse) -> Response:
    try:
        content = json.loads(cipher.decrypt(stored.encrypted))
    except WrongSecretKey:
        sentence = f"the answer to this {HEADER} cannot be read any more: the secret key is another"
        raise ApiError(409, sentence) from None
    body = content["body"].encode("latin-1")
    return Response(body, stored.status, {**content["headers"], REPLAYED_HEADER: "true"})


async def _renew_until_done(lease: KeyLease) -> None:
    """Renew the lease at intervals until the request ends, which cancels this task."""
    while True:
        await asyncio.sleep(RENEWAL_INTERVAL)
        try:
            if not await run_in_threadpool(lease.renew):
                return
        except DATABASE_ERRORS:
            log.warning("the lease of an idempotency key could not be renewed")
