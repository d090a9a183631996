"""The simulator's profiles: changed while it runs, linked by a person, read from an older file."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from simulator import Options
from simulator.sqlite_store import SqliteStore
from tests.simulator.test_publishing import SimulatorClient, run_simulator


def change(client: SimulatorClient, body: dict[str, Any]) -> int:
    """Change profiles; returns the HTTP status."""
    return client.http.patch(f"{client.origin}/_simulator/profiles", json=body).status_code


def profiles(client: SimulatorClient, network: str = "x") -> list[dict[str, Any]]:
    """The profiles on a network, as the provider lists them."""
    found: list[dict[str, Any]] = client.ok("GET", "profiles", params={"net": network})["data"]
    return found


def test_a_profile_breaks_and_vanishes() -> None:
    """A changed level is listed; an unlisted profile accepts no post; both can be undone."""
    with run_simulator() as client:
        (profile,) = profiles(client)
        assert change(client, {"network": "x", "statusLevel": "EXPIRED", "name": "New"}) == 200
        assert profiles(client) == [{**profile, "statusLevel": "EXPIRED", "name": "New"}]
        assert change(client, {"network": "x", "listed": False}) == 200
        assert profiles(client) == []
        body = {"type": "STATUS", "profileIds": [profile["id"]], "captions": [{"plainText": "a"}]}
        assert client.call("POST", "posts", json=body).status_code == 400
        back = {"listed": True, "statusLevel": "OK", "name": profile["name"]}
        assert change(client, {"network": "x", "id": profile["id"], **back}) == 200
        assert profiles(client) == [profile]
        assert client.call("POST", "posts", json=body).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"network": "myspace", "listed": True},
        {"network": "x"},
        {"network": "x", "listed": 1},
        {"network": "x", "statusLevel": None},
        {"network": "x", "color": "red"},
    ],
)
def test_a_change_that_makes_no_sense_is_refused(body: dict[str, Any]) -> None:
    """400, and nothing is changed."""
    with run_simulator() as client:
        before = profiles(client)
        assert change(client, body) == 400
        assert profiles(client) == before


def test_a_person_links_a_network() -> None:
    """A form, a new profile, and the redirect; a broken profile is repaired instead."""
    with run_simulator() as client:
        page = f"{client.origin}/connect"
        assert client.http.get(page).status_code == 409
        (first,) = profiles(client)
        back = 'https://app.example/back?a="1"'
        form = client.http.get(page, params={"platform": "x", "redirectUrl": back})
        assert "&quot;1&quot;" in form.text
        answer = client.http.post(page, data={"platform": "x", "redirectUrl": back})
        assert answer.status_code == 303
        assert answer.headers["location"].endswith("&platform=x&status=connected")
        linked = profiles(client)
        assert [each["id"] for each in linked[:1]] == [first["id"]]
        assert len({each["id"] for each in linked}) == 2
        change(client, {"network": "x", "id": first["id"], "listed": False})
        assert "Linked: X" in client.http.post(page, data={"platform": "x"}).text
        assert profiles(client) == linked
        assert client.http.post(page, data={"platform": "myspace"}).status_code == 400
        stranger = {"platform": "x", "workspace": "another"}
        assert client.http.post(page, data=stranger).status_code == 400


def test_an_older_state_keeps_its_profiles(tmp_path: Path) -> None:
    """Profiles of an older file keep their ids, are OK, and more can be linked."""
    path = tmp_path / "simulator.db"
    with run_simulator(Options(state=path)) as client:
        before = profiles(client)
    with sqlite3.connect(path) as old:
        old.executescript(
            "CREATE TABLE old AS SELECT id, workspace, network, name, username FROM profile;"
            "DROP TABLE profile; ALTER TABLE old RENAME TO profile;"
        )
    old.close()
    for _ in range(2):
        SqliteStore(path).close()
    with run_simulator(Options(state=path)) as client:
        assert profiles(client) == before
        client.http.post(f"{client.origin}/connect", data={"platform": "x"}).raise_for_status()
        assert len(profiles(client)) == 2
