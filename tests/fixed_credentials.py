"""Swonkie's credentials for tests, which never change."""

from provider.swonkie.credentials import SwonkieCredentials
from tests.memory_credentials import MemoryCredentials


class FixedCredentials(MemoryCredentials[SwonkieCredentials]):
    """Implements CredentialSource with one id and fixed keys."""

    def __init__(self, api_id: str, *keys: str) -> None:
        super().__init__(SwonkieCredentials(api_id, keys))
