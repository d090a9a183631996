"""GET posts with filters, and by pages."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from models.accounts import Account
from models.store.tenants import connections
from models.tables import DELIVERY, POST
from tests.integration.live_server import OrganizationClient, expect_error
from tests.integration.local_times import current_minute, in_the_future

PHOTO = {"postType": "photo", "photoUrls": ["https://cdn.example.com/a.jpg"]}


def published(owner: OrganizationClient, **fields: Any) -> str:  # noqa: ANN401
    """The id of a new post."""
    found: str = owner.publish(**fields)["socialPost"]["id"]
    return found


def pages(owner: OrganizationClient, **query: str) -> Iterator[list[str]]:
    """The ids on each page, to the last."""
    cursor = None
    while True:
        found = owner.get("/posts", **query, **({"cursor": cursor} if cursor else {}))
        yield [post["id"] for post in found["posts"]]
        cursor = found["nextCursor"]
        if cursor is None:
            return


def change(owner: OrganizationClient, post_id: str, **values: object) -> None:
    """Change a post's columns directly in the database."""
    with owner.api.database.write() as session:
        session.connection().execute(update(POST).where(POST.c.id == post_id).values(**values))


def listed(owner: OrganizationClient, **query: str) -> list[str]:
    """The ids of the posts that a query finds."""
    found = owner.get("/posts", **query)
    assert set(found) == {"posts"}
    return [post["id"] for post in found["posts"]]


def test_pages_hold_every_post_once(any_organization: OrganizationClient) -> None:
    """For any page size, the pages together are the whole list, and a full last page has no cursor.
    Posts accepted at the same instant are neither lost nor doubled."""
    ids = [published(any_organization) for _ in range(6)][::-1]
    at = current_minute() - timedelta(hours=1)
    for post_id in ids[1:5]:
        change(any_organization, post_id, accepted_at=at)
    everything = listed(any_organization)
    assert sorted(everything) == sorted(ids)
    assert everything[0] == ids[0]
    for limit in (1, 2, 4, 6, 7):
        found = list(pages(any_organization, limit=str(limit)))
        assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1)
        assert [post_id for page in found for post_id in page] == everything
    assert len(list(pages(any_organization, limit="6"))) == 1


def test_new_posts_do_not_move_the_pages(any_organization: OrganizationClient) -> None:
    """A post that is published while pages are read appears on none of the later pages."""
    ids = [published(any_organization) for _ in range(4)][::-1]
    turning = pages(any_organization, limit="2")
    assert next(turning) == ids[:2]
    published(any_organization)
    assert list(turning) == [ids[2:]]


def test_a_cursor_keeps_what_the_list_was_narrowed_to(organization: OrganizationClient) -> None:
    """Pages of drafts have drafts only; with a cursor and no limit, a page has 50 posts."""
    drafts = [
        published(organization, publishMode="draft", scheduledAt=in_the_future(days=1))
        for _ in range(3)
    ][::-1]
    published(organization)
    assert list(pages(organization, limit="2", status="draft")) == [drafts[:2], drafts[2:]]
    first = organization.get("/posts", limit="1")
    rest = organization.get("/posts", cursor=first["nextCursor"])
    assert [post["id"] for post in rest["posts"]] == drafts
    assert rest["nextCursor"] is None


def test_posts_are_found_by_what_they_are(any_organization: OrganizationClient) -> None:
    """Status (one or more, repeated or with commas), network, type, and two of them together."""
    owner = any_organization
    draft = published(
        owner, publishMode="draft", scheduledAt=in_the_future(days=1), platforms=["x"]
    )
    photo = published(owner, **PHOTO, platforms=["facebook", "x"])
    text = published(owner, platforms=["facebook"])
    assert listed(owner, status="draft") == [draft]
    assert listed(owner, status="backlog,draft") == [text, photo, draft]
    both = owner.call("GET", "/posts", params=[("status", "backlog"), ("status", "draft")])
    assert len(both.json()["posts"]) == 3
    assert listed(owner, status="failed") == []
    assert listed(owner, platform="facebook") == [text, photo]
    assert listed(owner, postType="photo") == [photo]
    assert listed(owner, platform="x", status="draft") == [draft]


def test_a_caption_is_searched_as_it_is_written(any_organization: OrganizationClient) -> None:
    """Any part of it, in any case; wildcards of LIKE are plain text."""
    owner = any_organization
    percent = published(owner, caption="100% of Größe_1 / \\ today")
    published(owner, caption="1000 of them")
    for search in ("100%", "größe_1", "/ \\ TODAY", "% OF", "Gr\u00f6\u00dfe_"):
        assert listed(owner, search=search) == [percent]
    assert listed(owner, search="100_") == []
    assert len(listed(owner, search="1")) == 2


def test_a_search_reads_every_text_of_a_post(any_organization: OrganizationClient) -> None:
    """Caption, title, versions and labels, in any case of any script; each word counts,
    wherever it is; an edit is searched at once."""
    owner = any_organization
    found = published(
        owner,
        caption="ÜBER\nŻÓŁĆ",
        title="Straße",
        versions={"x": {"caption": "Kürzer"}},
        labels=["Ostern 2026"],
        platforms=["x", "facebook"],
    )
    published(owner, caption="another")
    for q in ("über żółć", "STRASSE", "kürzer", "ostern", "2026 über kürz", ""):
        assert found in listed(owner, q=q)
    assert listed(owner, q="über another") == []
    owner.call("POST", "/edit", json={"postId": found, "caption": "Neues"}).raise_for_status()
    assert listed(owner, q="neues ostern") == [found]
    assert listed(owner, q="żółć") == []


def test_several_values_of_a_filter_mean_any_of_them(organization: OrganizationClient) -> None:
    """Networks, types and labels, repeated or with commas; different filters must all match."""
    owner = organization
    a = published(owner, platforms=["x"], labels=["Autumn"])
    b = published(owner, **PHOTO, platforms=["facebook"], labels=["autumn", "Sale"])
    c = published(owner, platforms=["facebook"])
    assert listed(owner, label="AUTUMN") == [b, a]
    assert listed(owner, label="sale,nothing") == [b]
    assert listed(owner, network="x,facebook") == [c, b, a]
    assert listed(owner, network="facebook", label="autumn") == [b]
    repeated = owner.call("GET", "/posts", params=[("type", "photo"), ("type", "text")])
    assert len(repeated.json()["posts"]) == 3


def test_posts_are_found_by_their_slot(any_organization: OrganizationClient) -> None:
    """From an instant to just before another one; dates are whole days in the organization's zone;
    a post without a slot is in no range."""
    owner = any_organization
    owner.put_settings(defaultTimezone="Asia/Tokyo")
    year = current_minute().year + 1
    late, next_day = f"{year}-05-01T14:59:59Z", f"{year}-05-01T15:00:00Z"  # midnight in Tokyo
    first, second = (published(owner, scheduledAt=at) for at in (late, next_day))
    published(owner)
    assert listed(owner, **{"from": f"{year}-05-01", "to": f"{year}-05-01"}) == [first]
    assert listed(owner, **{"from": f"{year}-05-02"}) == [second]
    assert listed(owner, **{"from": late, "to": next_day}) == [first]
    assert listed(owner, to=f"{year}-05-02") == [second, first]


def test_posts_are_found_by_account(any_organization: OrganizationClient) -> None:
    """Posts with a delivery on the account, or on the network whose default account it is; a
    network filter applies to the same delivery."""
    owner = any_organization
    here, there = (published(owner, platforms=["x", "facebook"]) for _ in range(2))
    published(owner, platforms=["facebook"])
    with owner.api.database.write() as session:
        used = connections.list_used(session, owner.id)[0]
        account = Account(connection_id=used.id, remote_id=here, platform="x", name="n",
                          username="u", status_level="OK")  # fmt: skip
        connection = session.connection()
        connection.execute(
            insert(Account.__table__).values(account.model_dump())  # type: ignore[attr-defined]
        )
        mine = (DELIVERY.c.post_id == here) & (DELIVERY.c.platform == "x")
        connection.execute(update(DELIVERY).where(mine).values(account_id=account.id))
    assert listed(owner, accountId=account.id) == [there, here]
    assert listed(owner, account=account.id, network="x,facebook") == [there, here]
    assert listed(owner, accountId=account.id, platform="x") == [there, here]
    assert listed(owner, accountId=account.id, platform="facebook") == []
    assert listed(owner, accountId=there) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"q": "a" * 201}, "q"),
        ({"network": "x,myspace"}, "network"),
        ({"type": "story"}, "type"),
        ({"label": "a" * 201}, "label"),
        ({"account": ",".join(str(n) for n in range(51))}, "account"),
        ({"limit": "501"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"status": "sleeping"}, "status"),
        ({"status": "draft,sleeping"}, "status"),
        ({"platform": "myspace"}, "platform"),
        ({"postType": "story"}, "postType"),
        ({"from": "soon"}, "from"),
        ({"to": "2026-02-30"}, "to"),
        ({"from": "2026-05-02", "to": "2026-05-01"}, "to"),
        ({"search": "a\x00b"}, "search"),
        ({"search": "a" * 201}, "search"),
        ({"accountId": "\x00"}, "accountId"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": "Zażółć"}, "cursor"),
    ],
)
def test_a_wrong_query_names_its_field(
    any_organization: OrganizationClient, query: dict[str, str], field: str
) -> None:
    """400 for an impossible filter."""
    answer = any_organization.call("GET", "/posts", params=query)
    assert set(expect_error(answer, 400, "INVALID_INPUT")) == {field}


def test_a_cursor_that_was_changed_is_refused(organization: OrganizationClient) -> None:
    """Any changed character is detected, and so is a cursor of another organization."""
    for _ in range(2):
        published(organization)
    cursor = organization.get("/posts", limit="1")["nextCursor"]
    for place in range(0, len(cursor) - 1, 7):
        other = "A" if cursor[place] != "A" else "B"
        changed = cursor[:place] + other + cursor[place + 1 :]
        answer = organization.call("GET", "/posts", params={"cursor": changed})
        assert set(expect_error(answer, 400, "INVALID_INPUT")) == {"cursor"}
    neighbour = organization.api.create_organization("Another")
    answer = neighbour.call("GET", "/posts", params={"cursor": cursor})
    assert set(expect_error(answer, 400, "INVALID_INPUT")) == {"cursor"}
