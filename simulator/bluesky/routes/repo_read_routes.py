"""Calls that read records and blobs, and that upload a blob; reading needs no session."""

import filetype
from aiohttp import web

from simulator.bluesky.domain import tokens
from simulator.bluesky.domain.accounts import Account
from simulator.bluesky.domain.cids import blob_cid
from simulator.bluesky.errors import XrpcError, internal_error, invalid_request
from simulator.bluesky.routes.authorization import account_of, bearer_of
from simulator.bluesky.routes.bodies import read_file, text
from simulator.bluesky.state import Call


async def get_record(call: Call) -> web.Response:
    """One record, at the version that may be asked for."""
    query = dict(call.query)
    account = _readable_account(call, text(query, "repo"))
    collection, rkey = text(query, "collection"), text(query, "rkey")
    record = account.repository.records.get((collection, rkey))
    uri = f"at://{account.did}/{collection}/{rkey}"
    if record is None or record.cid != query.get("cid", record.cid):
        raise invalid_request(f"Could not locate record: {uri}", "RecordNotFound")
    return web.json_response({"uri": uri, "cid": record.cid, "value": record.value})


async def list_records(call: Call) -> web.Response:
    """A page of a collection, the newest key first; `cursor` while there may be more."""
    query = dict(call.query)
    limit, reverse = _limit(query.get("limit", "50")), query.get("reverse") == "true"
    account, collection = _readable_account(call, text(query, "repo")), text(query, "collection")
    records = account.repository.records
    keys = sorted((k for c, k in records if c == collection), reverse=not reverse)
    cursor = query.get("cursor")
    if cursor:
        keys = [key for key in keys if (key > cursor if reverse else key < cursor)]
    found = [
        {
            "uri": f"at://{account.did}/{collection}/{key}",
            "cid": records[collection, key].cid,
            "value": records[collection, key].value,
        }
        for key in keys[:limit]
    ]
    return web.json_response({"records": found, **({"cursor": keys[:limit][-1]} if found else {})})


async def upload_blob(call: Call) -> web.Response:
    """Keep a file; its type is what its first bytes say, or the header's."""
    _check_token(call)
    account = account_of(call)
    account.check_active()
    content, header_type = await read_file(call.request)
    call.state.upload_limit.consume(account.did, 1, call.now)
    if len(content) > call.state.options.blob_limit:
        raise XrpcError(413, "PayloadTooLarge", "request entity too large")
    cid = blob_cid(content)
    blob = account.repository.upload(cid, content, filetype.guess_mime(content) or header_type)
    ref = {"$type": "blob", "ref": {"$link": cid}, "size": len(content)}
    return web.json_response({"blob": {**ref, "mimeType": blob.mime_type}})


async def get_blob(call: Call) -> web.Response:
    """The bytes of a blob that a record refers to."""
    query = dict(call.query)
    account, cid = _synced_account(call, text(query, "did")), text(query, "cid")
    blob = account.repository.blobs.get(cid)
    if blob is None or not blob.permanent:
        raise invalid_request("Blob not found")
    return web.Response(body=blob.content, content_type=blob.mime_type)


async def get_latest_commit(call: Call) -> web.Response:
    """The head of a repository: `{"cid", "rev"}`."""
    head = _synced_account(call, text(dict(call.query), "did")).repository.head
    return web.json_response({"cid": head.cid, "rev": head.rev})


def _readable_account(call: Call, repo: str) -> Account:
    account = call.state.accounts.find(repo)
    if account is None or account.hidden:
        raise invalid_request(f"Could not find repo: {repo}")
    return account


def _synced_account(call: Call, did: str) -> Account:
    account = call.state.accounts.by_did.get(did)
    if account is None:
        raise invalid_request(f"Could not find repo for DID: {did}", "RepoNotFound")
    if account.taken_down:
        raise invalid_request(f"Repo has been takendown: {did}", "RepoTakendown")
    if account.deactivated:
        raise invalid_request(f"Repo has been deactivated: {did}", "RepoDeactivated")
    return account


def _limit(given: str) -> int:
    limit = int(given) if given.isdecimal() else 0
    if not 1 <= limit <= 100:
        raise invalid_request(f"integer out of range (1 to 100, got {given}) at limit")
    return limit


def _check_token(call: Call) -> None:
    # Of all calls, only this one answers a text that is no token with a 500.
    if token := bearer_of(call.request):
        try:
            tokens.read_claims(token)
        except tokens.Malformed:
            raise internal_error() from None
