"""A full disk: everything of one machine is on a file system of a few megabytes."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.acceptance.stack import PATIENT_RETRIES, PREFIX, Stack
from tests.extra.small_disk import SmallDisk
from tests.faults.breakpoints import set_breakpoint
from tests.faults.reconciliation import wait_and_reconcile
from tests.faults.recording_client import RecordingClient, create_client
from tests.paths import ROOT
from tests.wait import wait_until

RESERVE = 4 << 20
# Two heartbeats and a claim: whatever was due on the full disk has been tried.
LONG_ENOUGH = 11
PHOTO = ROOT / "examples" / "media" / "coffee.jpg"
TEXT = {"postType": "text", "platforms": ["x"], "publishMode": "publish_now"}


class SilencedStack(Stack):
    """What `slotbeat up` prints finds no room from the beginning."""

    def _command_of(self, name: str) -> list[str | Path]:
        return ["sh", "-c", 'exec "$@" >/dev/full', "sh", *super()._command_of(name)]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk with room for 24 MB."""
    with SmallDisk(tmp_path, 24) as small:
        yield small


@pytest.fixture
def stack(tmp_path: Path, disk: SmallDisk) -> Iterator[Stack]:
    """`slotbeat up` with database, uploads, files under way and log on the small disk. The
    simulator's ledger is on another one."""
    settings = {
        **PATIENT_RETRIES,
        "DATABASE_URL": f"sqlite:///{disk.path}/slotbeat.db",
        "MEDIA_STORAGE": str(disk.path / "files"),
        "DISK_RESERVE": str(RESERVE),
    }
    prefix = [*disk.prefix, "env", f"TMPDIR={disk.path}"]
    with SilencedStack(
        tmp_path, faults=0, with_breakpoints=True, settings=settings, prefix=prefix
    ) as running:
        yield running


@pytest.mark.timeout(240)
def test_a_full_disk_refuses_and_loses_nothing(stack: Stack, disk: SmallDisk) -> None:
    """Below the reserve files find no room, and posts without files go out. On the full disk every
    request is refused, and nothing is sent without a committed intent. A call whose outcome found
    no room is looked for later. With room again all goes on in the same process, once."""
    client = create_client(stack, minimumVideoDurationSeconds=1)
    disk.fill(leave=RESERVE // 2)
    assert upload(client).status_code == 507
    film = client.publish(
        "publish_now", photo=False, postType="video", videoUrl=f"{stack.simulator}/media/loaf.mp4"
    )
    client.publish("publish_now", photo=False, platforms=["x"])
    wait_until(lambda: len(stack.publications()) == 1, 60, "the post without a file")
    shown = client.api.ask("GET", f"/posts/{film.id}").text
    assert "the disk for files under way is full" in shown
    held = [set_breakpoint(stack, step, "after_call", "hold") for step in ("create", "publish_now")]
    for breakpoint_ in held:
        client.publish("publish_now", photo=False, platforms=["x"])
        breakpoint_.wait()
    disk.fill()
    for number in range(5):
        refused = client.api.ask("POST", "/publish", {**TEXT, "caption": f"refused {number}"})
        assert (refused.status_code, refused.json()["error"]) == (
            503,
            "the database does not answer; try again",
        )
    assert upload(client).status_code == 507
    wait_until(lambda: "PUBLISHING" not in remote_stages(stack).values(), 30, "the publications")
    before = remote_stages(stack)
    for breakpoint_ in held:
        breakpoint_.resume_worker()
    wait_until(lambda: heartbeat_age(stack) > LONG_ENOUGH, 60, "nothing was written for a while")
    assert remote_stages(stack) == before
    assert client.api.ask("GET", "/posts").status_code == 200

    disk.free_space()
    assert wait_and_reconcile(stack, [client]).published == len(client.accepted) == 4
    assert upload(client).is_success
    assert stack.processes["up"].running
    assert "Traceback" not in disk.log()


def upload(client: RecordingClient) -> httpx.Response:
    """The answer to the upload of a photo."""
    return client.stack.client.post(
        client.stack.origin + PREFIX + "/media",
        headers={"Authorization": f"Bearer {client.api.key}"},
        files={"file": (PHOTO.name, PHOTO.read_bytes(), "image/jpeg")},
    )


def remote_stages(stack: Stack) -> dict[str, str]:
    """The stage of each post at the provider."""
    return {each["id"]: each["stage"] for each in stack.remote_posts()}


def heartbeat_age(stack: Stack) -> float:
    """The age (s) of the worker's last heartbeat."""
    found = stack.client.get(stack.origin + "/readyz").json()["processes"]
    age: float = next(each["ageSeconds"] for each in found if each["kind"] == "worker")
    return age
