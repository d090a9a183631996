"""Bluesky's own server passes what every provider without drafts must do, with its sandbox."""

from collections.abc import Iterator

import pytest

from tests.bluesky.answer_loss_proxy import AnswerLossProxy
from tests.extra.bluesky_server import BlueskyPds
from tests.provider.direct.account_contract import AccountContract
from tests.provider.direct.bluesky_account import bluesky_account_at
from tests.provider.direct.fence_contract import FenceContract, OwnIdFenceContract
from tests.provider.direct.files_contract import ContentIdContract, FileContract
from tests.provider.direct.publications_contract import OwnIdContract, PublicationContract
from tests.provider.direct.sandbox import DirectSandbox
from tests.provider.direct.threads_contract import ThreadContract


@pytest.fixture
def direct(bluesky_pds: BlueskyPds) -> Iterator[DirectSandbox]:
    """A new account at the server, with a proxy before it."""
    with AnswerLossProxy(bluesky_pds.url) as proxy:
        yield bluesky_account_at(bluesky_pds, proxy)


class TestPublications(PublicationContract):
    """Publishing once."""


class TestFence(FenceContract):
    """Late publications, and deletes."""


class TestThreads(ThreadContract):
    """Posts that others follow, with files."""


class TestOwnIds(OwnIdContract, OwnIdFenceContract, ContentIdContract):
    """Where we choose the ids, and those of files are made of their bytes."""


class TestFiles(FileContract):
    """Uploads, and posts with files."""


class TestAccount(AccountContract):
    """What is true of an account, whatever is published."""
