"""Posts of the client of Bluesky on Bluesky's own server: as they are, once, and gone."""

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Final

import pytest

from provider.bluesky.client import Bluesky
from provider.bluesky.record_keys import first_key, thread_keys
from provider.errors import OutcomeUnknown, Retry
from provider.protocol import Draft, DraftMedia
from tests.extra.bluesky_person import BlueskyServer, LossyClient, Person, publish, upload
from tests.sample_files import EXAMPLES

FAMILY: Final = "👨‍👩‍👧‍👦"


@pytest.fixture
def person(bluesky_pds: BlueskyServer) -> Person:
    """A new account."""
    return Person(bluesky_pds)


def test_every_kind_of_post_is_taken_as_it_is(person: Person) -> None:
    """Texts up to both limits, in every script, threads, photos and a video are stored under our
    keys and with the ids that we computed; all files are whole."""
    texts = ["a" * 300, FAMILY * 120, "שלום עולם \u200f#סלאם", "日本語" * 100, " \n", "é" * 300]
    paths = [
        EXAMPLES / name for name in ("coffee.jpg", "hours.png", "lantern.png", "storefront.jpg")
    ]

    async def publish_all(bluesky: Bluesky) -> list[str]:
        media_ids = [await upload(bluesky, path, "image/png") for path in paths]
        video = await upload(bluesky, EXAMPLES / "coffee.mp4", "video/mp4")
        photos = tuple(DraftMedia(each, "image/jpeg", FAMILY, 800, 600) for each in media_ids)
        thread = json.dumps(
            [FAMILY * 120, *(f"{n} https://münchen.de/ü #日本語" for n in range(24))]
        )
        drafts = [
            *map(person.draft, texts),
            person.draft("", media=photos, fields={"blueskyLanguages": "en,pt-BR,zh-Hant-TW"}),
            person.draft("A film", media=(DraftMedia(video, "video/mp4", "a cup", 9, 16),)),
            person.draft("A thread", fields={"blueskyThreadItems": thread}, media=photos[:1]),
        ]
        return [await publish(bluesky, draft) for draft in drafts]

    keys = person.run(publish_all)
    posts = person.posts()
    thread = thread_keys(keys[-1], 26)
    assert sorted(posts) == sorted([*keys[:-1], *thread])
    assert [posts[key]["text"] for key in keys[: len(texts)]] == texts
    assert "reply" not in posts[thread[0]]
    assert posts[thread[25]]["reply"]["parent"]["uri"].endswith(thread[24])
    assert len(posts[thread[25]]["facets"]) == 2
    for path, image in zip(paths, posts[keys[-3]]["embed"]["images"], strict=True):
        assert (
            person.server.get_blob(person.did, image["image"]["ref"]["$link"]) == path.read_bytes()
        )
    assert posts[keys[-2]]["embed"]["video"]["mimeType"] == "video/mp4"


def test_a_mention_leads_to_the_account(person: Person) -> None:
    """A handle of the server becomes a mention, one that nobody has stays text."""
    draft = person.draft(f"{FAMILY}@{person.account.handle}, @nobody.test @nobody.example")
    key = person.run(lambda bluesky: publish(bluesky, draft))
    (facet,) = person.posts()[key]["facets"]
    assert facet["features"][0]["did"] == person.did


@pytest.mark.parametrize("losses", [1, 3])
def test_a_lost_answer_is_repeated_without_a_second_post(person: Person, losses: int) -> None:
    """The repetition of a thread whose write was answered to nobody finds it there."""
    draft = person.draft(fields={"blueskyThreadItems": '["two", "three"]'})

    async def until_done(bluesky: Bluesky) -> str:
        with pytest.raises(OutcomeUnknown):
            await publish(bluesky, draft)
        return await publish(bluesky, draft)

    key = person.run(until_done, LossyClient(losses))
    assert sorted(person.posts()) == thread_keys(key, 3)
    assert person.run(lambda bluesky: publish(bluesky, draft)) == key
    assert len(person.posts()) == 3


def test_a_late_write_never_brings_a_post_back(person: Person) -> None:
    """A write that arrives after a delete by another process is refused, and nothing stays."""
    draft = person.draft()
    key = first_key(draft.marker)
    person.run(lambda bluesky: bluesky.profiles())  # so that the session is there
    held_until = time.monotonic() + 2
    deleted_at = []

    def delete_elsewhere() -> None:
        person.run(lambda other: other.delete(key))
        deleted_at.append(time.monotonic())
        time.sleep(max(held_until - time.monotonic(), 0))  # the claim has ended

    with pytest.raises(Retry, match="nothing was sent"):
        person.run(
            lambda bluesky: bluesky.publish_now(key, draft, held_until=held_until),
            LossyClient(arrival=delete_elsewhere),
        )
    assert len(deleted_at) == 1
    assert person.posts() == {}
    assert person.server.list_records(person.did, "org.slotbeat.fence") == []


def test_a_deleted_thread_is_gone(person: Person) -> None:
    """All posts of a thread are deleted, the others stay, and a repetition is harmless."""
    drafts = [person.draft(), person.draft(fields={"blueskyThreadItems": '["two", "three"]'})]

    async def publish_and_delete(bluesky: Bluesky) -> Sequence[str]:
        keys = [await publish(bluesky, draft) for draft in drafts]
        assert await bluesky.get(keys[1]) is not None
        for _ in range(2):
            await bluesky.delete(keys[1])
            assert await bluesky.get(keys[1]) is None
        return keys

    keys = person.run(publish_and_delete)
    assert [*person.posts()] == keys[:1]


def test_two_processes_publish_on_one_account(person: Person) -> None:
    """Twenty posts of two processes at once are each there once, however often a head moves."""

    async def both(bluesky: Bluesky) -> None:
        drafts = [person.draft(str(number)) for number in range(10)]
        await asyncio.gather(*(publish_soon(bluesky, draft) for draft in drafts))

    async def publish_soon(bluesky: Bluesky, draft: Draft) -> None:
        for _ in range(20):
            try:
                await publish(bluesky, draft)
            except Retry:
                continue
            return
        raise AssertionError("never published")

    async def two() -> None:
        await asyncio.gather(*(asyncio.to_thread(person.run, both) for _ in range(2)))

    asyncio.run(two())
    texts = [value["text"] for value in person.posts().values()]
    assert sorted(texts) == sorted([*map(str, range(10))] * 2)
