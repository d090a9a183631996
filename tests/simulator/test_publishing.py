"""The simulator over real HTTP: posts on their way from creation to the ledger.

The other files of this folder use `run_simulator` and `SimulatorClient` too.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx

from simulator import Options, Simulator
from tests.wait import wait_until

BLOB_HEADERS = {"x-ms-blob-type": "BlockBlob"}


def instant(seconds: float) -> str:
    """An instant some seconds from now, as the API formats it."""
    moment = datetime.now(UTC) + timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class SimulatorClient:
    """A client with an API key of the simulator at `origin`."""

    def __init__(self, http: httpx.Client, origin: str, key: str = "key-one") -> None:
        self.http, self.origin, self.key = http, origin, key
        self.headers = {"X-API-ID": "app", "X-API-KEY": key}

    def other(self, key: str) -> "SimulatorClient":
        """A client of another workspace."""
        return SimulatorClient(self.http, self.origin, key)

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        """One call of the provider's API, whatever it answers."""
        url = f"{self.origin}/v2/{path}"
        return self.http.request(method, url, headers=self.headers, **more)

    def ok(self, method: str, path: str, **more: Any) -> Any:  # noqa: ANN401
        """One call that must succeed; its JSON."""
        return self.call(method, path, **more).raise_for_status().json()

    def put(self, url: str, content: bytes, **headers: str) -> httpx.Response:
        """The upload of a file's bytes to its signed URL."""
        return self.http.put(url, content=content, headers={**BLOB_HEADERS, **headers})

    def ready_media(self) -> str:
        """The id of a media in SUCCESS."""
        media = self.initiate()
        assert self.put(media["uploadUrl"], b"bytes").status_code == 201
        self.ok("PATCH", f"media/{quote_id(media['id'])}")
        wait_until(lambda: self.media_status(media["id"]) == "SUCCESS")
        return str(media["id"])

    def initiate(self) -> dict[str, str]:
        """`{"id", "uploadUrl"}` of a new media."""
        body = {"destinationType": "POST_MEDIA", "name": "photo.jpg"}
        answer: dict[str, str] = self.ok("POST", "media", json=body)
        return answer

    def media_status(self, media_id: str) -> str:
        """The media's status."""
        return str(self.ok("GET", f"media/{quote_id(media_id)}")["status"])

    def profiles(self, *networks: str) -> list[str]:
        """The ids of the profiles on these networks."""
        found = self.ok("GET", "profiles", params={"net": networks})["data"]
        return [profile["id"] for profile in found]

    def body(self, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
        """The body of a STATUS post on X, with changes."""
        body = {"type": "STATUS", "captions": [{"plainText": "Hello"}], **changes}
        return {"profileIds": self.profiles("x"), **body}

    def create(self, **changes: Any) -> str:  # noqa: ANN401
        """The id of a new STATUS post on X, with changes to its body."""
        return str(self.ok("POST", "posts", json=self.body(**changes))["id"])

    def post(self, post_id: str) -> dict[str, Any]:
        """The whole post."""
        post: dict[str, Any] = self.ok("GET", f"posts/{quote_id(post_id)}")
        return post

    def stage(self, post_id: str, action: str) -> httpx.Response:
        """A transition, whatever it answers."""
        return self.call("PATCH", f"posts/{quote_id(post_id)}/stage/{action}")

    def wait_for_stage(self, post_id: str, stage: str) -> dict[str, Any]:
        """The post, once it is in the stage."""
        wait_until(lambda: self.post(post_id)["stage"] == stage, what=stage)
        return self.post(post_id)

    def admin_state(self, page: str) -> Any:  # noqa: ANN401
        """The simulator's own state: ledger, posts, summary or calls."""
        return self.http.get(f"{self.origin}/_simulator/{page}").raise_for_status().json()

    def put_lists(self, **style: object) -> httpx.Response:
        """How the lists of the workspace behave from now on."""
        url = f"{self.origin}/_simulator/lists"
        return self.http.put(url, json={"key": self.key, **style})

    def inject_fault(self, **fault: Any) -> None:  # noqa: ANN401
        """Queue a targeted fault, or begin an outage."""
        self.http.post(f"{self.origin}/_simulator/faults", json=fault).raise_for_status()


def quote_id(one: str) -> str:
    """An id as one segment of a path."""
    return quote(one, safe="")


@contextmanager
def run_simulator(options: Options | None = None) -> Iterator[SimulatorClient]:
    """A simulator of its own for one test, quick unless the test says otherwise."""
    options = options or Options(processing=0, publishing=0.02)
    with Simulator(options) as simulator, httpx.Client(timeout=10) as http:
        yield SimulatorClient(http, simulator.origin)


def read_errors(answer: httpx.Response) -> list[str]:
    """The fields that a 400 names."""
    assert answer.status_code == 400
    return [error["field"] for error in answer.json()["errors"]]


def test_a_post_goes_from_upload_to_the_ledger() -> None:
    """The whole path: upload, confirm, create, schedule; then it is published once, by itself."""
    with run_simulator() as client:
        media, profiles = client.ready_media(), client.profiles("facebook", "instagram")
        at = instant(1.5)
        post_id = client.create(
            type="MEDIA",
            profileIds=profiles,
            publishAt=at,
            medias=[{"mediaFiles": [{"mediaLibId": media}], "net": None}],
            briefing={"markdown": "marker-1"},
        )
        assert client.post(post_id)["stage"] == "DRAFT"
        assert client.stage(post_id, "schedule").json()["stage"] == "SCHEDULED"
        assert "publishStatus" not in client.post(post_id)["profiles"][0]
        post = client.wait_for_stage(post_id, "PUBLISHED")
        assert [profile["publishStatus"] for profile in post["profiles"]] == ["PUBLISHED"] * 2
        assert all(profile["permalink"].startswith("https://") for profile in post["profiles"])
        rows = client.admin_state("ledger")["publications"]
        assert [(row["postId"], row["profileId"]) for row in rows] == [
            (post_id, profile) for profile in profiles
        ]
        assert {(row["marker"], row["publishAt"]) for row in rows} == {("marker-1", at)}
        assert all(row["publishedAt"] >= at for row in rows)
        assert client.admin_state("summary") == {
            "stages": {"PUBLISHED": 1},
            "deleted": 0,
            "publications": 2,
            "doubled": 0,
        }


def test_publish_now_needs_no_instant() -> None:
    """publishNow publishes an idea; a second time is a conflict."""
    with run_simulator() as client:
        post_id = client.create()
        assert client.post(post_id)["stage"] == "IDEA"
        assert client.stage(post_id, "publishNow").status_code == 200
        assert client.stage(post_id, "publishNow").status_code == 409
        client.wait_for_stage(post_id, "PUBLISHED")
        assert client.stage(post_id, "publishNow").status_code == 409
        assert client.stage(post_id, "schedule").status_code == 409
        assert client.admin_state("summary")["publications"] == 1


def test_a_refused_post_ends_in_error_with_the_reason() -> None:
    """All profiles failed: the stage is ERROR; some failed: only their profiles are."""
    with run_simulator() as client:
        whole = client.create(captions=[{"plainText": "no [[refuse]]"}])
        part = client.create(
            captions=[{"plainText": "[[refuse:x]]"}], profileIds=client.profiles("x", "threads")
        )
        for post_id in (whole, part):
            client.stage(post_id, "publishNow")
        profile = client.wait_for_stage(whole, "ERROR")["profiles"][0]
        assert profile["publishStatus"] == "ERROR"
        assert "refused" in profile["publishError"]
        post = client.wait_for_stage(part, "PUBLISHED")
        assert {profile["publishStatus"] for profile in post["profiles"]} == {"ERROR", "PUBLISHED"}
        assert [row["network"] for row in client.admin_state("ledger")["publications"]] == [
            "threads"
        ]


def test_scheduling_twice_changes_nothing() -> None:
    """Already SCHEDULED is 200, so that a repeat after a lost answer is harmless."""
    with run_simulator() as client:
        post_id = client.create(publishAt=instant(60))
        assert client.stage(post_id, "schedule").status_code == 200
        before = client.post(post_id)
        assert client.stage(post_id, "schedule").status_code == 200
        assert client.post(post_id) == before
        assert client.call("PUT", f"posts/{quote_id(post_id)}", json={}).status_code == 409
        assert client.stage(post_id, "unschedule").json()["stage"] == "DRAFT"
        assert client.stage(post_id, "unschedule").status_code == 409


def test_scheduling_needs_an_instant_in_the_future() -> None:
    """Without publishAt, or with a past one, the error names it."""
    with run_simulator() as client:
        assert read_errors(client.stage(client.create(), "schedule")) == ["publishAt"]
        late = client.create(publishAt=instant(-1))
        assert read_errors(client.stage(late, "schedule")) == ["publishAt"]
        assert client.stage(late, "launch").status_code == 404


def test_deleting_does_not_unpublish() -> None:
    """The post is deleted for the API; the ledger and the admin calls still have it."""
    with run_simulator() as client:
        post_id = client.create(briefing={"markdown": "m"})
        client.stage(post_id, "publishNow")
        client.wait_for_stage(post_id, "PUBLISHED")
        assert client.ok("DELETE", f"posts/{quote_id(post_id)}") == {"success": True}
        assert client.call("GET", f"posts/{quote_id(post_id)}").status_code == 404
        assert client.admin_state("summary")["publications"] == 1
        (remembered,) = client.admin_state("posts")["posts"]
        assert (remembered["id"], remembered["deleted"]) == (post_id, True)


def test_a_publishing_post_cannot_be_deleted() -> None:
    """While it is PUBLISHING, deletion is a conflict."""
    with run_simulator(Options(publishing=60)) as client:
        post_id = client.create()
        assert client.stage(post_id, "publishNow").json()["stage"] == "PUBLISHING"
        assert client.post(post_id)["profiles"][0]["publishStatus"] == "PUBLISHING"
        assert client.call("DELETE", f"posts/{quote_id(post_id)}").status_code == 409


def test_a_deleted_scheduled_post_never_goes_out() -> None:
    """A client undoes a transition with an unknown outcome by deleting the post."""
    with run_simulator() as client:
        doomed, witness = (client.create(publishAt=instant(1.5)) for _ in range(2))
        for post_id in (doomed, witness):
            client.stage(post_id, "schedule")
        client.ok("DELETE", f"posts/{quote_id(doomed)}")
        client.wait_for_stage(witness, "PUBLISHED")
        assert [row["postId"] for row in client.admin_state("ledger")["publications"]] == [witness]


def test_a_marker_that_goes_out_twice_is_counted() -> None:
    """Two posts with one marker on one profile count as doubled as soon as both are scheduled."""
    with run_simulator() as client:
        posts = [client.create(briefing={"markdown": "twin"}) for _ in range(2)]
        client.stage(posts[0], "publishNow")
        client.wait_for_stage(posts[0], "PUBLISHED")
        assert client.admin_state("summary")["doubled"] == 0
        client.stage(posts[1], "publishNow")
        client.wait_for_stage(posts[1], "PUBLISHED")
        assert client.admin_state("summary")["doubled"] == 1
