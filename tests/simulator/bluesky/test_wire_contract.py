"""The sandbox of Bluesky answers as the real server does: see `tests/bluesky/wire_contract.py`."""

from collections.abc import Iterator

import pytest

from simulator.bluesky import BlueskySandbox
from tests.bluesky import wire_contract
from tests.bluesky.pds_client import BlueskyAccount, PdsClient
from tests.bluesky.wire_outcomes import Writer


@pytest.fixture(scope="module")
def pds() -> Iterator[PdsClient]:
    """A sandbox for all tests of this file."""
    with BlueskySandbox() as sandbox, PdsClient(sandbox.url) as client:
        yield client


@pytest.fixture
def plc_url(pds: PdsClient) -> str:
    """The directory of DIDs, which is part of the sandbox."""
    return pds.url


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
