"""Serves the API on a free port, and creates organizations with clients for it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import httpx
import pytest

from cli.all_in_one import listen, run_web_thread
from config.settings import PREFIX as VARIABLES
from config.settings import Settings, load_settings
from models.database import Database
from models.migrate import upgrade
from models.store.tenants import organizations
from services.public_urls import API_PREFIX

OPERATOR = "the-operators-token"
SECRET = "the-secret-of-these-tests"
Json: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class OrganizationClient:
    """An organization and its API key, which every call sends."""

    id: str
    key: str
    api: "ApiServer"

    def call(self, method: str, path: str, **arguments: Json) -> httpx.Response:
        """Call any operation of the HTTP contract."""
        headers = {"Authorization": f"Bearer {self.key}", **arguments.pop("headers", {})}
        return self.api.http.request(method, API_PREFIX + path, headers=headers, **arguments)

    def get(self, path: str, **query: str) -> Json:
        """The JSON answer to a GET, which must succeed."""
        return _expect_success(self.call("GET", path, params=query))

    def put_settings(self, **fields: Json) -> Json:
        """Change the settings, which must succeed; returns them."""
        return _expect_success(self.call("PUT", "/settings", json=fields))

    def publish(self, **fields: Json) -> Json:
        """Publish, which must succeed; without fields a text post for x. Returns the answer."""
        return _expect_success(self.try_publish(**fields))

    def try_publish(self, **fields: Json) -> httpx.Response:
        """The HTTP answer to a publish; a field with the value `...` is not sent."""
        body = {"postType": "text", "caption": "Hello", "platforms": ["x"], **fields}
        sent = {name: value for name, value in body.items() if value is not ...}
        return self.call("POST", "/publish", json=sent)

    def posts(self) -> list[dict[str, Any]]:
        """The organization's posts."""
        found: list[dict[str, Any]] = self.get("/posts")["posts"]
        return found


@dataclass(frozen=True, slots=True)
class ApiServer:
    """A running API, its database, and the folder of uploaded files."""

    http: httpx.Client
    database: Database
    files: Path

    def create_organization(self, name: str = "Lantern & Loaf") -> OrganizationClient:
        """A new organization."""
        with self.database.write() as session:
            row, key = organizations.create(session, name, "simulator")
        return OrganizationClient(row.id, key, self)


def _expect_success(answer: httpx.Response) -> Json:
    assert answer.status_code == 200, answer.text
    return answer.json()


def expect_error(answer: httpx.Response, status: int, code: str) -> dict[str, str]:
    """Assert that an answer is this error, in the contract's shape; returns its field errors
    (field: message)."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    details = body.pop("details", [])
    assert set(body) == {"error", "status", "message", "code"}
    assert body["error"] == body["message"] != ""
    assert (body["status"], body["code"]) == (status, code)
    assert all(set(each) == {"field", "message"} for each in details)
    return {each["field"]: each["message"] for each in details}


@contextmanager
def run_api(database_url: str, **overrides: object) -> Iterator[ApiServer]:
    """Migrate a database and serve the API on it."""
    with TemporaryDirectory(prefix="slotbeat-files-") as files:
        given = {"media_storage": files, **overrides}
        with _run_server(_settings(database_url=database_url, **given)) as api:
            yield api


@contextmanager
def _run_server(settings: Settings) -> Iterator[ApiServer]:
    database = Database(settings.database_url)
    upgrade(database)
    listener = listen("127.0.0.1", 0)
    base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with run_web_thread(settings, listener), httpx.Client(base_url=base_url, timeout=60) as http:
        yield ApiServer(http, database, Path(settings.media_storage))
    database.close()


def _settings(**overrides: object) -> Settings:
    """Settings that ignore the SLOTBEAT_ variables of this machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(VARIABLES)]:
            patch.delenv(name)
        return load_settings(**{"admin_token": OPERATOR, "secret_key": SECRET, **overrides})
