"""What we know of Bluesky's own server is true: see `tests/bluesky/wire_contract.py`."""

import pytest

from tests.bluesky import wire_contract
from tests.bluesky.pds_client import BlueskyAccount, PdsClient
from tests.bluesky.wire_outcomes import Writer
from tests.extra.bluesky_server import BlueskyPds


@pytest.fixture
def pds(bluesky_pds: BlueskyPds) -> PdsClient:
    """The server of this test session."""
    return bluesky_pds


@pytest.fixture
def plc_url(bluesky_pds: BlueskyPds) -> str:
    """Its directory of DIDs."""
    return bluesky_pds.plc_url


@pytest.fixture
def account(pds: PdsClient) -> BlueskyAccount:
    """A new account."""
    return pds.create_account()


@pytest.fixture
def writer(pds: PdsClient, account: BlueskyAccount) -> Writer:
    """Writes to a new account."""
    return Writer(pds, account)


class TestSessions(wire_contract.SessionContract):
    """Sessions and app passwords."""


class TestStanding(wire_contract.StandingContract):
    """An account's standing, and what there is to know of it."""


class TestWrites(wire_contract.WriteContract):
    """Writing records."""


class TestRecords(wire_contract.RecordContract):
    """What may stand in records."""


class TestBlobs(wire_contract.BlobContract):
    """Files, and references to them."""
