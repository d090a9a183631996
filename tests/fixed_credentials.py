"""Credentials for tests that never change."""

from provider.swonkie.credentials import SwonkieCredentials


class FixedCredentials:
    """Implements CredentialSource with one id and fixed keys."""

    def __init__(self, api_id: str, *keys: str) -> None:
        self._credentials = SwonkieCredentials(api_id, keys)

    async def current(self) -> SwonkieCredentials:
        """Always the same credentials."""
        return self._credentials

    async def after_refusal(self, refused: SwonkieCredentials) -> SwonkieCredentials:
        """There are no others."""
        return refused
