"""WordPress itself passes what every provider with drafts and without a timer must do, with its
sandbox."""

from collections.abc import Iterator

import pytest

from tests.extra.wordpress_server import NAME, WordPressServer
from tests.provider.direct.account_contract import AccountContract
from tests.provider.direct.files_contract import ContentIdContract, FileContract
from tests.provider.direct.sandbox import DirectSandbox
from tests.provider.drafts.draft_contract import DraftContract
from tests.provider.drafts.wordpress_account import wordpress_account_at
from tests.wordpress.site_proxy import SiteProxy


@pytest.fixture
def direct(wordpress: WordPressServer) -> Iterator[DirectSandbox]:
    """A new user of the site, with a proxy before it."""
    with SiteProxy(wordpress.url) as proxy:
        yield wordpress_account_at(wordpress.admin, proxy, NAME)


class TestDrafts(DraftContract):
    """Creating, finding, changing and publishing."""


class TestFiles(FileContract, ContentIdContract):
    """Uploads, and posts with files."""


class TestAccount(AccountContract):
    """What is true of an account, whatever is published."""
