"""What every provider without drafts must do, on its sandbox: see `tests/provider/direct/`."""

from tests.provider.direct.account_contract import AccountContract
from tests.provider.direct.fence_contract import FenceContract
from tests.provider.direct.files_contract import FileContract
from tests.provider.direct.publications_contract import PublicationContract


class TestPublications(PublicationContract):
    """Publishing once."""


class TestFence(FenceContract):
    """Late publications, and deletes."""


class TestFiles(FileContract):
    """Uploads, and posts with files."""


class TestAccount(AccountContract):
    """What is true of an account, whatever is published."""
