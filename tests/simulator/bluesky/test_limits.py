"""The limits of the sandbox: sessions, writes and uploads."""

import httpx
import pytest

from simulator.bluesky import BlueskySandbox, SandboxOptions
from tests.bluesky.tids import new_tid
from tests.bluesky.wire_outcomes import INVALID_SWAP, OK, OTHER_CID, Writer, outcome
from tests.wait import wait_until

EXCEEDED = (429, "RateLimitExceeded")


@pytest.fixture
def sandbox_options() -> SandboxOptions:
    """Small limits."""
    return SandboxOptions(
        session_limit=(3, 60), write_limit=(8, 4), upload_limit=(2, 60), blob_limit=10
    )


def log_in(writer: Writer, identifier: str) -> httpx.Response:
    """A new session with the app password."""
    body = {"identifier": identifier, "password": writer.account.app_password}
    return writer.pds.procedure("server.createSession", body=body)


def test_sessions_are_limited_for_each_identifier(own_writer: Writer) -> None:
    """The fourth by DID is refused until the window ends; by handle it is another count."""
    did, handle = own_writer.account.did, own_writer.account.handle
    assert [outcome(log_in(own_writer, did)) for _ in range(4)] == [OK] * 3 + [EXCEEDED]
    refused = log_in(own_writer, did)
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit-Policy"] == "3;w=60"
    assert outcome(log_in(own_writer, handle)) == OK


def test_the_default_is_thirty_sessions_in_five_minutes() -> None:
    """As at Bluesky."""
    assert SandboxOptions().session_limit == (30, 300)


def test_writes_cost_points_also_when_they_fail(own_writer: Writer) -> None:
    """Two puts and a create are 7 of 8 points; after the window there are 8 again."""
    assert outcome(own_writer.put(new_tid())) == OK
    assert outcome(own_writer.put(new_tid(), swapCommit=OTHER_CID)) == INVALID_SWAP
    assert outcome(own_writer.create()) == OK
    refused = own_writer.put(new_tid())
    assert outcome(refused) == EXCEEDED
    assert 0 < int(refused.headers["Retry-After"]) <= 4
    wait_until(lambda: outcome(own_writer.put(new_tid())) == OK, 20)


def test_uploads_are_limited_in_number_and_size(
    sandbox: BlueskySandbox, own_writer: Writer
) -> None:
    """The limit of the size is in describeServer."""
    described = own_writer.pds.query("server.describeServer").json()
    assert described["blobUploadLimit"] == sandbox.options.blob_limit == 10
    assert outcome(own_writer.upload(bytes(11))) == (413, "PayloadTooLarge")
    assert outcome(own_writer.upload(bytes(10))) == OK
    assert outcome(own_writer.upload(bytes(9))) == EXCEEDED
