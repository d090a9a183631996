"""What every provider without drafts must do, on its sandbox: see `tests/provider/direct/`."""

from collections.abc import Iterator

import pytest

from tests.provider.direct.account_contract import AccountContract
from tests.provider.direct.fence_contract import FenceContract, OwnIdFenceContract
from tests.provider.direct.files_contract import ContentIdContract, FileContract
from tests.provider.direct.publications_contract import OwnIdContract, PublicationContract
from tests.provider.direct.sandbox import DirectSandbox
from tests.provider.direct.sandboxes import DIRECT_SANDBOXES, OWN_ID_SANDBOXES


class TestPublications(PublicationContract):
    """Publishing once."""


class TestFence(FenceContract):
    """Late publications, and deletes."""


class TestOwnIds(OwnIdContract, OwnIdFenceContract, ContentIdContract):
    """Where we choose the ids, and those of files are made of their bytes."""

    @pytest.fixture(params=OWN_ID_SANDBOXES)
    def direct(self, request: pytest.FixtureRequest) -> Iterator[DirectSandbox]:
        """A new account at such a provider."""
        with DIRECT_SANDBOXES[request.param]() as new:
            yield new()


class TestFiles(FileContract):
    """Uploads, and posts with files."""


class TestAccount(AccountContract):
    """What is true of an account, whatever is published."""
