"""POST connect for a network that is connected directly, and disconnecting what was connected."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import MetaData, select

from models.encryption import Cipher
from services.connecting import connect_link
from tests.integration.live_server import (
    SECRET,
    ApiServer,
    Json,
    OrganizationClient,
    expect_error,
)
from tests.integration.testnet_api import run_testnet_api
from tests.testnet import ENTERED, PASSWORD, PLATFORM, REFUSED, Testnet


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[ApiServer]:
    """The API with the test network."""
    folder = tmp_path_factory.mktemp("connect")
    with run_testnet_api(sqlite_template, folder, Testnet()) as running:
        yield running


@pytest.fixture
def acme(api: ApiServer) -> OrganizationClient:
    """A new organization."""
    return api.create_organization()


def connect(organization: OrganizationClient, **fields: Json) -> Json:
    """The answer to a connect that must succeed."""
    body = {"platform": PLATFORM, **fields}
    answer = organization.call("POST", "/connect", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refusals(organization: OrganizationClient, **fields: Json) -> dict[str, str]:
    """The field errors of a connect that must be refused."""
    body = {"platform": PLATFORM, **fields}
    return expect_error(organization.call("POST", "/connect", json=body), 400, "INVALID_INPUT")


def all_rows(api: ApiServer) -> str:
    """The whole database, as text."""
    tables = MetaData()
    tables.reflect(api.database.engine)
    with api.database.read() as session:
        rows = [list(session.connection().execute(select(t))) for t in tables.tables.values()]
    return str(rows)


def test_a_program_gets_the_account_at_once(acme: OrganizationClient) -> None:
    """The answer has the contract's fields, and the account as the profile lists it."""
    answer = connect(acme, credentials=ENTERED)
    profile = acme.get("/profile")
    assert answer["account"] == profile["accountLinks"][0]
    assert answer["account"]["name"] == "Alice"
    assert (answer["platform"], answer["profileId"]) == (PLATFORM, profile["profileId"])
    assert profile["connectedAccounts"] == [PLATFORM]


def test_the_profile_lists_the_accounts_of_all_connections(acme: OrganizationClient) -> None:
    """Each is a link of its own."""
    for handle in ("alice", "bob"):
        connect(acme, credentials={**ENTERED, "handle": handle})
    links = acme.get("/profile")["accountLinks"]
    assert [each["username"] for each in links] == ["alice", "bob"]


def test_no_secret_leaves_the_process(
    acme: OrganizationClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The app password is neither in an answer, nor in the log, nor readable in the database, also
    where it is wrong and where the request is repeated by its key."""
    caplog.set_level("DEBUG")
    key = {"Idempotency-Key": "the-key"}
    wrong = "wrong-password-9"
    sent = [
        acme.call("POST", "/connect", json=body, headers=key)
        for body in [{"platform": PLATFORM, "credentials": ENTERED}] * 2
    ]
    assert sent[0].json() == sent[1].json()
    bad: list[Json] = [
        {**ENTERED, "appPassword": wrong},
        {"handle": "a", wrong: wrong},
        wrong,
        [wrong],
    ]
    answers = [
        acme.call("POST", "/connect", json={"platform": PLATFORM, "credentials": each})
        for each in bad
    ]
    assert [each.status_code for each in answers] == [400] * 4
    everything = [each.text for each in (*sent, *answers)] + [caplog.text, all_rows(acme.api)]
    for secret in (PASSWORD, wrong):
        assert not any(secret in text for text in everything)


@pytest.mark.parametrize(
    ("credentials", "field", "words"),
    [
        ({**ENTERED, "appPassword": "wrong"}, "credentials", REFUSED),
        ({"handle": "alice"}, "credentials.appPassword", "is required"),
        ({**ENTERED, "handle": "a\u0007b"}, "credentials.handle", "control characters"),
        ({**ENTERED, "handle": "a" * 100_000}, "credentials.handle", "at most 2000"),
        ({**ENTERED, "handle": 5}, "credentials", "must be an object of texts"),
        ({str(n): "x" for n in range(21)}, "credentials", "must be an object of texts"),
        ({**ENTERED, "handle": "a\u0000b"}, "credentials.handle", "NUL"),
        ("alice", "credentials", "must be an object of texts"),
    ],
)
def test_wrong_credentials(
    acme: OrganizationClient, credentials: Json, field: str, words: str
) -> None:
    """400 with the field and a sentence, and nothing is connected."""
    assert words in refusals(acme, credentials=credentials)[field]
    assert acme.get("/profile")["connected"] is False


@pytest.mark.parametrize(
    "service", ["http://127.0.0.1:9", "http://169.254.169.254/", "http://[::1]:9/"]
)
def test_a_private_server_is_not_called(acme: OrganizationClient, service: str) -> None:
    """503 in words, and nothing is connected; the answer is not kept for the request's key."""
    body = {"platform": PLATFORM, "credentials": {**ENTERED, "service": service}}
    for _ in range(2):
        answer = acme.call("POST", "/connect", json=body, headers={"Idempotency-Key": "k"})
        expect_error(answer, 503, "UNAVAILABLE")
        assert "must have a public address" in answer.json()["message"]
        assert "Idempotency-Replayed" not in answer.headers
    assert acme.get("/profile")["connected"] is False


def test_credentials_for_a_network_of_the_providers_page(acme: OrganizationClient) -> None:
    """400: they can be entered nowhere."""
    assert "access_url" in refusals(acme, platform="x", credentials=ENTERED)["credentials"]


def test_the_address_is_our_own_page(acme: OrganizationClient) -> None:
    """With a token for this organization and network, and nothing readable in it."""
    back = "https://app.example/done"
    answer = connect(acme, redirectUrl=back)
    url = urlsplit(answer["access_url"])
    assert f"{url.scheme}://{url.netloc}" == str(acme.api.http.base_url).rstrip("/")
    (token,) = parse_qs(url.query)["token"]
    link = connect_link.decode(token, Cipher(SECRET), 0)
    assert link is not None
    assert (link.organization_id, link.platform, link.return_url) == (acme.id, PLATFORM, back)
    assert set(answer) == {"access_url", "platform", "profileId"}


def test_the_address_begins_with_the_public_url(tmp_path: Path, sqlite_template: Path) -> None:
    """Where the settings name one."""
    public = "https://slotbeat.example"
    with run_testnet_api(sqlite_template, tmp_path, Testnet(), public_url=public) as api:
        answer = connect(api.create_organization())
    assert answer["access_url"].startswith(f"{public}/connect?token=")


@pytest.mark.parametrize(
    "url",
    [
        "http://app.example/",
        "https://app.example@evil.example/",
        "javascript:alert(1)",
        "//evil.example/",
        "/accounts",
        "https://evil.example\\@app.example/",
        "https://app.example/\nLocation: x",
    ],
)
def test_pages_that_nobody_is_sent_back_to(acme: OrganizationClient, url: str) -> None:
    """400 for the redirectUrl."""
    assert set(refusals(acme, redirectUrl=url)) == {"redirectUrl"}


def test_disconnecting_takes_the_account_off_the_profile(acme: OrganizationClient) -> None:
    """Repeating it is harmless; connecting again brings the same account back."""
    account = connect(acme, credentials=ENTERED)["account"]
    for _ in range(2):
        answer = acme.call("POST", "/disconnect-account", json={"accountId": account["accountId"]})
        assert (answer.status_code, answer.json()) == (200, {"ok": True})
        assert acme.get("/profile")["connected"] is False
    assert connect(acme, credentials=ENTERED)["account"] == account


def test_an_organization_that_is_switched_off_connects_nothing(acme: OrganizationClient) -> None:
    """403, with credentials and without."""
    acme.put_settings(isEnabled=False)
    for fields in ({}, {"credentials": ENTERED}):
        answer = acme.call("POST", "/connect", json={"platform": PLATFORM, **fields})
        assert answer.status_code == 403


def test_the_document_has_no_example_of_a_secret(acme: OrganizationClient) -> None:
    """The OpenAPI document names the credentials, and shows none as an example."""
    document = json.dumps(acme.api.http.get("/openapi.json").json()["components"])
    assert "credentials" in document
    assert PASSWORD not in document
