"""Calls that change records (`com.atproto.repo.*`)."""

from typing import Any, Final

from aiohttp import web

from simulator.bluesky.domain.accounts import Account
from simulator.bluesky.domain.record_checks import check_key, prepare_record, validation_status
from simulator.bluesky.domain.repository import ANY_VERSION, Action, Commit, Write
from simulator.bluesky.errors import XrpcError, invalid_request
from simulator.bluesky.routes.authorization import account_of
from simulator.bluesky.routes.bodies import cid, read_object, record_in, text
from simulator.bluesky.state import Call

_POINTS: Final = {Action.CREATE: 3, Action.UPDATE: 2, Action.DELETE: 1}
_MOST_WRITES: Final = 200
_KIND: Final = "com.atproto.repo.applyWrites#"


async def create_record(call: Call) -> web.Response:
    """A new record; 500 if there is one with its key, as the real server."""
    owner = account_of(call)
    body = await read_object(call.request)
    _consume(call, owner, 3)
    account = _own_account(call, owner, body)
    write = _create(account, call, body, "record")
    commit = _commit(call, account, [write], cid(body, "swapCommit"))
    return web.json_response({**_described(account, write), **_committed(commit)})


async def put_record(call: Call) -> web.Response:
    """A record with this content, new or changed; nothing happens if it has it already."""
    owner = account_of(call)
    body = await read_object(call.request)
    _consume(call, owner, 2)
    account = _own_account(call, owner, body)
    key = text(body, "collection"), text(body, "rkey")
    check_key(*key)
    record = prepare_record(*key, record_in(body, "record"))
    swap = None if body.get("swapRecord", "") is None else cid(body, "swapRecord") or ANY_VERSION
    swap_commit = cid(body, "swapCommit")
    current = account.repository.records.get(key)
    write = Write(Action.UPDATE if current else Action.CREATE, key, record, swap)
    # Before anything is compared: so a repeat succeeds.
    if current is not None and current.cid == record.cid:
        return web.json_response(_described(account, write))
    commit = _commit(call, account, [write], swap_commit)
    return web.json_response({**_described(account, write), **_committed(commit)})


async def delete_record(call: Call) -> web.Response:
    """No such record; `{}` without a commit if there was none, and nothing is compared."""
    owner = account_of(call)
    body = await read_object(call.request)
    _consume(call, owner, 1)
    account = _own_account(call, owner, body)
    key = text(body, "collection"), text(body, "rkey")
    check_key(*key)
    write = Write(Action.DELETE, key, swap=cid(body, "swapRecord") or ANY_VERSION)
    swap_commit = cid(body, "swapCommit")
    if key not in account.repository.records:
        return web.json_response({})
    return web.json_response(_committed(_commit(call, account, [write], swap_commit)))


async def apply_writes(call: Call) -> web.Response:
    """Several writes in one commit, or none of them; without any it is an empty commit."""
    owner = account_of(call)
    body = await read_object(call.request)
    given = body.get("writes")
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        raise invalid_request("Expected array value type at $.writes")
    _consume(call, owner, sum(_POINTS.get(_action(item), 0) for item in given))
    account = _own_account(call, owner, body)
    if len(given) > _MOST_WRITES:
        raise invalid_request(f"Too many writes. Max: {_MOST_WRITES}")
    writes = [_prepared(account, call, item) for item in given]
    commit = _commit(call, account, writes, cid(body, "swapCommit"))
    results = [
        {**_described(account, write), "$type": f"{_KIND}{write.action}Result"} for write in writes
    ]
    return web.json_response({**_committed(commit), "results": results})


def _prepared(account: Account, call: Call, item: dict[str, Any]) -> Write:
    action = _action(item)
    if action is Action.CREATE:
        return _create(account, call, item, "value")
    key = text(item, "collection"), text(item, "rkey")
    check_key(*key)
    if action is Action.DELETE:
        return Write(action, key)
    return Write(action, key, prepare_record(*key, record_in(item, "value")))


def _create(account: Account, call: Call, body: dict[str, Any], field: str) -> Write:
    key = text(body, "collection"), body.get("rkey") or account.repository.new_rkey(call.now)
    check_key(*key)
    return Write(Action.CREATE, key, prepare_record(*key, record_in(body, field)))


def _action(item: dict[str, Any]) -> Action:
    try:
        return Action(str(item.get("$type")).removeprefix(_KIND))
    except ValueError:
        raise invalid_request(f"Action not supported: {item.get('$type')}") from None


def _consume(call: Call, account: Account, points: int) -> None:
    # Of the account of the token, also for what is refused later.
    if points:
        call.state.write_limit.consume(account.did, points, call.now)


def _own_account(call: Call, owner: Account, body: dict[str, Any]) -> Account:
    account = call.state.accounts.find(text(body, "repo"))
    if account is None:
        raise XrpcError(403, "AccountNotFound", "Account not found")
    account.check_active()
    if account is not owner:
        raise XrpcError(401, "AuthenticationRequired", "Authentication Required")
    return account


def _commit(call: Call, account: Account, writes: list[Write], swap_commit: str | None) -> Commit:
    commit = account.repository.commit(writes, swap_commit, call.now)
    for write in writes:
        collection, rkey = write.key
        row = {"at": call.now, "did": account.did, "action": write.action}
        uri = f"at://{account.did}/{collection}/{rkey}"
        call.state.ledger.append({**row, "collection": collection, "rkey": rkey, "uri": uri})
    return commit


def _described(account: Account, write: Write) -> dict[str, Any]:
    if write.record is None:
        return {}
    collection, rkey = write.key
    return {
        "uri": f"at://{account.did}/{collection}/{rkey}",
        "cid": write.record.cid,
        "validationStatus": validation_status(collection),
    }


def _committed(commit: Commit) -> dict[str, Any]:
    return {"commit": {"cid": commit.cid, "rev": commit.rev}}
