"""What WordPress itself does where no contract looks: rights, the trash, its timer, its editor's
blocks, its page that hands out passwords, and a site without permalinks."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from provider.connect_form import Authorization, CreateClient, NewConnection
from provider.credentials import MemorySession
from provider.errors import GiveUp, ProviderError, Reconnect
from provider.protocol import Draft, DraftMedia, RemotePost, RemoteStage
from provider.registry import PROVIDERS
from provider.wordpress.connect_form import connect_form
from services.connecting.client_pool import ClientPool
from tests.extra.wordpress_server import MAIN_PASSWORD, NAME, WordPressServer
from tests.memory_credentials import MemoryCredentials
from tests.provider.direct.sandbox import DirectSandbox, DirectTester
from tests.provider.drafts.draft_contract import with_drafts
from tests.provider.drafts.wordpress_account import wordpress_account_at
from tests.sample_files import JPEG
from tests.wordpress.site_admin import ADMIN
from tests.wordpress.site_proxy import SiteProxy

T = TypeVar("T")
CALLBACK = "http://127.0.0.1:8000/connect/callback?state=abc"


@pytest.fixture
def proxy(wordpress: WordPressServer) -> Iterator[SiteProxy]:
    """A proxy before the site."""
    with SiteProxy(wordpress.url) as running:
        yield running


@pytest.fixture
def author(wordpress: WordPressServer, proxy: SiteProxy) -> DirectSandbox:
    """A new author of the site."""
    return wordpress_account_at(wordpress.admin, proxy, NAME)


def create(author: DirectSandbox) -> tuple[Draft, RemotePost]:
    """A new draft."""
    return author.use(lambda tester: with_drafts(tester).create())


def publish(author: DirectSandbox, draft: Draft, made: RemotePost) -> RemotePost:
    """Publish it."""
    return author.use(lambda tester: with_drafts(tester).publish_draft(made, draft))


def refusal(author: DirectSandbox, draft: Draft, made: RemotePost) -> ProviderError:
    """The error of its publication."""
    with pytest.raises(ProviderError) as caught:
        publish(author, draft, made)
    return caught.value


def test_a_post_is_read_as_it_was_written(
    wordpress: WordPressServer, author: DirectSandbox
) -> None:
    """As WordPress renders it: the title, the text with a link and no shortcode, the photos with
    their alt texts, here and in the library; tags, category, excerpt, slug and featured image."""

    async def make(tester: DirectTester) -> tuple[Draft, RemotePost]:
        ids = [await tester.upload(JPEG) for _ in range(2)]
        media = tuple(DraftMedia(id_, "image/jpeg", f'"{id_}"') for id_ in ids)
        fields = {
            "wordpressTags": "R&D, bread",
            "wordpressCategories": "uncategorized",
            "wordpressExcerpt": "In short",
            "wordpressSlug": f"fresh-{author.account.username}",
        }
        text = "Fresh & <new>\n\nSee example.com/a?b=1&c=2 [gallery]"
        made = await with_drafts(tester).create(text, post_type="photo", media=media, fields=fields)
        return made[0], await with_drafts(tester).publish_draft(made[1], made[0])

    draft, published = author.use(make)
    assert published.link == f"{wordpress.url}/fresh-{author.account.username}/"
    shown = wordpress.admin.ask("GET", f"/posts/{published.id}")
    assert shown["title"]["rendered"] == "Fresh &amp; &lt;new&gt;"
    text = shown["content"]["rendered"]
    link = '<a href="https://example.com/a?b=1&amp;c=2">example.com/a?b=1&amp;c=2</a>'
    assert f"<p>See {link} &#091;gallery&#093;</p>" in text
    for id_ in draft.media_ids:
        assert re.search(f'alt="&quot;{id_}&quot;" class="wp-image-{id_}"', text)
        assert wordpress.admin.ask("GET", f"/media/{id_}")["alt_text"] == f'"{id_}"'
    assert shown["excerpt"]["rendered"] == "<p>In short</p>\n"
    assert str(shown["featured_media"]) == draft.media_ids[0]
    tags = wordpress.admin.ask("GET", "/tags", params={"post": published.id})
    assert {each["name"] for each in tags} == {"R&amp;D", "bread"}
    assert len(shown["categories"]) == 1


def test_a_post_in_the_trash_stays_there(wordpress: WordPressServer, author: DirectSandbox) -> None:
    """Somebody took it away: it is found, not published, and can be deleted."""
    draft, made = create(author)
    wordpress.admin.trash(made.id)
    assert type(refusal(author, draft, made)) is GiveUp
    (found,) = author.use(lambda tester: tester.provider.find(draft))
    assert (found.stage, found.raw_stage) == (RemoteStage.OTHER, "trash")
    author.use(lambda tester: tester.delete(draft))
    assert author.use(lambda tester: tester.provider.find(draft)) == []


def test_a_date_that_somebody_set_does_not_hold_it_back(
    wordpress: WordPressServer, author: DirectSandbox
) -> None:
    """A post on the timer of WordPress is published now, or taken off it."""
    far = {"status": "future", "date_gmt": "2100-01-01T00:00:00"}
    draft, made = create(author)
    wordpress.admin.change(made.id, **far)
    seen = author.use(lambda tester: tester.provider.get(made.id))
    assert seen is not None
    assert seen.stage is RemoteStage.SCHEDULED
    off = author.use(lambda tester: tester.provider.unschedule(made.id))
    assert off is not None
    assert off.stage is RemoteStage.DRAFT
    wordpress.admin.change(made.id, **far)
    assert publish(author, draft, made).stage is RemoteStage.PUBLISHED
    assert author.account.published() == ["Hello"]


def test_a_user_who_may_not_publish(wordpress: WordPressServer, proxy: SiteProxy) -> None:
    """A contributor's account says so; its draft is not published, and a person reads why."""
    contributor = wordpress_account_at(wordpress.admin, proxy, NAME, role="contributor")
    (profile,) = contributor.use(lambda tester: tester.provider.profiles())
    assert profile.status_level == "MAY_NOT_PUBLISH"
    draft, made = create(contributor)
    error = refusal(contributor, draft, made)
    assert type(error) is Reconnect
    assert "role" in str(error)
    with pytest.raises(Reconnect):
        contributor.use(lambda tester: tester.upload(JPEG))
    assert contributor.account.published() == []


def run(work: Callable[[CreateClient], Awaitable[T]]) -> T:
    """The result of some work with clients as they are used to connect."""

    async def ask() -> T:
        async with ClientPool(httpx.Timeout(30), allow_private=True) as pool:
            return await work(pool)

    return asyncio.run(ask())


def by_page(site: str, button: str) -> NewConnection:
    """Connect by the site's page as a person does without JavaScript, pressing this button."""
    authorization = connect_form().authorization
    assert isinstance(authorization, Authorization)
    page = run(lambda pool: authorization.begin({"site": site}, CALLBACK, pool))
    with httpx.Client(timeout=30, base_url=site) as browser:
        browser.get("/wp-login.php")
        browser.post("/wp-login.php", data={"log": ADMIN, "pwd": MAIN_PASSWORD, "testcookie": "1"})
        shown = browser.get(page.url)
        assert shown.status_code == 200, shown.text
        hidden = re.findall(r'<input type="hidden"[^>]* name="([^"]+)" value="([^"]*)"', shown.text)
        form = {name: value.replace("&#038;", "&") for name, value in hidden}
        action = "/wp-admin/authorize-application.php"
        back = browser.post(action, data={**form, "app_name": "Slotbeat", button: "1"})
    returned = dict(parse_qsl(urlsplit(back.headers["Location"]).query))
    assert returned.pop("state") == "abc"
    return run(lambda pool: authorization.finish(page.pending, returned, pool))


def test_the_site_s_own_page_hands_out_a_password(wordpress: WordPressServer) -> None:
    """The person allows it, and comes back with a user and a password that work."""
    found = by_page(wordpress.url, "approve")
    assert found.address == wordpress.api
    (profile,) = found.profiles
    assert (profile.name, profile.username, profile.status_level) == (NAME, ADMIN, "OK")
    with pytest.raises(GiveUp, match="not allowed"):
        by_page(wordpress.url, "reject")


@pytest.mark.parametrize(
    ("callback", "environment", "verdict"),
    [
        (CALLBACK, "local", "ok"),
        (CALLBACK, "production", "invalid_redirect_scheme"),
        (CALLBACK.replace("http:", "https:"), "production", "ok"),
    ],
)
def test_a_real_site_leads_back_to_https_alone(
    wordpress: WordPressServer, callback: str, environment: str, verdict: str
) -> None:
    """Also where the address is that of the person's own machine."""
    assert wordpress.judge_callback(callback, environment) == verdict


def test_a_site_without_permalinks(wordpress: WordPressServer) -> None:
    """Its API has no path of its own; connecting finds it, and a post is published through it."""
    user = wordpress.admin.create_user()
    values = {
        "site": wordpress.url,
        "username": user.username,
        "applicationPassword": user.password,
    }
    wordpress.set_option("permalink_structure", "")
    try:
        found = run(lambda pool: connect_form().connect(values, pool))
        assert "?rest_route=" in found.address
        run(lambda pool: _publish_through(found, pool))
    finally:
        wordpress.set_option("permalink_structure", "/%postname%/")
    (post,) = wordpress.admin.posts(user, "publish")
    assert post["title"]["raw"] == "Plain"


async def _publish_through(found: NewConnection, pool: CreateClient) -> None:
    kind = PROVIDERS["wordpress"]
    source = MemoryCredentials(kind.parse_credentials(found.credentials))
    client = kind.create(pool(), found.address, source, MemorySession())
    draft = Draft("p", "wordpress", "text", "Plain", (), None, {}, "slotbeat:suite:plain")
    made = await client.create(draft)
    assert await client.find(draft) == [made]
    await client.publish_now(made.id, draft, held_until=0)
