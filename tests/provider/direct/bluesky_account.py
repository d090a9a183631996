"""A new account at Bluesky's server, real or sandbox, for the contracts."""

from collections.abc import Callable
from typing import Any, Final

from provider.aiohttp_client import HttpClient
from provider.credentials import MemorySession
from provider.protocol import Provider
from provider.registry import PROVIDERS
from tests.bluesky.answer_loss_proxy import AnswerLossProxy
from tests.bluesky.pds_client import BlueskyAccount, PdsClient
from tests.memory_credentials import MemoryCredentials
from tests.provider.direct.sandbox import CallNames, DirectSandbox

CALLS: Final = CallNames(
    publish="applyWrites", read="getRecord", upload="uploadBlob", account="getSession"
)
# What a server takes unless told otherwise.
FILE_LIMIT: Final = 5 * 1024 * 1024
GONE: Final = f"bafkrei{'a' * 52} 3 image/jpeg"


class BlueskyTestAccount:
    """Implements DirectAccount."""

    platform = "bluesky"

    def __init__(self, pds: PdsClient, account: BlueskyAccount) -> None:
        self._pds, self._account = pds, account
        self.profile_id, self.name = account.did, account.handle
        self.username = account.handle
        self.secret = account.app_password
        self._sessions = MemorySession()

    def create_provider(self, client: HttpClient, address: str) -> Provider:
        """Bluesky's client, as the registry makes it."""
        kind = PROVIDERS["bluesky"]
        fields = {"did": self.profile_id, "appPassword": self.secret}
        credentials = MemoryCredentials(kind.parse_credentials(fields))
        return kind.create(client, address, credentials, self._sessions)

    def published(self) -> list[str]:
        """The texts of all posts that are public now."""
        return [each["value"]["text"] for each in self._pds.list_records(self.profile_id)]

    def count_files(self, text: str) -> int:
        """The number of images of the public post with this text."""
        values = [each["value"] for each in self._pds.list_records(self.profile_id)]
        (found,) = [each for each in values if each["text"] == text]
        return len(found.get("embed", {}).get("images", []))

    def revoke(self) -> None:
        """Revoke the app password, and forget the session: it would serve until it ends."""
        self._pds.revoke_app_password(self._account)
        self._sessions.session = None


def bluesky_account_at(
    pds: PdsClient, proxy: AnswerLossProxy, inject: Callable[..., Any] | None = None
) -> DirectSandbox:
    """A new account at a server, which `proxy` stands before."""
    account = BlueskyTestAccount(pds, pds.create_account())
    return DirectSandbox(proxy, account, CALLS, FILE_LIMIT, GONE, inject, account.count_files)
