"""`slotbeat org export`: everything of an organization, and no secret."""

import json
from pathlib import Path
from typing import Any

import pytest

from media.object_storage import ObjectStorage, StorageUnavailable
from tests.integration.cli.run_command import CommandRunner
from tests.sample_files import JPEG

SIGNATURE = "X-Signature=topsecret"


def lines(path: Path) -> list[dict[str, Any]]:
    """The documents of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_everything_is_there_and_no_secret(migrated_shell: CommandRunner) -> None:
    """Settings, posts in every status with deliveries and history, and own files are written; the
    key, the signature of a link and the address of a webhook are not."""
    shell = migrated_shell
    made = shell.slotbeat("org", "create", "Lantern", "--json").json
    (shell.cwd / "photo.jpg").write_bytes(JPEG)
    calendar = shell.cwd / "calendar.jsonl"
    rows = [
        {"key": "a", "postType": "text", "caption": "First", "platforms": ["x"]},
        {
            "key": "b", "postType": "video", "caption": "Film", "platforms": ["x"],
            "videoUrl": f"https://cdn.example.com/film.mp4?{SIGNATURE}", "publishMode": "draft",
            "scheduledAt": "2031-05-01T15:00:00Z",
        },
        {
            "key": "c", "postType": "photo", "caption": "Photo", "platforms": ["x"],
            "photoUrls": ["file:photo.jpg"], "publishMode": "draft",
            "scheduledAt": "2031-05-01T15:00:00Z",
        },
    ]  # fmt: skip
    calendar.write_text("".join(json.dumps(row) + "\n" for row in rows))
    imported = shell.slotbeat("posts", "import", calendar, "--org", made["id"], "--no-check-links")
    assert imported.code == 0, imported.err + imported.out
    first = shell.slotbeat("posts", "list", "--org", made["id"], "--json").json["posts"]
    gone = next(each["id"] for each in first if each["caption"] == "First")
    shell.slotbeat("posts", "cancel", gone, "--org", made["id"])
    summary = shell.slotbeat("org", "export", "Lantern", "out", "--json").json
    assert (summary["posts"], summary["files"], summary["lostFiles"]) == (3, 1, [])
    out = shell.cwd / "out"
    document = json.loads((out / "organization.json").read_text())
    assert (document["name"], document["settings"]["isEnabled"]) == ("Lantern", True)
    posts = {each["key"]: each for each in lines(out / "posts.jsonl")}
    assert {key: each["status"] for key, each in posts.items()}["a"] == "cancelled"
    assert posts["b"]["videoUrl"] == "https://cdn.example.com/film.mp4"
    assert all(each["deliveries"] and each["history"] for each in posts.values())
    (file,) = lines(out / "files.jsonl")
    assert (out / file["url"].removeprefix("file:")).read_bytes() == JPEG
    assert {each["key"] for each in lines(out / "calendar.jsonl")} == {"b", "c"}
    text = "".join(each.read_text() for each in out.glob("*.json*"))
    assert not [secret for secret in (made["apiKey"], SIGNATURE) if secret in text]
    again = shell.slotbeat("org", "export", "Lantern", "out")
    assert (again.code, "FOLDER" in again.err) == (2, True)


@pytest.mark.parametrize("command", ["org export", "posts export"])
def test_a_storage_that_does_not_answer_is_no_lost_file(
    migrated_shell: CommandRunner, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """An export while the storage is away fails, and calls no file missing: whoever deletes the
    organization after it would lose its files."""
    shell = migrated_shell
    made = shell.slotbeat("org", "create", "Lantern", "--json").json
    (shell.cwd / "photo.jpg").write_bytes(JPEG)
    row = {"postType": "photo", "caption": "P", "platforms": ["x"], "photoUrls": ["file:photo.jpg"]}
    (shell.cwd / "calendar.jsonl").write_text(json.dumps(row))
    imported = shell.slotbeat("posts", "import", shell.cwd / "calendar.jsonl")
    assert imported.code == 0, imported.err + imported.out

    async def is_away(*_: object) -> int:
        raise StorageUnavailable("timeout")

    monkeypatch.setattr(ObjectStorage, "size", is_away)
    arguments = {
        "org export": ["org", "export", made["id"], "out"],
        "posts export": ["posts", "export", "-o", "out.csv", "--files", "files"],
    }[command]
    result = shell.slotbeat(*arguments)
    assert (result.code, "storage of files does not answer" in result.errors) == (1, True)
    assert "missing" not in result.errors + result.out
