"""A new user of a WordPress site, real or sandbox, for the contracts."""

import html
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from provider.aiohttp_client import HttpClient
from provider.credentials import MemorySession
from provider.protocol import Provider
from provider.registry import PROVIDERS
from tests.memory_credentials import MemoryCredentials
from tests.provider.direct.sandbox import CallNames, DirectSandbox
from tests.provider.drafts.draft_tester import DraftTester
from tests.wordpress.site_admin import SiteAdmin
from tests.wordpress.site_proxy import SiteProxy

CALLS: Final = CallNames(
    publish="update_post", read="list_posts", upload="create_media", account="get_me"
)
# No file of random bytes is a photo.
FILE_LIMIT: Final = 100
GONE: Final = "999999999"


class WordPressTestAccount:
    """Implements DirectAccount."""

    platform = "wordpress"

    def __init__(self, site: SiteAdmin, name: str, role: str) -> None:
        self.site, self.name = site, name
        self.user = site.create_user(role)
        self._home = site.api.removesuffix("/wp-json")
        place = self._home.partition("://")[2]
        self.profile_id = f"{self.user.id}@{place}"
        self.username, self.secret = self.user.username, self.user.password

    def create_provider(self, client: HttpClient, address: str) -> Provider:
        """WordPress's client, as the registry makes it."""
        kind = PROVIDERS["wordpress"]
        fields = {
            "site": self._home,
            "username": self.user.username,
            "applicationPassword": self.secret,
        }
        api = address if address.endswith("/wp-json") else f"{address}/wp-json"
        source = MemoryCredentials(kind.parse_credentials(fields))
        return kind.create(client, api, source, MemorySession())

    def published(self) -> list[str]:
        """The titles of all posts that are public now."""
        found = self.site.posts(self.user, "publish")
        return [html.unescape(each["title"]["raw"]) for each in found]

    def revoke(self) -> None:
        """Revoke the application password."""
        self.site.revoke(self.user)


def wordpress_account_at(
    site: SiteAdmin,
    proxy: SiteProxy,
    name: str,
    inject: Callable[..., Any] | None = None,
    role: str = "author",
) -> DirectSandbox:
    """A new user of a site, which `proxy` stands before."""
    account = WordPressTestAccount(site, name, role)
    if inject is not None:  # the administrator sees no faults
        inject = partial(inject, subject=account.user.username)
    return DirectSandbox(proxy, account, CALLS, FILE_LIMIT, GONE, inject, tester=DraftTester)
