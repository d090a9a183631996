"""Faults of the sandbox: what the client gets, and whether the call was done."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from simulator.bluesky import BlueskySandbox
from tests.bluesky.pds_client import PdsClient
from tests.bluesky.tids import new_tid
from tests.bluesky.wire_outcomes import OK, Outcome, Writer, outcome
from tests.wait import wait_until

LOST = (httpx.RemoteProtocolError, httpx.ReadError)


def inject(sandbox: BlueskySandbox, kind: str, call: str = "putRecord", **more: Any) -> None:  # noqa: ANN401
    """Make the next call of this name fail."""
    body = {"kind": kind, "call": call, **more}
    answer = httpx.post(f"{sandbox.url}/_simulator/faults", json=body)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("rate_limit", {"seconds": 7}, (429, "RateLimitExceeded")),
        ("server_error", {}, (500, "InternalServerError")),
        ("status", {"status": 502, "error": "UpstreamFailure"}, (502, "UpstreamFailure")),
    ],
)
def test_a_refused_call(
    sandbox: BlueskySandbox,
    own_writer: Writer,
    kind: str,
    more: dict[str, Any],
    expected: Outcome,
) -> None:
    """The status comes, nothing is written, and the next call works."""
    inject(sandbox, kind, **more)
    rkey = new_tid()
    refused = own_writer.put(rkey)
    assert outcome(refused) == expected
    assert refused.headers.get("Retry-After") == ("7" if kind == "rate_limit" else None)
    assert own_writer.get(rkey).status_code == 400
    assert outcome(own_writer.put(rkey)) == OK


@pytest.mark.parametrize(
    ("kind", "done"), [("lost_request", False), ("lost_answer", True), ("hang", False)]
)
def test_a_lost_call(sandbox: BlueskySandbox, own_writer: Writer, kind: str, done: bool) -> None:
    """The connection is closed without an answer; only a lost answer has an effect."""
    inject(sandbox, kind, seconds=0.1)
    rkey = new_tid()
    with pytest.raises(LOST):
        own_writer.put(rkey)
    assert (own_writer.get(rkey).status_code == 200) is done
    calls = httpx.get(f"{sandbox.url}/_simulator/calls").json()
    assert calls["faults"] == {kind: 1}
    assert calls["calls"]["com.atproto.repo.putRecord"] == 1


def test_a_delayed_call_is_done_after_those_that_came_later(
    sandbox: BlueskySandbox, own_writer: Writer
) -> None:
    """So a put can come after a delete, and the ledger has both."""
    rkey = own_writer.put_new()
    inject(sandbox, "delay", seconds=1)
    with ThreadPoolExecutor() as threads:
        late = threads.submit(own_writer.put, rkey, swapRecord=None)
        counts = f"{sandbox.url}/_simulator/calls"
        wait_until(lambda: httpx.get(counts).json()["faults"])
        assert outcome(own_writer.delete(rkey)) == OK
        assert outcome(late.result()) == OK
    writes = httpx.get(f"{sandbox.url}/_simulator/ledger").json()["writes"]
    assert [row["action"] for row in writes] == ["create", "delete", "create"]
    assert {row["rkey"] for row in writes} == {rkey}


def test_a_fault_of_one_account(sandbox: BlueskySandbox, own_writer: Writer) -> None:
    """`subject` is the account of the token; others are spared."""
    inject(sandbox, "server_error", subject=own_writer.account.did)
    with PdsClient(sandbox.url) as client:
        assert outcome(Writer(client, client.create_account()).put(new_tid())) == OK
    assert own_writer.put(new_tid()).status_code == 500


def test_an_outage_ends(sandbox: BlueskySandbox, own_writer: Writer) -> None:
    """Every call is a 503, until the faults are cleared."""
    inject(sandbox, "outage", seconds=60)
    assert own_writer.put(new_tid()).status_code == 503
    httpx.delete(f"{sandbox.url}/_simulator/faults").raise_for_status()
    assert outcome(own_writer.put(new_tid())) == OK


def test_random_faults(sandbox: BlueskySandbox, own_writer: Writer) -> None:
    """A share of the calls fails in the kinds that were asked for."""
    body = {"rate": 0.5, "seed": 3, "kinds": ["server_error"]}
    httpx.put(f"{sandbox.url}/_simulator/faults", json=body).raise_for_status()
    statuses = {own_writer.put(new_tid()).status_code for _ in range(30)}
    assert statuses == {200, 500}


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"kind": "smoke"}, "kind must be one of"),
        ({"kind": "hang", "call": "noSuchCall"}, "there is no call noSuchCall"),
        ({"kind": "hang", "colour": "red"}, "colour is not a known field"),
        ({"kind": "hang", "times": 0}, "times must be at least 1"),
        ({"kind": "outage"}, "seconds is required"),
    ],
)
def test_a_fault_that_there_is_not(
    sandbox: BlueskySandbox, body: dict[str, Any], sentence: str
) -> None:
    """400 with a sentence."""
    answer = httpx.post(f"{sandbox.url}/_simulator/faults", json=body)
    assert answer.status_code == 400
    assert sentence in answer.json()["message"]
