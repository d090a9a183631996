"""A new account at the sandbox of Mastodon, for the contracts."""

from typing import Final

from provider.aiohttp_client import HttpClient
from provider.credentials import MemorySession
from provider.protocol import Provider
from provider.registry import PROVIDERS
from simulator.mastodon import MastodonSandbox
from simulator.mastodon.state import HOST
from tests.bluesky.answer_loss_proxy import AnswerLossProxy
from tests.memory_credentials import MemoryCredentials
from tests.provider.direct.sandbox import CallNames, DirectSandbox

# Whatever is done, the account is asked for first.
CALLS: Final = CallNames(
    publish="POST statuses",
    read="GET verify_credentials",
    upload="POST media",
    account="GET verify_credentials",
)
GONE: Final = "1"


class MastodonTestAccount:
    """Implements DirectAccount."""

    platform = "mastodon"

    def __init__(self, sandbox: MastodonSandbox) -> None:
        self._sandbox, self._account = sandbox, sandbox.create_account()
        self.profile_id = f"{self._account.id}@{HOST}"
        self.name = self.username = f"@{self._account.name}@{HOST}"
        self.secret = self._account.token

    def create_provider(self, client: HttpClient, address: str) -> Provider:
        """Mastodon's client, as the registry makes it."""
        kind = PROVIDERS["mastodon"]
        credentials = MemoryCredentials(kind.parse_credentials({"accessToken": self.secret}))
        return kind.create(client, address, credentials, MemorySession())

    def published(self) -> list[str]:
        """The texts of all statuses that are there now."""
        return [each.text for each in self._sandbox.statuses_of(self._account)]

    def count_files(self, text: str) -> int:
        """The number of files of the status with this text."""
        (found,) = [each for each in self._sandbox.statuses_of(self._account) if each.text == text]
        return len(found.media)

    def revoke(self) -> None:
        """The token is refused from now on."""
        del self._sandbox.state.tokens[self.secret]


def mastodon_account_at(sandbox: MastodonSandbox, proxy: AnswerLossProxy) -> DirectSandbox:
    """A new account at the sandbox, which `proxy` stands before."""
    account, limit = MastodonTestAccount(sandbox), sandbox.state.limits.file_bytes
    return DirectSandbox(proxy, account, CALLS, limit, GONE, sandbox.inject, account.count_files)
