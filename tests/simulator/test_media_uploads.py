"""The simulator's uploads over real HTTP: signatures, headers, confirmation and expiry."""

import hashlib
import socket
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from simulator import Options
from tests.simulator.test_publishing import BLOB_HEADERS, quote_id, run_simulator
from tests.wait import wait_until


def xml_code(answer: httpx.Response) -> tuple[int, str]:
    """Status and error code of the blob host's refusal, which must be XML."""
    assert answer.headers["Content-Type"].startswith("application/xml")
    code = answer.text.partition("<Code>")[2].partition("</Code>")[0]
    return answer.status_code, code


def test_a_confirmed_upload_is_processed() -> None:
    """UPLOADING, PROCESSING, SUCCESS; the size is the number of received bytes."""
    with run_simulator(Options(processing=0.2)) as client:
        media = client.initiate()
        path = f"media/{quote_id(media['id'])}"
        assert client.media_status(media["id"]) == "UPLOADING"
        assert client.put(media["uploadUrl"], b"x" * 70_000).content == b""
        assert client.ok("PATCH", path)["status"] == "PROCESSING"
        wait_until(lambda: client.media_status(media["id"]) == "SUCCESS")
        assert client.ok("PATCH", path)["status"] == "SUCCESS"
        shown = client.ok("GET", path)
        assert (shown["type"], shown["specs"]["fileSizeBytes"]) == ("image/jpeg", 70_000)


def test_a_confirm_before_the_bytes_is_refused() -> None:
    """A confirm before the upload is refused."""
    with run_simulator() as client:
        media = client.initiate()
        answer = client.call("PATCH", f"media/{quote_id(media['id'])}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "id")


def test_an_empty_file_is_accepted_and_ends_in_error() -> None:
    """The blob host accepts any size; the client must check it itself."""
    with run_simulator() as client:
        media = client.initiate()
        assert client.put(media["uploadUrl"], b"").status_code == 201
        client.ok("PATCH", f"media/{quote_id(media['id'])}")
        assert client.media_status(media["id"]) == "ERROR"


def test_unconfirmed_media_disappears() -> None:
    """Uploaded but never confirmed: UPLOADING, then 404, also for a late confirm."""
    with run_simulator(Options(confirm_ttl=1.5)) as client:
        media = client.initiate()
        path = f"media/{quote_id(media['id'])}"
        assert client.put(media["uploadUrl"], b"bytes").status_code == 201
        assert client.media_status(media["id"]) == "UPLOADING"
        wait_until(lambda: client.call("GET", path).status_code == 404)
        assert client.call("PATCH", path).status_code == 404


def test_deleted_media_is_gone() -> None:
    """Deletion is permanent; the signed URL still accepts bytes, without effect."""
    with run_simulator() as client:
        media = client.initiate()
        path = f"media/{quote_id(media['id'])}"
        client.ok("DELETE", path)
        assert client.call("DELETE", path).status_code == 404
        assert client.put(media["uploadUrl"], b"late").status_code == 201


def test_the_blob_host_wants_its_headers() -> None:
    """No blob type, or a wrong one: 400. The API's key in the wrong place: 400."""
    with run_simulator() as client:
        url = client.initiate()["uploadUrl"]
        bare = client.http.put(url, content=b"x")
        assert xml_code(bare) == (400, "MissingRequiredHeader")
        wrong = client.put(url, b"x", **{"x-ms-blob-type": "PageBlob"})
        assert xml_code(wrong) == (400, "MissingRequiredHeader")
        assert xml_code(client.put(url, b"x", **client.headers)) == (400, "InvalidHeaderValue")


def test_the_blob_host_wants_a_length() -> None:
    """A generator body is sent chunked, and is refused as by Azure."""

    def body() -> Iterator[bytes]:
        yield b"bytes"

    with run_simulator() as client:
        url = client.initiate()["uploadUrl"]
        answer = client.http.put(url, content=body(), headers=BLOB_HEADERS)
        assert xml_code(answer) == (411, "MissingContentLength")


def test_signatures_are_checked() -> None:
    """Unsigned, another blob's, or expired: 403 with an XML body."""
    with run_simulator(Options(upload_ttl=1.5)) as client:
        url = client.initiate()["uploadUrl"]
        assert client.put(url, b"x").status_code == 201
        unsigned = url.partition("?")[0]
        assert xml_code(client.put(unsigned, b"x")) == (403, "AuthenticationFailed")
        foreign = f"{unsigned}?{urlsplit(client.initiate()['uploadUrl']).query}"
        assert xml_code(client.put(foreign, b"x")) == (403, "AuthenticationFailed")
        wait_until(lambda: client.put(url, b"x").status_code == 403)


def test_half_an_upload_is_no_upload(caplog: pytest.LogCaptureFixture) -> None:
    """A client that dies during the upload leaves no file, and no error in the log."""
    with run_simulator() as client:
        media = client.initiate()
        url = urlsplit(media["uploadUrl"])
        head = (
            f"PUT {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\n"
            "x-ms-blob-type: BlockBlob\r\nContent-Length: 1000\r\n\r\nhalf"
        )
        with socket.create_connection((url.hostname, url.port)) as dying:
            dying.sendall(head.encode())
            wait_until(lambda: client.admin_state("calls")["calls"].get("put_blob"))
        assert client.call("PATCH", f"media/{quote_id(media['id'])}").status_code == 400
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_content_md5_is_verified_when_sent() -> None:
    """The right digest is accepted; a wrong one is refused, and the bytes are not recorded."""
    with run_simulator() as client:
        media = client.initiate()
        digest = b64encode(hashlib.md5(b"bytes", usedforsecurity=False).digest()).decode()
        bad = client.put(media["uploadUrl"], b"other", **{"Content-MD5": digest})
        assert xml_code(bad) == (400, "Md5Mismatch")
        assert client.call("PATCH", f"media/{quote_id(media['id'])}").status_code == 400
        good = client.put(media["uploadUrl"], b"bytes", **{"Content-MD5": digest})
        assert good.status_code == 201


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"destinationType": "POST_MEDIA"}, "name"),
        ({"destinationType": "AVATAR", "name": "a.jpg"}, "destinationType"),
    ],
)
def test_an_initiate_names_what_it_lacks(body: dict[str, str], field: str) -> None:
    """Destination and file name are required."""
    with run_simulator() as client:
        answer = client.call("POST", "media", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_legacy_answers_are_the_other_half_of_the_documents() -> None:
    """`mediaId` for `id`, and `success` for the stage."""
    with run_simulator(Options(legacy_answers=True, publishing=60)) as client:
        assert set(client.initiate()) == {"mediaId", "uploadUrl"}
        assert client.stage(client.create(), "publishNow").json() == {"success": True}


def test_the_media_folder_is_served_with_ranges(tmp_path: Path) -> None:
    """Type, length and ranges are right, and no path outside of the folder is served."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "clip.mp4").write_bytes(b"0123456789")
    (tmp_path / "secret.txt").write_text("no")
    with run_simulator(Options(media=folder)) as client:
        url = f"{client.origin}/media/clip.mp4"
        whole = client.http.get(url)
        assert (whole.headers["Content-Type"], whole.headers["Content-Length"]) == (
            "video/mp4",
            "10",
        )
        part = client.http.get(url, headers={"Range": "bytes=2-4"})
        assert (part.status_code, part.content) == (206, b"234")
        assert client.http.get(f"{client.origin}/media/..%2Fsecret.txt").status_code in {403, 404}
        client.inject_fault(kind="outage", seconds=60)
        assert client.http.get(url).content == b"0123456789"
