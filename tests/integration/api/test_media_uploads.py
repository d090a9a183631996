"""POST media: accepted and refused files, reading them back, and posts that use them."""

import hashlib
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import select

from models.stored_files import StoredFile
from services.public_urls import API_PREFIX
from tests.integration.live_server import OrganizationClient, expect_error
from tests.sample_files import HTML, JPEG, MP4, PDF, VIDEO_MP4
from tests.wait import wait_until

SOUND = b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42" + bytes(500)


def upload(owner: OrganizationClient, body: bytes, kind: str = "", **query: str) -> httpx.Response:
    """The raw answer to an upload of these bytes."""
    headers = {"Content-Type": kind} if kind else {}
    return owner.call("POST", "/media", content=body, headers=headers, params=query)


def kept(owner: OrganizationClient, body: bytes, kind: str = "", **query: str) -> dict[str, Any]:
    """The file of an upload that must succeed."""
    answer = upload(owner, body, kind, **query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["media"]
    return found


def rows_of(owner: OrganizationClient) -> list[StoredFile]:
    """The organization's files, as the database knows them."""
    with owner.api.database.read() as session:
        query = select(StoredFile).where(StoredFile.organization_id == owner.id)
        return list(session.exec(query))


def test_a_file_is_kept_as_it_came_and_given_back(any_organization: OrganizationClient) -> None:
    """A video: its size, checksum and link; reading it back gives the same bytes."""
    body = VIDEO_MP4.read_bytes()
    media = kept(any_organization, body, "video/mp4", name="../Spring clip.mov")
    made, ends = (datetime.fromisoformat(media[name]) for name in ("createdAt", "expiresAt"))
    assert media["url"] == f"slotbeat://media/{media['id']}"
    assert (media["name"], media["contentType"]) == ("Spring clip.mp4", "video/mp4")
    assert (media["size"], media["sha256"]) == (len(body), hashlib.sha256(body).hexdigest())
    assert ends - made == timedelta(days=7)
    answer = any_organization.call("GET", f"/media/{media['id']}")
    assert answer.content == body
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Content-Length"] == str(len(body))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    shown = "inline; filename*=UTF-8''Spring%20clip.mp4"
    assert answer.headers["Content-Disposition"] == shown
    assert (any_organization.api.files / media["id"]).read_bytes() == body


def test_a_form_with_one_file_is_as_good(organization: OrganizationClient) -> None:
    """As `curl -F file=@…` sends it, with other fields: only the file is stored. A browser
    downloads a document and never displays it."""
    body = PDF + bytes(300_000)
    answer = organization.call(
        "POST", "/media", files={"file": ("Menü.pdf", body, "application/pdf")}, data={"a": "b"}
    )
    media = answer.json()["media"]
    assert (media["name"], media["size"]) == ("Menü.pdf", len(body))
    read = organization.call("GET", f"/media/{media['id']}")
    assert read.content == body
    assert read.headers["Content-Disposition"].startswith("attachment; ")


@pytest.mark.parametrize(
    "kind", ["", "application/octet-stream", "application/x-www-form-urlencoded", "image/jpg"]
)
def test_what_says_nothing_of_a_file_contradicts_nothing(
    organization: OrganizationClient, kind: str
) -> None:
    """No type, curl's own default, or another name of the same type; the name by its header."""
    headers = {"Content-Disposition": "attachment; filename*=UTF-8''caf%C3%A9.jpg"}
    if kind:
        headers["Content-Type"] = kind
    answer = organization.call("POST", "/media", content=JPEG, headers=headers)
    media = answer.json()["media"]
    assert (media["contentType"], media["name"]) == ("image/jpeg", "café.jpg")


BAD: dict[str, tuple[bytes, str, str, str]] = {
    "nothing": (b"", "video/mp4", "file", "is empty"),
    "a page": (HTML, "video/mp4", "file", "is text/html; a post can carry videos"),
    "a sound": (SOUND, "", "file", "is audio/mp4"),
    "a text": (b"Hello", "text/plain", "file", "is text"),
    "a photo, they say": (MP4, "image/jpeg", "Content-Type", "the file is video/mp4"),
    "a page, they say": (JPEG, "text/html", "Content-Type", "the file is image/jpeg"),
    "an empty form": (b"--b--\r\n", "multipart/form-data; boundary=b", "file", "is required"),
    "no form": (b"hello", "multipart/form-data; boundary=b", "body", "is no whole"),
    "no boundary": (b"--b--\r\n", "multipart/form-data", "body", "names no boundary"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_no_post_can_carry_is_refused(organization: OrganizationClient, case: str) -> None:
    """400 with the field, and nothing is stored."""
    body, kind, field, words = BAD[case]
    assert words in expect_error(upload(organization, body, kind), 400, "INVALID_INPUT")[field]
    assert rows_of(organization) == []


def test_a_form_that_breaks_off_or_has_two_files_leaves_nothing(
    organization: OrganizationClient,
) -> None:
    """The first file was being stored already: it is not stored either."""
    before = set(organization.api.files.iterdir())
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    part = head + JPEG + bytes(200_000)
    for body in (part, part + b"\r\n" + part + b"\r\n--b--\r\n"):
        answer = upload(organization, body, "multipart/form-data; boundary=b")
        assert expect_error(answer, 400, "INVALID_INPUT")
    assert rows_of(organization) == []
    assert set(organization.api.files.iterdir()) == before


def test_an_upload_that_is_broken_off_leaves_nothing(any_organization: OrganizationClient) -> None:
    """The caller disconnects in the middle of a large file: no row, and no part of it on disk."""
    files, size = any_organization.api.files, 40 << 20
    before = set(files.iterdir())
    url = httpx.URL(any_organization.api.http.base_url)
    head = (
        f"POST {API_PREFIX}/media HTTP/1.1\r\nHost: {url.host}\r\nContent-Length: {size}\r\n"
        f"Authorization: Bearer {any_organization.key}\r\n\r\n"
    )
    with socket.create_connection((url.host, url.port or 80)) as caller:
        caller.sendall(head.encode() + MP4 + bytes(size // 2))
        wait_until(lambda: set(files.iterdir()) > before, 30, "the first part on disk")
    wait_until(lambda: set(files.iterdir()) == before, 30, "the end of the upload")
    assert rows_of(any_organization) == []


def photo(owner: OrganizationClient, *links: str) -> httpx.Response:
    """The raw answer to a photo post with these links."""
    return owner.try_publish(postType="photo", photoUrls=list(links))


def test_a_post_carries_own_files(any_organization: OrganizationClient) -> None:
    """Its preview is our link, and the file stays until the post has ended."""
    owner = any_organization
    media = kept(owner, JPEG, name="a.jpg")
    answer = photo(owner, media["url"], "https://cdn.example.com/b.jpg")
    assert answer.status_code == 200, answer.text
    (shown,) = owner.posts()
    path = f"{API_PREFIX}/media/{media['id']}"
    assert (shown["previewUrl"], shown["thumbnailUrl"]) == (path, path)
    assert owner.get(f"/posts/{shown['id']}")["post"]["previewUrl"] == path
    assert expect_error(owner.call("DELETE", f"/media/{media['id']}"), 409, "CONFLICT") == {}
    assert owner.call("POST", "/remove", json={"postId": shown["id"]}).status_code == 200
    assert owner.call("DELETE", f"/media/{media['id']}").json() == {"media": {"id": media["id"]}}
    assert expect_error(owner.call("GET", f"/media/{media['id']}"), 404, "NOT_FOUND") == {}
    assert owner.posts()[0]["previewUrl"] is None
    assert not (owner.api.files / media["id"]).exists()


def test_nobody_uses_reads_or_deletes_anothers_file(any_organization: OrganizationClient) -> None:
    """Another organization's file is refused with the same message as an unknown one."""
    other = any_organization.api.create_organization("Harbour Books")
    media = kept(any_organization, JPEG)
    links = [media["url"], f"slotbeat://media/{'0' * 32}", "slotbeat://media/x", "slotbeat://a"]
    sentences = {
        expect_error(photo(other, link), 400, "INVALID_INPUT")["photoUrls"] for link in links
    }
    assert len(sentences) == 1
    for method in ("GET", "DELETE"):
        answer = other.call(method, f"/media/{media['id']}")
        assert expect_error(answer, 404, "NOT_FOUND") == {}
    assert any_organization.call("GET", f"/media/{media['id']}").content == JPEG


def test_a_file_must_fit_its_field(organization: OrganizationClient) -> None:
    """A video among photos, or a document as a video: the field is named."""
    film, paper = kept(organization, MP4)["url"], kept(organization, PDF)["url"]
    found = expect_error(
        photo(organization, kept(organization, JPEG)["url"], film), 400, "INVALID_INPUT"
    )
    assert found == {"photoUrls": "link 2 names a file that is video/mp4, not a photo"}
    answer = organization.try_publish(postType="video", videoUrl=paper)
    assert "not a video" in expect_error(answer, 400, "INVALID_INPUT")["videoUrl"]
    assert organization.posts() == []


def test_uploading_is_off_with_the_feature_and_reading_is_not(
    organization: OrganizationClient,
) -> None:
    """403 for a new file; an old one may be read and deleted."""
    media = kept(organization, JPEG)
    organization.put_settings(isEnabled=False)
    expect_error(upload(organization, JPEG), 403, "FORBIDDEN")
    calls: list[Callable[[], httpx.Response]] = [
        lambda: organization.call("GET", f"/media/{media['id']}"),
        lambda: organization.call("DELETE", f"/media/{media['id']}"),
    ]
    assert [call().status_code for call in calls] == [200, 200]
