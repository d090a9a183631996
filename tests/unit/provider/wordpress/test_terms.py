"""Names of tags and categories, and their ids at the site."""

import httpx
import pytest

from provider.errors import GiveUp, ProviderError, Reconnect, Retry
from tests.unit.provider.wordpress.scripted_site import (
    HTML,
    ScriptedSite,
    ok,
    post,
    refuse,
    wordpress_draft,
)

CATEGORIES = [
    {"id": 1, "name": "Uncategorized", "slug": "uncategorized"},
    {"id": 2, "name": "R&amp;D", "slug": "rd"},
    {"id": 3, "name": "Bread, rolls", "slug": "bread"},
    {"id": 9, "name": "Bread, rolls", "slug": "bread-2"},
]


def create(site: ScriptedSite, **fields: str) -> dict[str, object]:
    """The body of a draft with these fields."""
    site.on("POST /wp/v2/posts", ok(post(), 201))
    site.run(lambda it: it.create(wordpress_draft(fields=fields)))
    return site.body()


def test_a_tag_is_made_or_found() -> None:
    """A new one is made; one that is there answers with its id, as a number or as a text."""
    site = ScriptedSite().on(
        "POST /wp/v2/tags",
        ok({"id": 3}, 201),
        refuse(400, "term_exists", term_id=4),
        refuse(400, "term_exists", term_id="5"),
    )
    assert create(site, wordpressTags="new, old,older, new,")["tags"] == [3, 4, 5]
    assert len(site.calls("POST")) == 4


def test_tags_may_have_commas() -> None:
    """In a JSON array."""
    site = ScriptedSite().on("POST /wp/v2/tags", ok({"id": 3}, 201))
    assert create(site, wordpressTags='["bread, rolls"]')["tags"] == [3]
    assert site.body(0) == {"name": "bread, rolls"}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refuse(403, "rest_cannot_create"), GiveUp),
        (refuse(400, "rest_invalid_param"), GiveUp),
        (refuse(401, "rest_cannot_create"), Reconnect),
        (httpx.Response(403, html=HTML), Retry),
        (httpx.ReadError("lost"), Retry),
        (ok({}), Retry),
    ],
)
def test_a_tag_that_cannot_be_made(
    answer: httpx.Response | Exception, kind: type[ProviderError]
) -> None:
    """No draft is made; making the tag again is harmless, so nothing is in doubt."""
    site = ScriptedSite().on("POST /wp/v2/tags", answer)
    with pytest.raises(ProviderError) as caught:
        create(site, wordpressTags="new")
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("names", "ids"),
    [
        ("uncategorized", [1]),
        ("R&D", [2]),
        ('["bread, Rolls", "bread-2"]', [3, 9]),
        ("bread", [3]),
    ],
)
def test_a_category_is_found_by_its_name(names: str, ids: list[int]) -> None:
    """In any case, as it is read, or by its slug; of two with one name the older one."""
    pages = {"X_WP_TotalPages": "2"}
    site = ScriptedSite().on(
        "GET /wp/v2/categories", ok(CATEGORIES[:2], **pages), ok(CATEGORIES[2:], **pages)
    )
    assert create(site, wordpressCategories=names)["categories"] == ids


def test_a_category_that_is_not_there() -> None:
    """The post is refused with its name, and no draft is made."""
    site = ScriptedSite().on("GET /wp/v2/categories", ok(CATEGORIES))
    with pytest.raises(GiveUp, match="'News'"):
        create(site, wordpressCategories="R&D, News")
    assert not site.calls("POST")
