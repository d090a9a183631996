"""POST posts/{id}/duplicate: a draft of any post."""

from typing import Any

import pytest
from sqlalchemy import delete, select, update

from models.tables import POST, STORED_FILE
from tests.integration.live_server import OrganizationClient, expect_error
from tests.sample_files import JPEG

PHOTO = {"postType": "photo", "platforms": ["facebook"], "publishMode": "draft"}


def _copy(organization: OrganizationClient, post_id: str, **body: Any) -> Any:  # noqa: ANN401
    return organization.call("POST", f"/posts/{post_id}/duplicate", json=body or None)


def _upload(organization: OrganizationClient) -> tuple[str, str]:
    """The id and the URL of a new stored file."""
    answer = organization.call(
        "POST", "/media", content=JPEG, headers={"Content-Type": "image/jpeg"}
    )
    file = answer.json()["media"]
    return file["id"], file["url"]


@pytest.mark.parametrize("status", ["published", "rejected"])
def test_any_post_has_a_copy(any_organization: OrganizationClient, status: str) -> None:
    """A draft without a date, with the same content; the post itself stays as it is, and an import
    of its row does not find the copy."""
    made = any_organization.publish(
        postType="photo", caption="Hello", photoUrls=["https://cdn.example.com/1.jpg"],
        altTexts=["A cup"], platforms=["facebook", "x"],
    )["socialPost"]  # fmt: skip
    with any_organization.api.database.write() as session:
        row = update(POST).where(POST.c.id == made["id"])
        session.connection().execute(row.values(status=status, row_key="row 1", title="Cups"))
    before = any_organization.get(f"/posts/{made['id']}")
    copy = _copy(any_organization, made["id"]).json()["socialPost"]
    assert (copy["status"], copy["scheduledFor"]) == ("draft", None)
    assert any_organization.get(f"/posts/{made['id']}") == before
    shown = any_organization.get(f"/posts/{copy['id']}")["post"]
    same = ("caption", "platforms", "altTexts", "previewUrl")
    assert {name: shown[name] for name in same} == {name: before["post"][name] for name in same}
    with any_organization.api.database.read() as session:
        columns = (POST.c.row_key, POST.c.title)
        query = select(*columns).where(POST.c.id == copy["id"])
        assert tuple(session.connection().execute(query).one()) == (None, "Cups")


def test_a_copy_shares_the_stored_file(organization: OrganizationClient) -> None:
    """Nothing is stored twice, and the file cannot be deleted while the copy needs it."""
    file_id, url = _upload(organization)
    made = organization.publish(**PHOTO, caption="Hello", photoUrls=[url])["socialPost"]
    copy = _copy(organization, made["id"])
    assert copy.status_code == 200, copy.text
    organization.call("POST", "/remove", json={"postId": made["id"]})
    refused = organization.call("DELETE", f"/media/{file_id}")
    assert refused.status_code == 409, refused.text


def test_a_file_that_is_gone_is_named(organization: OrganizationClient) -> None:
    """400 with the field; with other files the copy is made."""
    urls = [_upload(organization)[1], "https://cdn.example.com/2.jpg"]
    made = organization.publish(**PHOTO, caption="Hello", photoUrls=urls)["socialPost"]
    with organization.api.database.write() as session:
        session.connection().execute(delete(STORED_FILE))
    details = expect_error(_copy(organization, made["id"]), 400, "INVALID_INPUT")
    assert details["photoUrls"].startswith("file 1 of the post was uploaded, and is not stored")
    other = _copy(organization, made["id"], photoUrls=["https://cdn.example.com/3.jpg"])
    shown = organization.get(f"/posts/{other.json()['socialPost']['id']}")["post"]
    assert shown["previewUrl"] == "https://cdn.example.com/3.jpg"


def test_an_unknown_post_has_no_copy(organization: OrganizationClient) -> None:
    """404."""
    expect_error(_copy(organization, "nobody"), 404, "NOT_FOUND")
