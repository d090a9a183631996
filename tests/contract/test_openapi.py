"""Schemathesis calls the served API and checks that it behaves as the OpenAPI document says."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import BaseSchema

from api import bootstrap, main
from config.settings import load_settings
from tests.integration.live_server import ApiServer, OrganizationClient, run_api
from tests.paths import ROOT

# Few examples, always the same: a check, not a search. To search for errors, set hundreds.
EXAMPLES = 5
CHECKS: dict[str, Any] = {
    # A schema cannot express every rule (a past date, a rule without slots): those are a 400.
    "positive_data_acceptance": {"enabled": False},
    # Unknown query parameters are ignored.
    "negative_data_rejection": {"enabled": False},
    # Without credentials the contract requires a 400; schemathesis expects a 401.
    "missing_required_header": {"enabled": False},
    "ignored_auth": {"enabled": False},
}
OFF = {"enabled": False}
# For the document without DELETE: schemathesis must not expect that DELETE is unsupported.
WITHOUT_DELETE = {"unsupported_method": OFF, "allow_header_conformance": OFF}
CONFIG: dict[str, Any] = {
    "seed": 1,
    "generation": {"deterministic": True, "max-examples": EXAMPLES, "database": "none"},
    "checks": CHECKS,
    "operations": [
        {  # neither beat nor worker runs here
            "include-path": "/readyz",
            "checks": {"not_a_server_error": {"expected-statuses": ["2xx", "4xx", "503"]}},
        },
    ],
}


def document() -> dict[str, Any]:
    """The document of an app that never opens its database."""
    url = f"sqlite:///{Path(tempfile.gettempdir()) / 'slotbeat-unused.db'}"
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("SLOTBEAT_")]:
            patch.delenv(name)
        context = bootstrap.build_context(load_settings(database_url=url, secret_key="s" * 16))
    return main.create_app(context).openapi()


schemathesis.serializer.alias(["application/jsonl", "application/x-ndjson"], "text/plain")


def load_schema(source: dict[str, Any], config: dict[str, Any]) -> BaseSchema:
    """The document as a schema of schemathesis."""
    return schemathesis.openapi.from_dict(source, config=SchemathesisConfig.from_dict(config))


def only_with_ids(source: dict[str, Any]) -> dict[str, Any]:
    """The operations with an id in their path, without DELETE, which has its own tests."""
    paths = {
        path: {method: each for method, each in item.items() if method != "delete"}
        for path, item in source["paths"].items()
        if "{" in path
    }
    return {**source, "paths": {path: item for path, item in paths.items() if item}}


# Read at collection, so that each operation is a test of its own.
DOCUMENT = document()
schema = load_schema(DOCUMENT, CONFIG)
schema_with_ids = load_schema(
    only_with_ids(DOCUMENT), {**CONFIG, "checks": {**CHECKS, **WITHOUT_DELETE}}
)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[ApiServer]:
    """The API on SQLite, without a rate limit."""
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("contract") / "slotbeat.db")
    with run_api(f"sqlite:///{path}", rate_limit=0) as served:
        yield served


@pytest.fixture(scope="module")
def organization(api: ApiServer) -> OrganizationClient:
    """An organization with a rule and a few posts."""
    organization = api.create_organization()
    organization.put_settings(queueSlots=[{"dayOfWeek": 1, "time": "10:00"}])
    for _ in range(3):
        organization.publish(publishMode="next_slot")
    return organization


@pytest.fixture(scope="module")
def session(organization: OrganizationClient) -> Iterator[requests.Session]:
    """A client with the organization's API key."""
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {organization.key}"
        yield session


# Schemathesis cannot create files of all types and leaves those out; our own tests upload them.
@pytest.mark.filterwarnings("ignore:Skipped test cases with unsupported payload media types")
@schema.parametrize()
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)
def test_every_operation_keeps_its_promises(
    case: schemathesis.Case[Any], api: ApiServer, session: requests.Session
) -> None:
    """For any request: no 5xx, and no status, type or shape that is not documented."""
    case.call_and_validate(base_url=str(api.http.base_url), session=session)


@pytest.fixture(scope="module")
def existing_ids(organization: OrganizationClient) -> dict[str, str]:
    """Ids of existing things, by the names of the path parameters."""
    webhook = organization.call("POST", "/webhooks", json={"url": "https://example.com/hook"})
    webhook_id = webhook.json()["webhook"]["id"]
    sent = organization.call("POST", f"/webhooks/{webhook_id}/test")
    file = (ROOT / "examples" / "media").glob("*.png")
    media = organization.call(
        "POST", "/media", content=next(file).read_bytes(), headers={"Content-Type": "image/png"}
    )
    return {
        "post_id": organization.posts()[0]["id"],
        "webhook_id": webhook_id,
        "delivery_id": sent.json()["delivery"]["id"],
        "media_id": media.json()["media"]["id"],
        "organization_id": organization.id,
    }


@pytest.mark.filterwarnings("ignore:Skipped test cases with unsupported payload media types")
@schema_with_ids.parametrize()
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)
def test_operations_on_what_exists_keep_their_promises(
    case: schemathesis.Case[Any],
    api: ApiServer,
    session: requests.Session,
    existing_ids: dict[str, str],
) -> None:
    """The same with ids that exist."""
    assert set() < set(case.path_parameters) <= set(existing_ids)
    case.path_parameters.update({name: existing_ids[name] for name in case.path_parameters})
    case.call_and_validate(base_url=str(api.http.base_url), session=session)
