"""What the OpenAPI document promises, asked of a served API by schemathesis."""

import os
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

# Small and always the same: this is a check, not a search. To search, set it to some hundreds.
EXAMPLES = 5
CHECKS: dict[str, Any] = {
    # What a schema cannot say (a past date, a rule that never comes) is a 400.
    "positive_data_acceptance": {"enabled": False},
    # A query may hold more than we know.
    "negative_data_rejection": {"enabled": False},
    # Without credentials the contract wants a 400, where they want a 401.
    "missing_required_header": {"enabled": False},
    "ignored_auth": {"enabled": False},
}
OFF = {"enabled": False}
# Where deleting is left out of the document, it must not be tried as a method that is not there.
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
    """The document, of an app that never opens its database."""
    url = f"sqlite:///{Path(tempfile.gettempdir()) / 'slotbeat-unused.db'}"
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("SLOTBEAT_")]:
            patch.delenv(name)
        context = bootstrap.build_context(load_settings(database_url=url, secret_key="unused"))
    return main.create_app(context).openapi()


schemathesis.serializer.alias(["application/jsonl", "application/x-ndjson"], "text/plain")


def loaded(told: dict[str, Any], config: dict[str, Any]) -> BaseSchema:
    """A document as schemathesis reads it."""
    return schemathesis.openapi.from_dict(told, config=SchemathesisConfig.from_dict(config))


def only_about_one(told: dict[str, Any]) -> dict[str, Any]:
    """The operations on one thing; what deletes it has its own tests."""
    paths = {
        path: {method: each for method, each in item.items() if method != "delete"}
        for path, item in told["paths"].items()
        if "{" in path
    }
    return {**told, "paths": {path: item for path, item in paths.items() if item}}


# Read at collection, so that each operation is a test of its own.
DOCUMENT = document()
schema = loaded(DOCUMENT, CONFIG)
about_one = loaded(only_about_one(DOCUMENT), {**CONFIG, "checks": {**CHECKS, **WITHOUT_DELETE}})


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """A served API over SQLite, without a limit."""
    path = tmp_path_factory.mktemp("contract") / "slotbeat.db"
    with run_api(f"sqlite:///{path}", rate_limit=0) as served:
        yield served


@pytest.fixture(scope="module")
def organization(api: ApiServer) -> OrganizationClient:
    """An organization with a rule and a few posts."""
    found = api.create_organization()
    found.put_settings(queueSlots=[{"dayOfWeek": 1, "time": "10:00"}])
    for _ in range(3):
        found.publish(publishMode="next_slot")
    return found


@pytest.fixture(scope="module")
def session(organization: OrganizationClient) -> Iterator[requests.Session]:
    """A client that has the organization's key."""
    with requests.Session() as found:
        found.headers["Authorization"] = f"Bearer {organization.key}"
        yield found


# Files of kinds that it cannot make up are left out; our own tests upload those.
@pytest.mark.filterwarnings("ignore:Skipped test cases with unsupported payload media types")
@schema.parametrize()
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)
def test_every_operation_keeps_its_promises(
    case: schemathesis.Case[Any], api: ApiServer, session: requests.Session
) -> None:
    """Whatever is sent: no 5xx, no status, type or shape that is not documented."""
    case.call_and_validate(base_url=str(api.http.base_url), session=session)


@pytest.fixture(scope="module")
def real(organization: OrganizationClient) -> dict[str, str]:
    """Ids that stand for something, by the names of their places in paths."""
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
    }


@pytest.mark.filterwarnings("ignore:Skipped test cases with unsupported payload media types")
@about_one.parametrize()
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)
def test_operations_on_what_exists_keep_their_promises(
    case: schemathesis.Case[Any], api: ApiServer, session: requests.Session, real: dict[str, str]
) -> None:
    """The same where the ids are right: what is there is answered as it is described."""
    assert set() < set(case.path_parameters) <= set(real)
    case.path_parameters.update({name: real[name] for name in case.path_parameters})
    case.call_and_validate(base_url=str(api.http.base_url), session=session)
