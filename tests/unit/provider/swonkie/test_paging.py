"""A list is read whole in every form of paging, or it is called incomplete; never in silence."""

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.errors import IncompleteList
from provider.swonkie.paging import MAX_PAGES, ListReader, Page, looks_full, own_path
from tests.unit.provider.swonkie.list_servers import (
    BASE,
    PATH,
    Cut,
    ListServer,
    is_incomplete,
    items_of,
    read_list,
)

Server = dict[str, Any]


def _url(cut: Cut) -> str:
    return f"{BASE}{PATH}?page={cut.page + 1}"


# Form → how its server answers.
FORMS: dict[str, Server] = {
    "nextCursor": {
        "parameter": "cursor",
        "by_page": False,
        "answer": lambda cut: (
            {"data": cut.items, "nextCursor": cut.if_more(cut.start + cut.size)},
            {},
        ),
    },
    "next_cursor in meta": {
        "parameter": "cursor",
        "by_page": False,
        "answer": lambda cut: (
            {"items": cut.items, "meta": {"next_cursor": cut.if_more(cut.start + cut.size)}},
            {},
        ),
    },
    "an address, and a cursor on the last page too": {
        "parameter": "after",
        "by_page": False,
        "answer": lambda cut: (
            {
                "data": cut.items,
                "paging": {
                    "cursors": {"after": cut.start + cut.size} if cut.items else {},
                    "next": cut.if_more(f"{BASE}{PATH}?after={cut.start + cut.size}"),
                },
            },
            {},
        ),
    },
    "nextPageToken": {
        "parameter": "pageToken",
        "by_page": False,
        "answer": lambda cut: (
            {"posts": cut.items, "nextPageToken": cut.if_more(str(cut.start + cut.size))},
            {},
        ),
    },
    "pageInfo": {
        "parameter": "after",
        "by_page": False,
        "answer": lambda cut: (
            {
                "data": cut.items,
                "pageInfo": {"hasNextPage": cut.has_more, "endCursor": cut.start + cut.size},
            },
            {},
        ),
    },
    "totalPages": {
        "parameter": "page",
        "answer": lambda cut: ({"data": cut.items, "totalPages": cut.pages}, {}),
    },
    "totalPages from 0": {
        "parameter": "page",
        "first": 0,
        "answer": lambda cut: ({"data": cut.items, "totalPages": cut.pages}, {}),
    },
    "page, totalPages, total": {
        "parameter": "page",
        "answer": lambda cut: (
            {"data": cut.items, "page": cut.page, "totalPages": cut.pages, "total": cut.total},
            {},
        ),
    },
    "pageNumber": {
        "parameter": "pageNumber",
        "answer": lambda cut: (
            {"data": cut.items, "pageNumber": cut.page, "totalPages": cut.pages},
            {},
        ),
    },
    "pagination with last_page": {
        "parameter": "page",
        "answer": lambda cut: (
            {
                "data": {"posts": cut.items},
                "pagination": {"current_page": cut.page, "last_page": cut.pages},
            },
            {},
        ),
    },
    "hasMore by page": {
        "parameter": "page",
        "answer": lambda cut: ({"data": cut.items, "hasMore": cut.has_more}, {}),
    },
    "hasMore by page from 0": {
        "parameter": "page",
        "first": 0,
        "answer": lambda cut: ({"data": cut.items, "hasMore": cut.has_more}, {}),
    },
    "has_more by offset": {
        "parameter": "offset",
        "by_page": False,
        "answer": lambda cut: ({"data": cut.items, "has_more": cut.has_more}, {}),
    },
    "skip and total": {
        "parameter": "skip",
        "by_page": False,
        "answer": lambda cut: ({"data": cut.items, "skip": cut.start, "total": cut.total}, {}),
    },
    "response_metadata": {
        "parameter": "cursor",
        "by_page": False,
        "answer": lambda cut: (
            {
                "ok": True,
                "data": cut.items,
                "response_metadata": {"next_cursor": cut.if_more(str(cut.start + cut.size)) or ""},
            },
            {},
        ),
    },
    "Spring": {
        "parameter": "page",
        "first": 0,
        "answer": lambda cut: (
            {
                "content": cut.items,
                "pageable": {"pageNumber": cut.page, "pageSize": cut.size, "offset": cut.start},
                "last": not cut.has_more,
                "totalElements": cut.total,
                "number": cut.page,
                "size": cut.size,
            },
            {},
        ),
    },
    "docs with hasNextPage": {
        "parameter": "page",
        "answer": lambda cut: (
            {
                "docs": cut.items,
                "totalDocs": cut.total,
                "limit": cut.size,
                "hasNextPage": cut.has_more,
                "nextPage": cut.if_more(cut.page + 1),
            },
            {},
        ),
    },
    "result_info": {
        "parameter": "page",
        "answer": lambda cut: (
            {
                "success": True,
                "errors": [],
                "result": cut.items,
                "result_info": {
                    "page": cut.page,
                    "total_pages": cut.pages,
                    "count": len(cut.items),
                },
            },
            {},
        ),
    },
    "count, next, previous": {
        "parameter": "offset",
        "by_page": False,
        "answer": lambda cut: (
            {
                "count": cut.total,
                "next": cut.if_more(f"{BASE}{PATH}?offset={cut.start + cut.size}"),
                "previous": None,
                "results": cut.items,
            },
            {},
        ),
    },
    "nextStart": {
        "parameter": "start",
        "by_page": False,
        "answer": lambda cut: (
            {"values": cut.items, "nextStart": cut.if_more(cut.start + cut.size)},
            {},
        ),
    },
    "moreAvailable by page": {
        "parameter": "page",
        "answer": lambda cut: ({"posts": cut.items, "moreAvailable": cut.has_more}, {}),
    },
    "remaining": {
        "parameter": "offset",
        "by_page": False,
        "answer": lambda cut: (
            {"records": cut.items, "remaining": max(0, cut.total - cut.start - cut.size)},
            {},
        ),
    },
    "next as address": {
        "parameter": "page",
        "answer": lambda cut: ({"data": cut.items, "next": cut.if_more(_url(cut))}, {}),
    },
    "next as path in _links": {
        "parameter": "page",
        "answer": lambda cut: (
            {
                "data": cut.items,
                "_links": {"next": {"href": cut.if_more(f"/v2/posts?page={cut.page + 1}")}},
            },
            {},
        ),
    },
    "next as number": {
        "parameter": "page",
        "answer": lambda cut: ({"data": cut.items, "next": cut.if_more(cut.page + 1)}, {}),
    },
    "next_page_url": {
        "parameter": "page",
        "answer": lambda cut: ({"data": cut.items, "next_page_url": cut.if_more(_url(cut))}, {}),
    },
    "links with rel": {
        "parameter": "page",
        "answer": lambda cut: (
            {
                "data": cut.items,
                "links": [{"rel": "next", "href": _url(cut)}] if cut.has_more else [],
            },
            {},
        ),
    },
    "Link header": {
        "parameter": "page",
        "answer": lambda cut: (
            cut.items,
            {
                "Link": (f'<{_url(cut)}>; rel="next", ' if cut.has_more else "")
                + f'<{BASE}{PATH}?page=1>; rel="first"'
            },
        ),
    },
    "X-Total-Count": {
        "parameter": "page",
        "answer": lambda cut: (cut.items, {"X-Total-Count": str(cut.total)}),
    },
    "X-Next-Page": {
        "parameter": "page",
        "answer": lambda cut: (
            cut.items,
            {"X-Next-Page": str(cut.page + 1) if cut.has_more else ""},
        ),
    },
    "Content-Range": {
        "parameter": "offset",
        "by_page": False,
        "answer": lambda cut: (
            cut.items,
            {"Content-Range": f"items {cut.start}-{cut.start + len(cut.items)}/{cut.total}"},
        ),
    },
}


@pytest.mark.parametrize("form", FORMS)
@given(count=st.integers(0, 230), size=st.integers(2, 60), is_strict=st.booleans())
def test_every_form_is_read_to_its_end(form: str, count: int, size: int, is_strict: bool) -> None:
    """Any number of items in pages of any size: all of them, from a server that refuses unknown
    parameters and from one that ignores them."""
    server = ListServer(items_of(count), size, **FORMS[form], is_strict=is_strict)
    assert len(read_list(server)) == count


@pytest.mark.parametrize("form", FORMS)
@given(size=st.integers(10, 30), deletions=st.lists(st.integers(0, 99), max_size=12))
def test_a_deletion_meanwhile_hides_nothing(form: str, size: int, deletions: list[int]) -> None:
    """Items that are deleted while the list is read move others between its pages: those that stay
    are read all the same, or the list is called incomplete."""

    def delete_one(server: ListServer) -> None:
        if deletions and server.calls:
            server.items.pop(deletions.pop() % len(server.items))

    server = ListServer(items_of(100), size, **FORMS[form], before_call=delete_one)
    try:
        found = read_list(server)
    except IncompleteList:
        return
    assert {item["id"] for item in server.items} <= found.keys()


@given(size=st.integers(1, 120), count=st.integers(0, 240), is_strict=st.booleans())
def test_a_list_without_a_sign_is_whole_or_looks_full(
    size: int, count: int, is_strict: bool
) -> None:
    """One page without a way to others: whole if the page is plainly not full; else incomplete."""
    server = ListServer(
        items_of(count), size, "none", lambda cut: (cut.items, {}), by_page=False,
        is_strict=is_strict,
    )  # fmt: skip
    assert is_incomplete(server) is looks_full(min(size, count), None)


@pytest.mark.parametrize("size", [10, 20, 24, 25, 30, 50, 60, 75, 100, 128, 200, 250, 500, 1000])
def test_usual_page_sizes_look_full(size: int) -> None:
    """The numbers that providers choose; and any number that a page states as its limit."""
    assert looks_full(size, None)
    assert not looks_full(size, size + 1)
    assert looks_full(7, 7)
    assert not looks_full(9, None)


SIGNS: list[Any] = [
    {"nextCursor": "x"},
    {"cursor": "x"},
    {"total": 8},
    {"meta": {"totalCount": "8"}},
    {"totalPages": 2},
    {"hasMore": True},
    {"isLast": False},
    {"next": "x"},
    {"count": 8},
    {"paging": {"next": "https://api.test/v2/posts?after=x"}},
    {"pagination": {"page": 1, "pages": 2}},
    {"totalPosts": 8},
    {"num_results": 8},
    {"postsTotal": 8},
    {"remaining": 1},
    {"hasMoreItems": True},
    {"moreResults": "true"},
    {"next": True},
    {"isFinal": False},
    {"complete": False},
    {"endOfList": False},
    {"numberOfPages": 2},
    {"continuation": "x"},
    {"nextKey": "x"},
    {"listMeta": {"nextBatch": "x"}},
    {"pagingInfo": {"total": 8}},
    {"hasMore": 1},
    {"has_more": "yes"},
    {"more": 3},
    {"total": {"value": 8, "relation": "eq"}},
    {"@odata.count": 8},
    {"moreUrl": "/posts?after=x"},
    {"loadMore": True},
    {"paging": {"older": "/posts?after=x"}},
    {"showing": 7, "of": 8},
    {"incomplete_results": True},
    {"partial": True},
    {"limited": True},
    {"range": "0-6/8"},
]
HEADERS: list[dict[str, str]] = [
    {"Total-Count": "8"},
    {"X-Total-Posts": "8"},
    {"Pagination-Pages": "2"},
    {"Next-Cursor": "x"},
    {"Has-More": "true"},
    {"Pagination": '{"total": 8}'},
    {"Content-Range": "posts 0-6/8"},
    {"Content-Range": "posts 0-6/*"},
]
# Headers of any answer, which say nothing of pages.
PLAIN_HEADERS: Final = {
    "Age": "3", "Connection": "keep-alive", "Content-Length": "812", "Date": "now", "ETag": '"x"',
    "Expires": "0", "Keep-Alive": "timeout=5, max=100", "Last-Modified": "now", "Retry-After": "1",
    "RateLimit-Limit": "100", "X-RateLimit-Remaining": "99", "X-Request-Id": "7", "Via": "1.1 x",
    "X-Nextjs-Cache": "HIT", "X-Nextjs-Stale-Time": "300",
}  # fmt: skip


ENDS: list[Any] = [
    {"nextCursor": None},
    {"total": 20},
    {"hasMore": False},
    {"moreResults": False},
    {"isFinal": True},
    {"remaining": 0},
    {"nextKey": ""},
    {"partial": False},
    {"moreUrl": None},
    {"pageInfo": {"hasNextPage": False, "endCursor": "x"}},
    {"totalPages": 1},
]


@pytest.mark.parametrize("sign", ENDS)
def test_a_full_page_that_says_its_end_is_whole(sign: Any) -> None:  # noqa: ANN401
    """Twenty items look like a full page; where it says that nothing follows, it is read once."""
    server = ListServer(
        items_of(20), 20, "none", lambda cut: ({"data": cut.items, **sign}, {}), by_page=False
    )
    assert len(read_list(server)) == 20
    assert len(server.calls) == 1


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("is_strict", [True, False])
def test_any_sign_of_more_that_leads_nowhere_is_incomplete(sign: Any, is_strict: bool) -> None:  # noqa: ANN401
    """Seven items and a sign of an eighth: refused or repeated pages are no end."""
    server = ListServer(
        items_of(7), 50, "none", lambda cut: ({"data": cut.items, **sign}, {}), by_page=False,
        is_strict=is_strict,
    )  # fmt: skip
    assert is_incomplete(server)


@pytest.mark.parametrize("headers", HEADERS)
def test_a_header_of_any_name_is_a_sign_of_more(headers: dict[str, str]) -> None:
    """With an X before its name and without, and a range whose end nobody has counted."""
    server = ListServer(
        items_of(7), 50, "none", lambda cut: ({"data": cut.items}, headers), by_page=False
    )
    assert is_incomplete(server)


def test_usual_headers_are_no_signs() -> None:
    """Seven items and the headers of any answer: the list is whole, after one call."""
    server = ListServer(
        items_of(7), 50, "none", lambda cut: ({"data": cut.items}, PLAIN_HEADERS), by_page=False
    )
    assert len(read_list(server)) == 7
    assert len(server.calls) == 1


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("https://api.test/v2/posts?cursor=a%2Fb&sig=Zm9v%3D", "/posts?cursor=a%2Fb&sig=Zm9v%3D"),
        ("http://api.test/v2/posts?page=2", "/posts?page=2"),
        ("https://api.test:443/v2/posts?page=2", "/posts?page=2"),
        ("/v2/posts?page=2", "/posts?page=2"),
        ("/posts?page=2", "/posts?page=2"),
        ("?page=2", "/posts?page=2"),
        ("posts?page=2", "/posts?page=2"),
        ("https://evil.test/v2/posts?page=2", None),
        ("https://api.test.evil.test/v2/posts?page=2", None),
        ("https://api.test@evil.test/v2/posts?page=2", None),
        ("https://user:word@api.test/v2/posts?page=2", None),
        ("https://api.test:8443/v2/posts?page=2", None),
        ("//evil.test/v2/posts?page=2", None),
        ("https://api.test/v2/profiles?page=2", None),
        ("https://api.test/v2/../admin?page=2", None),
        ("file:///v2/posts?page=2", None),
        ("https://[::1/v2/posts", None),
        ("https://api.test:port/v2/posts", None),
    ],
)
def test_the_next_page_stays_at_the_providers_own_address(link: str, path: str | None) -> None:
    """Host, port and list are ours; the query is kept as it was signed. Our credentials go
    nowhere else."""
    assert own_path(link, BASE, PATH) == path


def test_a_next_page_elsewhere_is_not_asked_for() -> None:
    """A foreign address is no way to read on: the list is incomplete."""
    server = ListServer(
        items_of(7), 50, "none",
        lambda cut: ({"data": cut.items, "next": "https://evil.test/v2/posts?page=2"}, {}),
    )  # fmt: skip
    assert is_incomplete(server)
    assert len(server.calls) == 1


def test_a_list_has_a_greatest_number_of_pages() -> None:
    """A list that goes on for ever is incomplete after its greatest number of pages."""
    reader = ListReader(BASE, PATH, {})
    reader.take(reader.first, Page([{"id": "first"}], {"nextCursor": "0"}, {}))
    for number in range(1, MAX_PAGES):
        (request, *_) = reader.next_requests()
        assert reader.take(request, Page([{"id": str(number)}], {"nextCursor": str(number)}, {}))
    with pytest.raises(IncompleteList, match=str(MAX_PAGES)):
        reader.next_requests()


def test_what_was_read_comes_with_the_error() -> None:
    """An incomplete list has its items, for a caller that can use a part."""
    server = ListServer(items_of(7), 50, "none", lambda cut: ({"data": cut.items, "total": 9}, {}))
    with pytest.raises(IncompleteList) as caught:
        read_list(server)
    assert len(caught.value.items) == 7
