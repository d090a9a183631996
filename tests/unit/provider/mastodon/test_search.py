"""The search for a publication whose answer was lost."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from provider.credentials import MemorySession
from provider.errors import IncompleteList
from provider.mastodon.client import Mastodon
from provider.mastodon.credentials import MastodonCredentials
from provider.protocol import Draft, DraftMedia, RemotePost
from simulator.mastodon.state import Media
from tests.memory_credentials import MemoryCredentials
from tests.unit.provider.mastodon.publisher import Publisher


def found(publisher: Publisher, draft: Draft) -> list[str]:
    """The ids of what may be the draft's publication."""
    return [each.id for each in publisher.use(lambda one: one.find(draft))]


def test_only_the_same_text_is_found(publisher: Publisher) -> None:
    """Links, mentions, blank lines and signs are those of the text that was sent; another text is
    another post, and an answer is none."""
    text = "Look  at *this* https://example.com/a/long/path?with=x\n\n@bob@other.test & <co> "
    publisher.publish(publisher.draft(text.replace("this", "that"), marker="other"))
    root = publisher.publish(publisher.draft(text, text))
    assert found(publisher, publisher.draft(text)) == [root]


def test_what_is_older_is_not_found(publisher: Publisher) -> None:
    """A status from long before the first call is not the call's."""
    publisher.publish(publisher.draft("old"))
    publisher.age(3600)
    assert found(publisher, publisher.draft("old")) == []
    assert (
        len(found(publisher, publisher.draft("old", sent_since=datetime.now(UTC) - timedelta(1))))
        == 1
    )


def test_all_pages_are_read(publisher: Publisher) -> None:
    """A status behind a hundred newer ones is found; two that say the same are both found, the
    older one first."""
    first = publisher.publish(publisher.draft("twice", marker="first"))
    state, status = publisher.sandbox.state, publisher.statuses[0]
    for number in range(100):
        newer = replace(status, id=state.new_id(), text=f"n {number}")
        state.statuses[newer.id] = newer
    second = publisher.publish(publisher.draft("twice", marker="second"))
    assert found(publisher, publisher.draft("twice")) == [first, second]


def test_a_post_with_files_has_these_files(publisher: Publisher) -> None:
    """The same text with another file, or without one, is another post."""
    state = publisher.sandbox.state
    for name in ("a", "b"):
        state.media[name] = Media(name, publisher.account.id, "image")
    one, other = ((DraftMedia(name, "image/png"),) for name in ("a", "b"))
    root = publisher.publish(publisher.draft("photo", media=one))
    assert found(publisher, publisher.draft("photo", media=one)) == [root]
    assert found(publisher, publisher.draft("photo", media=other)) == []
    assert found(publisher, publisher.draft("photo")) == []


@pytest.mark.parametrize(("wanted", "count"), [("private", 1), ("direct", 1), ("public", 0)])
def test_a_private_post_is_no_public_one(publisher: Publisher, wanted: str, count: int) -> None:
    """Who sees it is a part of what a post is; a server may list a private one as direct."""
    publisher.publish(publisher.draft("secret", fields={"mastodonVisibility": "private"}))
    fields = {"mastodonVisibility": wanted}
    assert len(found(publisher, publisher.draft("secret", fields=fields))) == count


def small_server(statuses: list[dict[str, Any]], most: int | None = None) -> httpx.MockTransport:
    """A server with a part of the API: one page, no source, no v2. `most`: of a page, if it cares
    how many are asked for."""

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("verify_credentials"):
            account = {"id": "7", "username": "alice", "url": "https://small.test/alice"}
            return httpx.Response(200, json=account)
        if path.endswith("/accounts/7/statuses"):
            asked = min(int(request.url.params["limit"]), most) if most else None
            return httpx.Response(200, json=statuses[:asked])
        return httpx.Response(404, text="<h1>Not Found</h1>")

    return httpx.MockTransport(answer)


def find_at(server: httpx.MockTransport, draft: Draft) -> list[RemotePost]:
    """What a client finds at such a server."""

    async def run() -> list[RemotePost]:
        async with httpx.AsyncClient(transport=server) as http:
            credentials = MemoryCredentials(MastodonCredentials("t"))
            return await Mastodon(http, "https://small.test", credentials, MemorySession()).find(
                draft
            )

    return asyncio.run(run())


def listed(number: int, content: str) -> dict[str, Any]:
    """A status of now, as such a server lists it."""
    at = datetime.now(UTC).isoformat()
    return {"id": f"s{number}", "content": content, "created_at": at, "visibility": "public"}


def test_without_a_source_the_letters_decide(publisher: Publisher) -> None:
    """A server that turns signs into tags, and has no source: the letters and digits are the
    text's."""
    html = '<p>Hi <b>all</b> <a href="https://x.test/1">x.test/1</a> @<span>bob</span><br>end</p>'
    server = small_server([listed(1, html), listed(2, "<p>Hi all</p>")])
    draft = publisher.draft("Hi *all* x.test/1 @bob@far.test\nend", profile_id="7@small.test")
    assert [each.id for each in find_at(server, draft)] == ["s1"]


@pytest.mark.parametrize(
    ("count", "most", "is_proof"),
    [(3, 40, True), (20, 20, False), (40, 40, False), (20, None, True), (40, None, True),
     (256, None, False)],
)  # fmt: skip
def test_a_list_that_may_be_cut_off_proves_nothing(
    publisher: Publisher, count: int, most: int | None, is_proof: bool
) -> None:
    """A server that shows the same page again has shown all only if the page is short, or if it
    shows more than are asked for."""
    listing = [listed(number, f"<p>n {number}</p>") for number in range(count)]
    draft = publisher.draft("not there", profile_id="7@small.test")
    if is_proof:
        assert find_at(small_server(listing, most), draft) == []
        return
    with pytest.raises(IncompleteList, match="cannot be read back"):
        find_at(small_server(listing, most), draft)


def test_a_private_post_that_no_list_shows(publisher: Publisher) -> None:
    """A server with a part of the API does not list private posts: nobody can look."""
    fields = {"mastodonVisibility": "private"}
    draft = publisher.draft("secret", profile_id="7@small.test", fields=fields)
    with pytest.raises(IncompleteList, match="not public"):
        find_at(small_server([]), draft)
