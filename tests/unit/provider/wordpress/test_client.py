"""WordPress's client: what it sends, and what it makes of answers."""

import math
from collections.abc import Awaitable, Callable

import httpx
import pytest

from provider.errors import (
    GiveUp,
    IncompleteList,
    OutcomeUnknown,
    ProviderError,
    Reconnect,
    RestartUpload,
    Retry,
)
from provider.protocol import DraftMedia, FileSpec, Profile, RemoteStage
from provider.wordpress.client import WordPress
from tests.unit.provider.wordpress.scripted_site import (
    CREDENTIALS,
    HTML,
    PASSWORD,
    ScriptedSite,
    ok,
    post,
    refuse,
    wordpress_draft,
)

POSTS, POST, MEDIA = "/wp/v2/posts", "/wp/v2/posts/7", "/wp/v2/media"
PHOTO = {
    "id": 5,
    "source_url": "https://site.test/a.jpg",
    "mime_type": "image/jpeg",
    "alt_text": "",
    "title": {"rendered": "a"},
}
Question = Callable[[WordPress], Awaitable[object]]


@pytest.fixture
def site() -> ScriptedSite:
    """A site that answers nothing yet."""
    return ScriptedSite()


def publish(site: ScriptedSite) -> object:
    """Publish post 7."""
    return site.run(lambda it: it.publish_now("7", wordpress_draft(), held_until=math.inf))


def failure(site: ScriptedSite, question: Question) -> ProviderError:
    """The error of a question."""
    with pytest.raises(ProviderError) as caught:
        site.run(question)
    assert PASSWORD not in repr(caught.value)
    return caught.value


def test_a_draft_has_all_that_the_post_has(site: ScriptedSite) -> None:
    """Title, content, excerpt, slug, terms and the featured image; no date, so that publishing sets
    it."""
    site.on(f"GET {MEDIA}", ok([PHOTO])).on(f"POST {MEDIA}/5", ok(PHOTO))
    site.on("POST /wp/v2/tags", ok({"id": 3}, 201))
    site.on("GET /wp/v2/categories", ok([{"id": 4, "name": "News", "slug": "news"}]))
    site.on(f"POST {POSTS}", ok(post(), 201))
    fields = {
        "wordpressTags": "bread",
        "wordpressCategories": "News",
        "wordpressExcerpt": "In short & <good>",
        "wordpressSlug": "fresh",
    }
    media = (DraftMedia("5", "image/jpeg", "A loaf"),)
    draft = wordpress_draft("A & B\n\nText", media=media, fields=fields, post_type="photo")
    assert site.run(lambda it: it.create(draft)).stage is RemoteStage.DRAFT
    body = site.body()
    assert "<p>Text</p>" in body.pop("content")
    assert body == {
        "title": "A &amp; B",
        "excerpt": "In short &amp; &lt;good&gt;",
        "featured_media": 5,
        "tags": [3],
        "categories": [4],
        "slug": "fresh",
        "status": "draft",
    }
    assert site.body(0) == {"alt_text": "A loaf"}


@pytest.mark.parametrize(
    ("wish", "featured", "shown"), [("first", 5, True), ("Only", 5, False), ("none", 0, True)]
)
def test_the_featured_image(site: ScriptedSite, wish: str, featured: int, *, shown: bool) -> None:
    """The first photo is featured and in the text, unless the field says otherwise."""
    site.on(f"GET {MEDIA}", ok([PHOTO])).on(f"POST {POST}", ok(post()))
    media, fields = (DraftMedia("5", "image/jpeg"),), {"wordpressFeaturedImage": wish}
    draft = wordpress_draft(media=media, fields=fields, post_type="photo")
    site.run(lambda it: it.update("7", draft))
    assert site.body()["featured_media"] == featured
    assert ("wp-image-5" in site.body()["content"]) is shown


def test_an_update_takes_away_what_the_post_no_longer_has(site: ScriptedSite) -> None:
    """Tags, excerpt and featured image become empty; the status is not touched."""
    site.on(f"POST {POST}", ok(post()))
    site.run(lambda it: it.update("7", wordpress_draft()))
    body = site.body()
    assert (body["tags"], body["excerpt"], body["featured_media"]) == ([], "", 0)
    assert not {"status", "date", "date_gmt", "slug"} & body.keys()


@pytest.mark.parametrize("media_id", ["5", "S+/unknown=="])
def test_a_file_that_is_gone_is_uploaded_again(site: ScriptedSite, media_id: str) -> None:
    """No draft is made without it."""
    site.on(f"GET {MEDIA}", ok([]))
    draft = wordpress_draft(media=(DraftMedia(media_id),), post_type="photo")
    assert type(failure(site, lambda it: it.create(draft))) is RestartUpload
    assert not site.calls("POST")


def test_an_alt_text_that_the_user_may_not_write(site: ScriptedSite) -> None:
    """It is in the content, and the post is made."""
    site.on(f"GET {MEDIA}", ok([PHOTO])).on(f"POST {POSTS}", ok(post(), 201))
    site.on(f"POST {MEDIA}/5", refuse(403, "rest_cannot_edit"))
    media = (DraftMedia("5", "image/jpeg", "A loaf"),)
    site.run(lambda it: it.create(wordpress_draft(media=media, post_type="photo")))
    assert 'alt="A loaf"' in site.body()["content"]


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ReadError("lost"),
        httpx.Response(200, html=HTML),
        httpx.Response(403, html=HTML),
        httpx.Response(503, html=HTML),
        ok({"id": 7}),
        ok([post()]),
    ],
)
def test_a_change_without_the_answer_of_the_api_is_in_doubt(
    site: ScriptedSite, answer: httpx.Response | Exception
) -> None:
    """Creating, updating and publishing may have happened; a connection that was never made proves
    that they have not."""
    site.on(f"GET {POST}", ok(post()))
    for path, question in (
        (POSTS, lambda it: it.create(wordpress_draft())),
        (POST, lambda it: it.update("7", wordpress_draft())),
        (POST, lambda it: it.publish_now("7", wordpress_draft(), held_until=math.inf)),
    ):
        site.on(f"POST {path}", answer)
        assert type(failure(site, question)) is OutcomeUnknown
        site.on(f"POST {path}", httpx.ConnectError("refused"))
        assert type(failure(site, question)) is Retry


def test_publishing_sets_no_date_of_ours(site: ScriptedSite) -> None:
    """The site's clock decides: a date that is ahead of it would be a timer."""
    site.on(f"GET {POST}", ok(post())).on(f"POST {POST}", ok(post(status="publish")))
    published = publish(site)
    assert site.body() == {"status": "publish", "date_gmt": None}
    assert getattr(published, "stage", None) is RemoteStage.PUBLISHED
    assert getattr(published, "link", None) == "https://site.test/?p=7"


def test_what_is_published_stays_as_it_is(site: ScriptedSite) -> None:
    """A repetition changes nothing, not even the date."""
    site.on(f"GET {POST}", ok(post(status="publish")))
    publish(site)
    assert not site.calls("POST")


@pytest.mark.parametrize("status", ["trash", "private", "of-a-plugin"])
def test_what_somebody_took_away_is_not_published(site: ScriptedSite, status: str) -> None:
    """A publication would take it out of the trash: a person must say so."""
    site.on(f"GET {POST}", ok(post(status=status)))
    error = failure(site, lambda it: it.publish_now("7", wordpress_draft(), held_until=math.inf))
    assert type(error) is GiveUp
    assert status in str(error)
    assert not site.calls("POST")


@pytest.mark.parametrize("status", ["pending", "draft", "private"])
def test_a_post_that_is_held_back_is_not_published(site: ScriptedSite, status: str) -> None:
    """Where the site keeps it for a review, it does not end as published."""
    site.on(f"GET {POST}", ok(post())).on(f"POST {POST}", ok(post(status=status)))
    error = failure(site, lambda it: it.publish_now("7", wordpress_draft(), held_until=math.inf))
    assert type(error) is GiveUp
    assert status in str(error)


def test_a_user_who_may_not_publish(site: ScriptedSite) -> None:
    """The account needs a person, who reads what to do."""
    site.on(f"GET {POST}", ok(post())).on(f"POST {POST}", refuse(403, "rest_cannot_publish"))
    error = failure(site, lambda it: it.publish_now("7", wordpress_draft(), held_until=math.inf))
    assert type(error) is Reconnect
    assert "role" in str(error)


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        ("draft", RemoteStage.DRAFT),
        ("pending", RemoteStage.DRAFT),
        ("future", RemoteStage.SCHEDULED),
        ("publish", RemoteStage.PUBLISHED),
        ("private", RemoteStage.OTHER),
        ("trash", RemoteStage.OTHER),
    ],
)
def test_the_stages_of_a_post(site: ScriptedSite, status: str, stage: RemoteStage) -> None:
    """Each status has its stage, and its own word; only a published post has a link, only one on
    the timer a time."""
    site.on(f"GET {POST}", ok(post(status=status)))
    found = site.run(lambda it: it.get("7"))
    assert found is not None
    assert (found.stage, found.raw_stage) == (stage, status)
    assert (found.link is not None) == (status == "publish")
    assert (found.publish_at is not None) == (status == "future")


def test_only_the_api_itself_says_that_a_post_is_gone(site: ScriptedSite) -> None:
    """Its own code is None; the 404 of a host or of a missing API is a Retry."""
    site.on(f"GET {POST}", refuse(404, "rest_post_invalid_id"))
    assert site.run(lambda it: it.get("7")) is None
    assert site.run(lambda it: it.get("S+/unknown==")) is None
    gone = refuse(200, "rest_post_invalid_id")
    for answer in (httpx.Response(404, html=HTML), refuse(404, "rest_no_route"), ok({}), gone):
        site.on(f"GET {POST}", answer)
        assert type(failure(site, lambda it: it.get("7"))) is Retry


def test_a_delete_is_for_good(site: ScriptedSite) -> None:
    """Not into the trash, from where a late call could publish it; a second one is harmless."""
    site.on(f"DELETE {POST}", ok({"deleted": True}), refuse(404, "rest_post_invalid_id"))
    for _ in range(2):
        site.run(lambda it: it.delete("7", held_until=math.inf))
    assert all(each.url.params["force"] == "true" for each in site.requests)
    for answer in (ok({"deleted": False}), ok(post(status="trash")), httpx.Response(200)):
        site.on(f"DELETE {POST}", answer)
        assert type(failure(site, lambda it: it.delete("7", held_until=math.inf))) is Retry


def test_a_post_is_taken_off_the_timer_alone(site: ScriptedSite) -> None:
    """A published post would become a draft too: it is left as it is."""
    site.on(f"GET {POST}", ok(post(status="publish")))
    assert site.run(lambda it: it.unschedule("7")) is not None
    assert not site.calls("POST")
    site.on(f"GET {POST}", ok(post(status="future"))).on(f"POST {POST}", ok(post()))
    site.run(lambda it: it.unschedule("7"))
    assert site.body() == {"status": "draft", "date_gmt": None}


def test_a_post_is_found_on_any_page(site: ScriptedSite) -> None:
    """In every status and the trash too, by the exact marker."""
    others = [post(number, marker="slotbeat:here:one2") for number in range(100, 200)]
    ours = post(9, "trash", "slotbeat:here:one")
    sizes = {"X_WP_Total": "101", "X_WP_TotalPages": "2"}
    site.on(f"GET {POSTS}", ok(others, **sizes), ok([ours], **sizes))
    (found,) = site.run(lambda it: it.find(wordpress_draft()))
    assert found.id == "9"
    assert [each.url.params["page"] for each in site.requests] == ["1", "2"]
    assert site.requests[0].url.params["status"] == "any,trash"


@pytest.mark.parametrize(
    "second",
    [
        httpx.Response(200, html=HTML),
        httpx.ReadError("lost"),
        refuse(400, "rest_post_invalid_page_number"),
        ok([post(9)], X_WP_Total="102", X_WP_TotalPages="2"),
        ok([]),
    ],
)
def test_a_list_that_is_not_whole_proves_nothing(
    site: ScriptedSite, second: httpx.Response | Exception
) -> None:
    """A page is missing, or posts that this user may not see: that there is none is not proved."""
    first = [post(number) for number in range(100, 200)]
    site.on(f"GET {POSTS}", ok(first, X_WP_Total="102", X_WP_TotalPages="2"), second)
    assert type(failure(site, lambda it: it.find(wordpress_draft()))) is IncompleteList


def test_an_upload_names_the_file_and_its_checksum(site: ScriptedSite) -> None:
    """In plain ASCII, and the MD5 in hexadecimal; the answer has the id."""
    file = FileSpec("größe & co.jpg", "image/jpeg", 3, md5="kAFQmDzST7DWlj99KOF/cg==")
    request = site.run(lambda it: it.begin_upload(file))
    assert request.headers["Content-Disposition"] == 'attachment; filename="gr-e-co.jpg"'
    assert request.headers["Content-MD5"] == "900150983cd24fb0d6963f7d28e17f72"
    assert request.headers["Authorization"] == CREDENTIALS.to_header()
    found = site.run(lambda it: it.finish_upload(file, request, ok({"id": 5}, 201)))
    assert found == "5"
    for answer, kind in (
        (refuse(401, "rest_cannot_create"), Reconnect),
        (refuse(412, "rest_upload_hash_mismatch"), RestartUpload),
        (refuse(500, "rest_upload_sideload_error"), GiveUp),
        (httpx.Response(413, html=HTML), GiveUp),
        (httpx.Response(200, html=HTML), Retry),
        (ok({}), Retry),
    ):
        assert type(failure(site, lambda it, a=answer: it.finish_upload(file, request, a))) is kind  # type: ignore[misc]


def test_the_account_is_a_user_of_a_site(site: ScriptedSite) -> None:
    """Its id has the site's address, since many sites have a user 1; its name is the site's."""
    rights = {"publish_posts": True, "upload_files": True}
    site.on("GET /", ok({"name": "Lantern &amp; Loaf"}))
    site.on("GET /wp/v2/users/me", ok({"id": 1, "username": "maria", "capabilities": rights}))
    expected = Profile("1@site.test", "wordpress", "Lantern & Loaf", "maria", "OK")
    assert site.run(lambda it: it.profiles()) == [expected]


@pytest.mark.parametrize(
    ("rights", "level"),
    [({}, "MAY_NOT_PUBLISH"), ({"publish_posts": True}, "MAY_NOT_UPLOAD"), ([], "MAY_NOT_PUBLISH")],
)
def test_a_user_with_too_few_rights(site: ScriptedSite, rights: object, level: str) -> None:
    """The account says so before a post fails."""
    site.on("GET /", ok({"name": ""}))
    site.on("GET /wp/v2/users/me", ok({"id": 1, "username": "maria", "capabilities": rights}))
    assert site.run(lambda it: it.profiles())[0].status_level == level
