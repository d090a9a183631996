"""App passwords that a test gives and takes while the sandbox runs."""

import httpx

from simulator.bluesky import BlueskySandbox
from tests.bluesky.pds_client import PdsClient


def log_in(client: PdsClient, did: str, password: str) -> int:
    """The status of a new session."""
    body = {"identifier": did, "password": password}
    return client.procedure("server.createSession", body=body).status_code


def test_keys_are_given_revoked_and_given_back(sandbox: BlueskySandbox) -> None:
    """Two keys of one account: each is good until it is revoked, and when it is given back."""
    url = f"{sandbox.url}/_simulator/keys"
    first = httpx.post(url, json={"key": "one"}).json()
    second = httpx.post(url, json={"key": "two", "sameAs": "one"}).json()
    assert first == second
    with PdsClient(sandbox.url) as client:
        did = first["did"]
        httpx.request("DELETE", url, json={"key": "one"}).raise_for_status()
        assert [log_in(client, did, key) for key in ("one", "two")] == [401, 200]
        httpx.post(url, json={"key": "one"}).raise_for_status()
        assert log_in(client, did, "one") == 200
        assert httpx.request("DELETE", url, json={"key": "three"}).status_code == 404


def test_a_revoked_key_ends_the_sessions_that_it_opened(sandbox: BlueskySandbox) -> None:
    """They cannot be renewed; those of another key can."""
    url = f"{sandbox.url}/_simulator/keys"
    did = httpx.post(url, json={"key": "one"}).json()["did"]
    httpx.post(url, json={"key": "two", "sameAs": "one"}).raise_for_status()
    with PdsClient(sandbox.url) as client:
        tokens = []
        for key in ("one", "two"):
            body = {"identifier": did, "password": key}
            opened = client.procedure("server.createSession", body=body).json()
            tokens.append(opened["refreshJwt"])
        httpx.request("DELETE", url, json={"key": "one"}).raise_for_status()
        renewed = [client.procedure("server.refreshSession", token) for token in tokens]
        assert [answer.status_code for answer in renewed] == [400, 200]
