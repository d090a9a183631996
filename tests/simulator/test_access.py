"""Credentials, workspaces, and ids that need quoting."""

import httpx
import pytest

from simulator import Options
from tests.simulator.test_publishing import quote_id, run_simulator


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"X-API-KEY": "key"}, 401),
        ({"X-API-ID": "app"}, 401),
        ({"X-API-ID": "app", "X-API-KEY": ""}, 401),
        ({"X-API-ID": "app", "X-API-KEY": "revoked-1"}, 403),
        ({"X-API-ID": "app", "X-API-KEY": "key"}, 200),
    ],
)
def test_credentials(headers: dict[str, str], status: int) -> None:
    """Both headers are required, any pair is valid, and a revoked key is forbidden."""
    with run_simulator() as client:
        answer = client.http.get(f"{client.origin}/v2/profiles", headers=headers)
        assert answer.status_code == status
        assert status == 200 or answer.json()["message"]


def test_a_workspace_has_one_profile_on_each_network() -> None:
    """Created at the first call, then always the same; can be filtered by network."""
    with run_simulator() as client:
        profiles = client.ok("GET", "profiles")["data"]
        assert {profile["net"]["code"] for profile in profiles} == {
            *("facebook", "instagram", "linkedin", "tiktok", "threads", "youtube", "gmb", "x")
        }
        assert {profile["statusLevel"] for profile in profiles} == {"OK"}
        assert client.ok("GET", "profiles")["data"] == profiles
        (only,) = client.ok("GET", "profiles", params={"net": "gmb"})["data"]
        assert only["net"] == {"name": "Google My Business", "code": "gmb"}


def test_another_workspace_s_ids_are_not_found() -> None:
    """Posts, media and profiles of one key do not exist for another."""
    with run_simulator() as client:
        stranger = client.other("key-two")
        post_id, media = client.create(), client.initiate()["id"]
        for method, path in [
            ("GET", f"posts/{quote_id(post_id)}"),
            ("PUT", f"posts/{quote_id(post_id)}"),
            ("DELETE", f"posts/{quote_id(post_id)}"),
            ("GET", f"posts/{quote_id(post_id)}/validate"),
            ("PATCH", f"posts/{quote_id(post_id)}/stage/publishNow"),
            ("GET", f"media/{quote_id(media)}"),
            ("PATCH", f"media/{quote_id(media)}"),
            ("DELETE", f"media/{quote_id(media)}"),
        ]:
            body: dict[str, str] | None = {} if method == "PUT" else None
            assert stranger.call(method, path, json=body).status_code == 404
        answer = stranger.call("POST", "posts", json=client.body())
        assert answer.json()["errors"][0]["field"] == "profileIds[0]"
        assert stranger.ok("GET", "posts")["data"] == []


def test_ids_must_be_quoted_whole() -> None:
    """An id with its `/` as %2F is found; unquoted, it is a 404."""
    with run_simulator() as client:
        post_id = client.create()
        assert set("+/=") <= set(post_id)
        assert client.post(post_id)["id"] == post_id
        pasted = client.call("GET", f"posts/{post_id}")
        assert (pasted.status_code, pasted.json()) == (404, {"message": "there is no such call"})


def test_ids_survive_a_client_that_quotes_less() -> None:
    """`+` and `=` may be unquoted in a path; only `/` may not."""
    with run_simulator() as client:
        post_id = client.create()
        path = httpx.URL(f"{client.origin}/v2/posts/{post_id.replace('/', '%2F')}")
        assert client.http.get(path, headers=client.headers).json()["id"] == post_id


def test_keys_of_one_group_open_one_workspace() -> None:
    """`Options(keys=…)`: both see the same profiles, a third key sees others."""
    with run_simulator(Options(keys=(("one", "two"),))) as client:
        first, second, third = (
            client.other(key).ok("GET", "profiles")["data"] for key in ("one", "two", "three")
        )
        assert first == second != third


def test_a_key_can_be_added_revoked_and_given_back() -> None:
    """`/_simulator/keys`: a key joins another's workspace; once revoked, it gets 401."""
    with run_simulator() as client:
        url, joined = f"{client.origin}/_simulator/keys", client.other("joined")
        own = client.ok("GET", "profiles")["data"]
        assert client.http.post(url, json={"key": "joined", "sameAs": "key-one"}).status_code == 201
        assert joined.ok("GET", "profiles")["data"] == own
        assert client.http.request("DELETE", url, json={"key": "joined"}).status_code == 200
        assert joined.call("GET", "profiles").status_code == 401
        assert client.ok("GET", "profiles")["data"] == own
        assert client.http.post(url, json={"key": "joined"}).status_code == 201
        assert joined.ok("GET", "profiles")["data"] == own
        assert client.http.post(url, json={"key": 7}).status_code == 400
        assert client.http.post(url, json={"key": "a", "sameAs": []}).status_code == 400
