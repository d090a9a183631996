"""What follows a post, over the API: stored with its files, shown as it was given, or refused."""

from typing import Any

import pytest
from sqlmodel import col, select

from models.posts import Media
from models.statuses import PostStatus
from tests.integration.account_factories import connect_bluesky
from tests.integration.api.posts.test_alt_texts import edited
from tests.integration.api.posts.test_approval import put
from tests.integration.api.test_media_uploads import kept
from tests.integration.live_server import OrganizationClient, expect_error
from tests.sample_files import JPEG, MP4

LINK = "https://cdn.example.com/{}.jpg"
PHOTO_POST = {
    "postType": "photo", "photoUrls": [LINK.format(0)], "altTexts": ["A cup"],
    "platforms": ["bluesky"], "publishMode": "draft", "scheduledAt": "2030-05-01T15:00:00.000Z",
}  # fmt: skip
PHOTOS = [LINK.format(1), LINK.format(2)]
THREAD = [
    {"text": "second\n👩‍👩‍👧‍👦", "photoUrls": PHOTOS, "altTexts": ["", "A loaf"]},
    {"text": "third"},
    {"text": "", "videoUrl": "https://cdn.example.com/rise.mp4"},
]


def with_bluesky(organization: OrganizationClient) -> OrganizationClient:
    """The organization, with a Bluesky account."""
    connect_bluesky(organization.api.database, organization.id)
    return organization


@pytest.fixture
def owner(organization: OrganizationClient) -> OrganizationClient:
    """An organization with a Bluesky account."""
    return with_bluesky(organization)


def files_of(owner: OrganizationClient, post_id: str) -> list[tuple[int, int, str | None]]:
    """The files in the database: position, text of the thread and kind."""
    query = select(Media).where(Media.post_id == post_id).order_by(col(Media.position))
    with owner.api.database.read() as session:
        return [(each.position, each.thread_part, each.kind) for each in session.exec(query)]


def shown(owner: OrganizationClient, post_id: str) -> dict[str, Any]:
    """The post, as GET posts/{id} shows it."""
    found: dict[str, Any] = owner.get(f"/posts/{post_id}")["post"]
    return found


def test_a_thread_is_shown_as_it_was_given(any_organization: OrganizationClient) -> None:
    """Texts, links and alt texts; the files come after the post's own, which alone count as the
    post's preview and alt texts. A post without a thread has no such field."""
    owner = with_bluesky(any_organization)
    post_id = owner.publish(**PHOTO_POST, thread=THREAD)["socialPost"]["id"]
    post = shown(owner, post_id)
    assert post["thread"] == THREAD
    assert (post["previewUrl"], post["altTexts"]) == (LINK.format(0), ["A cup"])
    assert owner.posts()[0]["thread"] == THREAD
    assert files_of(owner, post_id) == [
        (0, 0, None), (1, 1, "photo"), (2, 1, "photo"), (3, 3, "video"),
    ]  # fmt: skip
    nothing: list[object] = [[], None]
    for none in nothing:
        plain = owner.publish(**PHOTO_POST, thread=none)["socialPost"]["id"]
        assert "thread" not in shown(owner, plain)


def test_a_text_post_has_no_preview_of_its_thread(owner: OrganizationClient) -> None:
    """The first photo of a thread is not one of the post, for which nothing is known."""
    post_id = owner.publish(platforms=["bluesky"], thread=THREAD[:1])["socialPost"]["id"]
    post = shown(owner, post_id)
    assert (post["previewUrl"], "altTexts" in post) == (None, False)
    assert files_of(owner, post_id) == [(0, 1, "photo"), (1, 1, "photo")]


def test_edits_leave_the_threads_files(
    any_organization: OrganizationClient,
) -> None:
    """Alt texts and other photos are those of the post itself; the thread's files follow them."""
    owner = with_bluesky(any_organization)
    post_id = owner.publish(**PHOTO_POST, thread=THREAD[:1])["socialPost"]["id"]
    too_many = {"postId": post_id, "altTexts": ["one", "two"]}
    problems = expect_error(owner.call("POST", "/edit", json=too_many), 400, "INVALID_INPUT")
    assert "the post has one photo" in problems["altTexts"]
    edited(owner, post_id, altTexts=["A board"])
    assert (shown(owner, post_id)["altTexts"], shown(owner, post_id)["thread"]) == (
        ["A board"], THREAD[:1],
    )  # fmt: skip
    put(owner, post_id, status=PostStatus.FAILED)
    edited(owner, post_id, photoUrls=[LINK.format(number) for number in (7, 8, 9)])
    assert shown(owner, post_id)["thread"] == THREAD[:1]
    assert files_of(owner, post_id) == [
        (0, 0, None), (1, 0, None), (2, 0, None), (3, 1, "photo"), (4, 1, "photo"),
    ]  # fmt: skip


def test_an_edit_replaces_the_whole_thread(owner: OrganizationClient) -> None:
    """Texts and files of the thread are those of the request; the post's own stay. An empty thread
    alone removes it, and beside another change it means "not given". What is wrong is named."""
    post_id = owner.publish(**PHOTO_POST, thread=THREAD)["socialPost"]["id"]
    other = [{"text": "new", "photoUrls": [LINK.format(4)]}, {"text": "and last"}]
    edited(owner, post_id, thread=other)
    assert shown(owner, post_id)["thread"] == other
    assert (shown(owner, post_id)["altTexts"], files_of(owner, post_id)) == (
        ["A cup"], [(0, 0, None), (1, 1, "photo")],
    )  # fmt: skip
    edited(owner, post_id, thread=[], caption="Fresh at 9")
    assert shown(owner, post_id)["thread"] == other
    wrong = {"postId": post_id, "thread": [{"text": "a" * 301}]}
    problems = expect_error(owner.call("POST", "/edit", json=wrong), 400, "INVALID_INPUT")
    assert "at most 300 characters" in problems["thread[0].text"]
    edited(owner, post_id, thread=[])
    assert "thread" not in shown(owner, post_id)
    assert files_of(owner, post_id) == [(0, 0, None)]


def test_uploaded_files_belong_to_threads_too(owner: OrganizationClient) -> None:
    """Nobody deletes them while the post needs them; one that is not the organization's, or of
    another kind, is named with its text."""
    photo, film = kept(owner, JPEG), kept(owner, MP4)
    thread = [{"text": "a", "photoUrls": [photo["url"]]}, {"videoUrl": film["url"]}]
    post_id = owner.publish(platforms=["bluesky"], thread=thread)["socialPost"]["id"]
    (first, second) = shown(owner, post_id)["thread"]
    assert first["photoUrls"][0].endswith(f"/media/{photo['id']}")
    assert second["videoUrl"].endswith(f"/media/{film['id']}")
    assert expect_error(owner.call("DELETE", f"/media/{film['id']}"), 409, "CONFLICT") == {}
    wrong = [{"text": "a", "photoUrls": [photo["url"], film["url"]]}, {"videoUrl": "slotbeat://a"}]
    found = expect_error(
        owner.try_publish(platforms=["bluesky"], thread=wrong), 400, "INVALID_INPUT"
    )
    assert found == {
        "thread[0].photoUrls": "link 2 names a file that is video/mp4, not a photo",
        "thread[1].videoUrl": "names no file of this organization's; upload it with POST media",
    }


def test_networks_that_cannot_take_it_refuse_or_warn(owner: OrganizationClient) -> None:
    """X would show half of it: refused, with what to do. Facebook's post is whole without it:
    accepted with a warning, which stays with the post."""
    problems = expect_error(
        owner.try_publish(platforms=["bluesky", "x"], thread=THREAD), 400, "INVALID_INPUT"
    )
    assert list(problems) == ["thread"]
    assert "cannot be sent to x: the provider simulator has no place" in problems["thread"]
    (warning,) = owner.publish(platforms=["bluesky", "facebook"], thread=THREAD)["warnings"]
    assert warning["field"] == "thread"
    assert "is not sent to facebook" in warning["message"]
    answer = owner.publish(platforms=["facebook"], thread=[{"text": "Out of the oven at 8"}])
    assert "warnings" not in answer


def test_wrong_items_are_named(owner: OrganizationClient) -> None:
    """Empty, too long for the network, a text with an unknown field, and one too many."""
    wrong: list[tuple[object, str, str]] = [
        ([{"text": "a"}, {"text": " "}], "thread[1].text", "must not be empty"),
        ([{"text": "a" * 301}], "thread[0].text", "bluesky takes at most 300 characters"),
        ([{"text": "a", "caption": "b"}], "thread[0].caption", "is not a field"),
        ([{"text": "a"}] * 26, "thread", "25"),
        (["a"], "thread[0]", "must be an object"),
    ]
    for thread, field, sentence in wrong:
        answer = owner.try_publish(platforms=["bluesky"], thread=thread)
        assert sentence in expect_error(answer, 400, "INVALID_INPUT")[field], field
