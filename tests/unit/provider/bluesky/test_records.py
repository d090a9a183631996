"""The records of a draft: a post, its files, its languages, its thread."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.bluesky.content_ids import record_id
from provider.bluesky.record_keys import MOST_POSTS, thread_keys
from provider.bluesky.records import POSTS, KeyedRecord, build_records
from provider.errors import GiveUp, RestartUpload
from provider.protocol import Draft, DraftMedia, ThreadPart
from tests.unit.provider.bluesky import server_records as server
from tests.unit.provider.bluesky.drafts import IMAGE, IMAGE_CID, VIDEO, VIDEO_CID, bluesky_draft

NOW = datetime(2026, 11, 30, 2, 45, 53, 974_000, tzinfo=UTC)


def build(draft: Draft) -> list[KeyedRecord]:
    """The records of a draft of the account that is in `server_records`."""
    dids = {server.HANDLE: server.DID}
    return build_records(draft, server.DID, server.FIRST_KEY, dids, NOW)


def embed_of(*media: DraftMedia) -> dict[str, Any]:
    """The embed of a post with these files."""
    (record,) = build(bluesky_draft(media=media))
    embed: dict[str, Any] = record.value["embed"]
    return embed


def test_a_thread_is_as_the_server_stored_it() -> None:
    """A draft with a photo, facets, languages and a second post becomes the two records that the
    server took, with the same references."""
    image = f"{server.IMAGE} 43631 image/jpeg"
    draft = bluesky_draft(
        caption=server.FIRST_TEXT,
        media=(DraftMedia(image, "image/jpeg", "a cup ☕", 800, 600),),
        fields={"blueskyLanguages": "en, pt-BR", "blueskyThreadItems": '["two 😀"]'},
    )
    assert build(draft) == [
        KeyedRecord(server.FIRST_KEY, server.FIRST),
        KeyedRecord(server.SECOND_KEY, server.SECOND),
    ]


def test_a_plain_text_has_no_more_than_it_needs() -> None:
    """Without files, languages and facets, a record has none of their fields."""
    (record,) = build(bluesky_draft())
    assert record.value == {"$type": POSTS, "text": "Hello", "createdAt": server.CREATED_AT}


@given(st.lists(st.text(), max_size=MOST_POSTS - 1))
def test_each_post_of_a_thread_answers_the_one_before(items: list[str]) -> None:
    """Texts and keys are in order; each reply names the first post and the one before it by their
    keys and ids."""
    fields = {"blueskyThreadItems": json.dumps(items)} if items else {}
    records = build(bluesky_draft(fields=fields))
    assert [each.value["text"] for each in records] == ["Hello", *items]
    assert [each.key for each in records] == thread_keys(server.FIRST_KEY, len(items) + 1)
    references = [
        {"uri": f"at://{server.DID}/{POSTS}/{each.key}", "cid": record_id(each.value)}
        for each in records
    ]
    assert "reply" not in records[0].value
    for index, record in enumerate(records[1:]):
        assert record.value["reply"] == {"root": references[0], "parent": references[index]}


def test_each_post_of_a_thread_has_its_own_files() -> None:
    """Two photos with their texts, no file, and a video: each is in the record of its text."""
    photos = tuple(
        DraftMedia(f"{IMAGE_CID} {n} image/png", "image/png", f"alt {n}") for n in (1, 2)
    )
    video = (DraftMedia(f"{VIDEO_CID} 3 video/mp4", "video/mp4"),)
    thread = (ThreadPart("two", photos), ThreadPart("three"), ThreadPart("", video))
    records = [each.value for each in build(bluesky_draft(media=photos[:1], thread=thread))]
    assert [each["text"] for each in records] == ["Hello", "two", "three", ""]
    kinds = [each.get("embed", {}).get("$type", "").rpartition(".")[2] for each in records]
    assert kinds == ["images", "images", "", "video"]
    assert [each["alt"] for each in records[1]["embed"]["images"]] == ["alt 1", "alt 2"]
    assert records[3]["reply"]["parent"]["cid"] == record_id(records[2])


def test_the_field_of_a_thread_goes_before_the_thread() -> None:
    """`blueskyThreadItems` is written for Bluesky alone."""
    thread = (ThreadPart("for all"),)
    records = build(bluesky_draft(fields={"blueskyThreadItems": '["here"]'}, thread=thread))
    assert [each.value["text"] for each in records] == ["Hello", "here"]


def test_a_thread_has_a_longest_length() -> None:
    """More posts than one call can write are refused."""
    with pytest.raises(GiveUp, match="the thread has more than 25 texts"):
        build(bluesky_draft(thread=(ThreadPart("a"),) * MOST_POSTS))


def test_items_of_a_thread_may_be_objects() -> None:
    """An item is a text, or an object with the text as `content` or `text`."""
    items = '["one", {"content": "two"}, {"text": "three"}]'
    records = build(bluesky_draft(fields={"blueskyThreadItems": items}))
    assert [each.value["text"] for each in records[1:]] == ["one", "two", "three"]


@pytest.mark.parametrize(
    "fields",
    [
        {"blueskyThreadItems": "one"},
        {"blueskyThreadItems": '{"text": "one"}'},
        {"blueskyThreadItems": "[1]"},
        {"blueskyThreadItems": '[{"content": 1}]'},
        {"blueskyThreadItems": "[" * 100_000},
        {"blueskyThreadItems": json.dumps(["a"] * MOST_POSTS)},
        {"blueskyLanguages": "de,en,fr,it"},
    ],
)
def test_a_bad_field_is_named(fields: dict[str, str]) -> None:
    """A value that the door should have refused is refused here, with its name."""
    with pytest.raises(GiveUp, match=next(iter(fields))):
        build(bluesky_draft(fields=fields))


def test_four_images_keep_their_order_and_alt_texts() -> None:
    """Each image has its own alternative text, which may be empty, and its ratio if it is known."""
    media = [DraftMedia(f"{IMAGE_CID} {n} image/png", "image/png", f"alt {n}") for n in (1, 2, 3)]
    images = embed_of(IMAGE, *media)["images"]
    assert [each["alt"] for each in images] == ["a cup", "alt 1", "alt 2", "alt 3"]
    assert [each["image"]["size"] for each in images] == [43631, 1, 2, 3]
    assert [each.get("aspectRatio") for each in images] == [
        {"width": 800, "height": 600}, None, None, None,
    ]  # fmt: skip


def test_a_video_stands_alone() -> None:
    """One video is embedded as such, with its ratio; an empty alternative text is left out."""
    embed = embed_of(VIDEO)
    assert embed.pop("video") == {
        "$type": "blob",
        "ref": {"$link": VIDEO_CID},
        "mimeType": "video/mp4",
        "size": 900_000,
    }
    assert embed == {
        "$type": "app.bsky.embed.video",
        "aspectRatio": {"width": 1080, "height": 1920},
    }


@pytest.mark.parametrize(
    "media",
    [
        (IMAGE,) * 5,
        (IMAGE, VIDEO),
        (VIDEO, VIDEO),
        (DraftMedia(f"{VIDEO_CID} 1 video/quicktime", "video/quicktime"),),
        (DraftMedia(f"{VIDEO_CID} 1 application/pdf", "application/pdf"),),
    ],
)
def test_other_files_are_refused(media: tuple[DraftMedia, ...]) -> None:
    """Bluesky takes up to four images or one MP4 video, by the types that the server found."""
    with pytest.raises(GiveUp, match="Bluesky takes"):
        build(bluesky_draft(media=media))


@pytest.mark.parametrize(
    "media_id", ["", IMAGE_CID, f"{IMAGE_CID} x image/png", "bafkrei 1 image/png", "S+/w=="]
)
def test_a_file_without_an_id_is_uploaded_again(media_id: str) -> None:
    """A media id that no answer of Bluesky made cannot be embedded."""
    with pytest.raises(RestartUpload):
        build(bluesky_draft(media=(DraftMedia(media_id, "image/png"),)))
