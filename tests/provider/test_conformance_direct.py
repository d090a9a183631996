"""What every provider without drafts must do, on its sandbox: see `tests/provider/direct/`."""

from collections.abc import Iterator

import pytest

from tests.provider.direct.account_contract import AccountContract
from tests.provider.direct.fence_contract import FenceContract
from tests.provider.direct.files_contract import FileContract
from tests.provider.direct.publications_contract import PublicationContract
from tests.provider.direct.sandbox import DirectSandbox
from tests.provider.direct.sandboxes import DIRECT_SANDBOXES, NewSandbox


@pytest.fixture(scope="module", params=DIRECT_SANDBOXES)
def _running(request: pytest.FixtureRequest) -> Iterator[NewSandbox]:
    """A running server, shared by the tests of this file."""
    with DIRECT_SANDBOXES[request.param]() as new:
        yield new


@pytest.fixture
def direct(_running: NewSandbox) -> DirectSandbox:
    """A new account."""
    return _running()


class TestPublications(PublicationContract):
    """Publishing once."""


class TestFence(FenceContract):
    """Late publications, and deletes."""


class TestFiles(FileContract):
    """Uploads, and posts with files."""


class TestAccount(AccountContract):
    """What is true of an account, whatever is published."""
