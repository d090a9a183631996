"""GET posts, and which parts of a post are not stored in clear."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

import models.tables  # noqa: F401  (fills the metadata)
from models.database import Database
from tests.integration.live_server import OrganizationClient, run_api
from tests.integration.local_times import in_the_future

FIELDS = {
    "id", "status", "title", "caption", "platforms", "createdAt", "scheduledFor", "providerJobId",
    "previewUrl", "thumbnailUrl", "providerError", "providerPlatforms", "providerLastEvent",
    "isPublishedOnPlatform",
}  # fmt: skip
SIGNED = "https://cdn.example.com/a.jpg?signature=do-not-show-me"
CAPTION = "Zażółć 🏳️‍🌈 日本\n\t“quotes” <b>\\u0000 עברית"


def test_a_post_is_shown_with_every_field_of_the_contract(
    any_organization: OrganizationClient,
) -> None:
    """A post that was just accepted has all fields, each with its contract's type."""
    at = in_the_future(days=2)
    fields = {"postType": "photo", "photoUrls": [SIGNED], "caption": CAPTION}
    published = any_organization.publish(
        publishMode="schedule", scheduledAt=at, platforms=["x", "facebook"], **fields
    )
    (post,) = any_organization.posts()
    assert set(post) == {*FIELDS, "version", "createdBy"}
    expected = {
        "id": published["socialPost"]["id"],
        "status": "scheduled",
        "title": None,
        "caption": CAPTION,
        "platforms": ["x", "facebook"],
        "scheduledFor": at,
        "providerJobId": published["providerPostId"],
        "previewUrl": SIGNED,
        "thumbnailUrl": SIGNED,
        "providerError": None,
        "providerLastEvent": None,
        "isPublishedOnPlatform": False,
    }
    assert {name: post[name] for name in expected} == expected
    assert in_the_future(minutes=-5) < post["createdAt"] <= in_the_future()
    assert [each["platform"] for each in post["providerPlatforms"]] == ["x", "facebook"]


def test_the_most_recent_post_comes_first(any_organization: OrganizationClient) -> None:
    """Posts are listed in the reverse order of their acceptance, whatever their slots are."""
    modes = [{"scheduledAt": in_the_future(days=9)}, {}, {"publishMode": "publish_now"}]
    modes += [{"publishMode": "draft", "scheduledAt": in_the_future(days=1)}] * 2
    ids = [any_organization.publish(**mode)["socialPost"]["id"] for mode in modes]
    assert [post["id"] for post in any_organization.posts()] == ids[::-1]


def test_another_organizations_posts_never_appear(any_organization: OrganizationClient) -> None:
    """Two organizations with posts each see their own only."""
    other = any_organization.api.create_organization("Another")
    mine = [any_organization.publish()["socialPost"]["id"] for _ in range(2)]
    theirs = other.publish()["socialPost"]["id"]
    assert {post["id"] for post in any_organization.posts()} == set(mine)
    assert [post["id"] for post in other.posts()] == [theirs]


def stored(database: Database) -> str:
    """Every row of every table as the database holds it."""
    with database.read() as session:
        tables = [f'SELECT * FROM "{name}"' for name in SQLModel.metadata.tables]  # noqa: S608
        rows = [session.connection().execute(text(table)).all() for table in tables]
    return repr(rows)


def test_links_and_keys_are_not_stored_in_clear(any_organization: OrganizationClient) -> None:
    """No row contains a source link, its signature or an API key; the rest is stored in clear."""
    fields = {"postType": "photo", "photoUrls": [SIGNED]}
    any_organization.publish(caption="to be found", **fields)
    found = stored(any_organization.api.database)
    assert "to be found" in found
    for secret in ("do-not-show-me", "cdn.example.com", any_organization.key[3:]):
        assert secret not in found


@pytest.mark.parametrize("kind", ["videoUrl", "photoUrls", "documentUrl"])
def test_no_file_of_a_sqlite_database_holds_a_link(tmp_path: Path, kind: str) -> None:
    """The bytes of the database file, its log and its key file contain neither link nor API key."""
    with run_api(f"sqlite:///{tmp_path / 'slotbeat.db'}") as api:
        owner = api.create_organization()
        post_type = kind.removesuffix("Url").removesuffix("Urls")
        link = [SIGNED] if kind == "photoUrls" else SIGNED
        owner.publish(postType=post_type, platforms=["linkedin"], **{kind: link})
        files = [path.read_bytes() for path in tmp_path.iterdir()]
    assert len(files) >= 2
    assert not any(s in file for file in files for s in (b"do-not-show-me", owner.key.encode()))
