"""A client of the published Social Posting contract, written from the contract page alone.

One method for each endpoint, with the paths, headers and bodies of the page's samples. Optional
fields are sent only if the test gives them.
"""

from dataclasses import dataclass
from typing import Any

import httpx

PREFIX = "/api/organizations/social-posts"


@dataclass(frozen=True, slots=True)
class ContractClient:
    """Sends an API key as its token; or another token together with `organization_id`."""

    http: httpx.Client
    token: str | None
    organization_id: str | None = None

    def get_settings(self) -> httpx.Response:
        """Get social settings."""
        return self._get("/settings")

    def update_settings(self, **body: Any) -> httpx.Response:  # noqa: ANN401
        """Update social settings."""
        return self._send("PUT", "/settings", body)

    def profile(self) -> httpx.Response:
        """Get connection profile."""
        return self._get("/profile")

    def connect(self, **body: str) -> httpx.Response:
        """Connect a social account."""
        return self._send("POST", "/connect", body)

    def disconnect_account(self, **body: str) -> httpx.Response:
        """Disconnect a social account."""
        return self._send("POST", "/disconnect-account", body)

    def next_slot(self, **query: str) -> httpx.Response:
        """Get next queue slots."""
        return self._get("/next-slot", query)

    def posts(self) -> httpx.Response:
        """List social posts."""
        return self._get("/posts")

    def publish(self, **body: Any) -> httpx.Response:  # noqa: ANN401
        """Publish a post."""
        return self._send("POST", "/publish", body)

    def edit(self, **body: str) -> httpx.Response:
        """Edit a post."""
        return self._send("POST", "/edit", body)

    def remove(self, **body: str) -> httpx.Response:
        """Remove a post."""
        return self._send("POST", "/remove", body)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def _named(self) -> dict[str, str]:
        return {"organizationId": self.organization_id} if self.organization_id else {}

    def _get(self, path: str, query: dict[str, str] | None = None) -> httpx.Response:
        params = {**self._named(), **(query or {})}
        return self.http.get(PREFIX + path, params=params, headers=self._headers())

    def _send(self, method: str, path: str, body: dict[str, Any]) -> httpx.Response:
        whole = {**self._named(), **body}
        return self.http.request(method, PREFIX + path, json=whole, headers=self._headers())
