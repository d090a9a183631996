"""Alt texts over the API: stored with their photos, shown, changed, and refused where wrong."""

from typing import Any

from sqlmodel import col, select

from models.posts import Media
from models.statuses import PostStatus
from tests.integration.api.posts.test_approval import history, put
from tests.integration.live_server import OrganizationClient, expect_error

PHOTOS = [f"https://cdn.example.com/{number}.jpg" for number in (1, 2, 3)]
PHOTO_POST = {
    "postType": "photo", "photoUrls": PHOTOS, "platforms": ["facebook"], "publishMode": "draft",
    "scheduledAt": "2030-05-01T15:00:00.000Z",
}  # fmt: skip


def published(organization: OrganizationClient, **fields: Any) -> str:  # noqa: ANN401
    """The id of a new post with three photos."""
    return str(organization.publish(**PHOTO_POST, **fields)["socialPost"]["id"])


def edited(organization: OrganizationClient, post_id: str, **fields: Any) -> None:  # noqa: ANN401
    """Edit a post, which must succeed."""
    answer = organization.call("POST", "/edit", json={"postId": post_id, **fields})
    assert answer.status_code == 200, answer.text


def stored(organization: OrganizationClient, post_id: str) -> list[str | None]:
    """The alt texts in the database, in the order of the photos."""
    query = select(Media).where(Media.post_id == post_id).order_by(col(Media.position))
    with organization.api.database.read() as session:
        return [each.alt_text for each in session.exec(query)]


def shown(organization: OrganizationClient, post_id: str) -> Any:  # noqa: ANN401
    """`altTexts` of the post; None where it has none."""
    return organization.get(f"/posts/{post_id}")["post"].get("altTexts")


def test_each_photo_keeps_its_alt_text(any_organization: OrganizationClient) -> None:
    """By its place in the list, which may be shorter and have empty texts; the list of posts and
    the single post show them, and a post without any has no such field."""
    post_id = published(any_organization, altTexts=["", " A loaf\r\non a board "])
    assert stored(any_organization, post_id) == [None, "A loaf\non a board", None]
    assert shown(any_organization, post_id) == ["", "A loaf\non a board", ""]
    (listed,) = any_organization.posts()
    assert listed["altTexts"] == ["", "A loaf\non a board", ""]
    assert (
        "altTexts"
        not in any_organization.get(f"/posts/{published(any_organization, altTexts=['', ''])}")[
            "post"
        ]
    )


def test_an_edit_sets_the_alt_texts_of_all_photos(organization: OrganizationClient) -> None:
    """Those that its list does not name have none after it, an empty list removes all, and an edit
    of something else changes none. The version of the content moves, so that the provider's draft
    is updated."""
    post_id = published(organization, altTexts=["A cup", "A loaf"])
    edited(organization, post_id, caption="Better")
    assert stored(organization, post_id) == ["A cup", "A loaf", None]
    edited(organization, post_id, altTexts=["", "", "A board"])
    assert stored(organization, post_id) == [None, None, "A board"]
    edited(organization, post_id, altTexts=[], caption="Best")
    assert stored(organization, post_id) == [None, None, "A board"]
    edited(organization, post_id, altTexts=[])
    assert stored(organization, post_id) == [None, None, None]
    assert [step for step, _, _ in history(organization, post_id)].count("edit") == 4


def test_other_photos_get_their_own_alt_texts(organization: OrganizationClient) -> None:
    """What the earlier photos showed says nothing about the new ones."""
    post_id = published(organization, altTexts=["A cup", "A loaf"])
    put(organization, post_id, status=PostStatus.FAILED)
    edited(organization, post_id, photoUrls=PHOTOS[:2], altTexts=["", "A board"])
    assert stored(organization, post_id) == [None, "A board"]
    edited(organization, post_id, photoUrls=PHOTOS)
    assert stored(organization, post_id) == [None, None, None]


def test_wrong_alt_texts_are_named(organization: OrganizationClient) -> None:
    """Too long with its place in the list, one too many, of a post without photos, no text; at
    publish and at edit alike."""
    post_id = published(organization)
    wrong: list[tuple[object, str, str]] = [
        (["A cup", "x" * 2001], "altTexts[1]", "must have at most"),
        (["1", "2", "3", "4"], "altTexts", "has 4 texts, but the post has 3 photos"),
        (["A cup", 7], "altTexts[1]", "must be a text"),
        ("A cup", "altTexts", "must be a list"),
    ]
    for alt_texts, field, sentence in wrong:
        for answer in (
            organization.try_publish(**PHOTO_POST, altTexts=alt_texts),
            organization.call("POST", "/edit", json={"postId": post_id, "altTexts": alt_texts}),
        ):
            problems = expect_error(answer, 400, "INVALID_INPUT")
            assert sentence in problems[field]
    text_post = organization.try_publish(altTexts=["A cup"])
    problems = expect_error(text_post, 400, "INVALID_INPUT")
    assert "does not go with postType 'text'" in problems["altTexts"]
