"""Versions and titles over the API: stored, shown, and refused where they are wrong."""

import json
from typing import Any

import pytest

from models.store.posts import posts
from services.posts.post_warnings import warnings_by_post
from tests.integration.account_factories import add_own_connection, sync_accounts
from tests.integration.live_server import OrganizationClient, expect_error

LONG = "a" * 300
PHOTOS = [f"https://cdn.example.com/{number}.jpg" for number in (1, 2, 3)]
PHOTO_POST = {
    "postType": "photo", "photoUrls": PHOTOS, "platforms": ["facebook", "x"],
    "publishMode": "draft", "scheduledAt": "2030-05-01T15:00:00.000Z", "caption": "Fresh",
}  # fmt: skip


def published(organization: OrganizationClient, **fields: Any) -> str:  # noqa: ANN401
    """The id of a new post with three photos, for Facebook and X."""
    return str(organization.publish(**{**PHOTO_POST, **fields})["socialPost"]["id"])


def test_a_post_keeps_its_title_and_its_versions(any_organization: OrganizationClient) -> None:
    """As they were given, without empty parts; lists and the single post show them, and a post that
    has none shows no versions."""
    version = {"caption": "For X", "media": [2, 0], "altTexts": ["A loaf "], "platformFields": {}}
    post_id = published(
        any_organization, title="News", versions={"x": version, "facebook": {"caption": ""}}
    )
    kept = {"x": {"caption": "For X", "media": [2, 0], "altTexts": ["A loaf"]}}
    with any_organization.api.database.read() as session:
        post = posts.get(session, any_organization.id, post_id)
    assert post is not None
    assert (post.title, post.versions) == ("News", kept)
    (listed,) = any_organization.posts()
    shown = any_organization.get(f"/posts/{post_id}")["post"]
    for each in (listed, shown):
        assert (each["title"], each["versions"]) == ("News", kept)
    assert "versions" not in any_organization.get(f"/posts/{published(any_organization)}")["post"]


@pytest.mark.parametrize(
    ("versions", "field", "sentence"),
    [
        ({"x": {"caption": LONG}}, "versions.x.caption", "x takes at most 280"),
        ({"x": {"media": [3]}}, "versions.x.media", "names file 3, but the post has 3 files"),
        ({"x": {"media": [20]}}, "versions.x.media[0]", "less than 20"),
        ({"x": {"text": "Hi"}}, "versions.x.text", "is not a field"),
        ({"x": "Hi"}, "versions.x", "must be an object"),
        ({"instagram": {"caption": "Hi"}}, "versions.instagram", "does not go to instagram"),
        ({"X": {"caption": "Hi"}}, "versions.X", "is neither a network of this post (facebook, x)"),
        (["Hi"], "versions", "must be an object"),
    ],
)
def test_wrong_versions_are_named(
    organization: OrganizationClient, versions: object, field: str, sentence: str
) -> None:
    """Each with the field that is wrong and what would be right."""
    answer = organization.try_publish(**PHOTO_POST, versions=versions)
    assert sentence in expect_error(answer, 400, "INVALID_INPUT")[field]


def test_a_caption_only_has_to_fit_where_it_goes(organization: OrganizationClient) -> None:
    """One that is too long for X is taken where X has its own."""
    answer = organization.try_publish(**{**PHOTO_POST, "caption": LONG})
    assert "x takes at most 280" in expect_error(answer, 400, "INVALID_INPUT")["caption"]
    assert published(organization, caption=LONG, versions={"x": {"caption": "Short"}})


def test_what_is_not_sent_of_a_version_is_warned_of(organization: OrganizationClient) -> None:
    """At publish, as of the common fields: the title, where no network has one."""
    answer = organization.publish(
        **PHOTO_POST, title="News", versions={"x": {"altTexts": ["A cup"]}}
    )
    fields = [each["field"] for each in answer["warnings"]]
    assert fields == ["versions.x.altTexts", "title"]
    with organization.api.database.read() as session:
        post = posts.get(session, organization.id, answer["socialPost"]["id"])
        assert post is not None
        assert warnings_by_post(session, [post])[post.id] == answer["warnings"]


def test_an_account_that_the_post_names_has_a_version(organization: OrganizationClient) -> None:
    """And no other account: not the default one of a network, which may be another when the post
    goes out."""
    add_own_connection(organization)
    levels = ("x", "OK"), ("x", "OK"), ("facebook", "OK")
    first, second, default = (each.id for each in sync_accounts(organization, *levels))
    named = {**PHOTO_POST, "caption": LONG, "accountIds": [first, second]}
    short = {"caption": "Short"}
    published(organization, **named, versions={first: short, second: short})
    (post,) = organization.posts()
    assert post["versions"] == {first: short, second: short}
    one = organization.try_publish(**named, versions={first: short})
    assert "x takes at most 280" in expect_error(one, 400, "INVALID_INPUT")["caption"]
    other = organization.try_publish(**named, versions={"x": short, default: short})
    problems = expect_error(other, 400, "INVALID_INPUT")
    assert "nor an account in its accountIds" in problems[f"versions.{default}"]


def test_versions_travel_with_a_calendar(organization: OrganizationClient) -> None:
    """The same from a sheet and from JSON Lines; the row is known then, a changed version differs,
    and one that does not fit is named with all else that is wrong."""

    def send(body: str, kind: str) -> Any:  # noqa: ANN401
        answer = organization.call(
            "POST", "/import", content=body.encode(), headers={"Content-Type": kind}
        )
        return answer.json()["rows"][0]

    header = "key,postType,caption,platforms,title,Caption (X)\n"
    sheet = f"{header}k,text,{LONG},facebook x,News,For X\n"
    line = {
        "key": "k", "postType": "text", "caption": LONG, "platforms": ["facebook", "x"],
        "title": "News", "versions": {"x": {"caption": "For X"}},
    }  # fmt: skip
    assert send(sheet, "text/csv")["status"] == "accepted"
    (post,) = organization.posts()
    assert (post["title"], post["versions"]) == ("News", {"x": {"caption": "For X"}})
    known = send(json.dumps(line), "application/x-ndjson")
    assert (known["status"], known.get("differs", [])) == ("known", [])
    changed = {**line, "title": "Old", "versions": {"facebook": {"caption": "Hi"}}}
    assert send(json.dumps(changed), "application/x-ndjson")["differs"] == ["title", "versions"]
    wrong = send(f"{header}l,text,{LONG},facebook x,News,{LONG}\nl,text", "text/csv")
    assert [each["field"] for each in wrong["errors"]] == ["versions.x.caption"]
    odd = json.dumps({**line, "key": "m", "versions": {"x": {"caption": 7}}, "timezone": "Mars"})
    fields = [each["field"] for each in send(odd, "application/x-ndjson")["errors"]]
    assert fields == ["versions.x.caption", "timezone"]
