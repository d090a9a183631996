"""A whole Slotbeat for the browser, and organizations in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from models.database import Database
from models.store.tenants import api_keys, organizations
from tests.acceptance.stack import PATIENT_RETRIES, PREFIX, ApiClient, Stack
from tests.paths import ROOT
from tests.wait import wait_until

MEDIA = ROOT / "examples" / "media"


@dataclass(frozen=True, slots=True)
class BrowserTenant:
    """An organization with a key for the pages and the API."""

    id: str
    name: str
    origin: str
    key: str
    key_id: str
    api: ApiClient

    def settings(self, **fields: object) -> dict[str, Any]:
        """Change some of the settings."""
        found: dict[str, Any] = self.api.call("PUT", "/settings", fields)
        return found

    def rules(self) -> list[dict[str, Any]]:
        """The rules as the API shows them."""
        found: list[dict[str, Any]] = self.api.call("GET", "/settings")["queueSlots"]
        return found

    def publish(self, **fields: object) -> dict[str, Any]:
        """Publish; a text post for x into the next slot where nothing else is said."""
        wanted = {"postType": "text", "caption": "Hello", "platforms": ["x"], **fields}
        return self.api.publish(**wanted)

    def import_rows(self, rows: bytes, kind: str, media_base: str | None = None) -> None:
        """Import a calendar of this media type; every row must be accepted."""
        answer = httpx.post(
            f"{self.origin}{PREFIX}/import",
            params={"mediaBase": media_base} if media_base else {},
            content=rows,
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": kind},
            timeout=60,
        )
        assert answer.status_code == 200, answer.text

    def post(self, post_id: str) -> dict[str, Any]:
        """A post as the API shows it."""
        found: dict[str, Any] = self.api.call("GET", f"/posts/{post_id}")["post"]
        return found

    def await_status(self, post_id: str, *statuses: str) -> None:
        """Wait until a post has one of these statuses."""
        wait_until(lambda: self.post(post_id)["status"] in statuses, 30, f"{statuses}")


@dataclass(frozen=True, slots=True)
class SlotbeatServer:
    """`slotbeat up` and the provider simulator as processes, and the database."""

    stack: Stack
    database: Database

    @property
    def origin(self) -> str:
        """Where the page is: `http://127.0.0.1:PORT`."""
        return self.stack.origin

    def media(self, name: str) -> str:
        """The address of a file of examples/media."""
        return f"{self.stack.simulator}/media/{name}"

    def organization(self, name: str = "Lantern & Loaf") -> BrowserTenant:
        """A new organization with a key of its own."""
        with self.database.write() as session:
            made, _first = organizations.create(session, name, "simulator")
            key_id, key = api_keys.create_key(session, made.id)
        return BrowserTenant(
            made.id, name, self.origin, key, key_id, ApiClient(self.stack.client, self.origin, key)
        )

    def revoke(self, organization: BrowserTenant) -> None:
        """Revoke the organization's key."""
        with self.database.write() as session:
            assert api_keys.revoke_key(session, organization.key_id)


@contextmanager
def run_slotbeat(folder: Path) -> Iterator[SlotbeatServer]:
    """Everything in one process on SQLite, without faults, with short times."""
    with Stack(folder, faults=0, settings=PATIENT_RETRIES) as stack:
        database = Database(stack.database_url)
        try:
            yield SlotbeatServer(stack, database)
        finally:
            database.close()
