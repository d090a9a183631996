"""Slotbeat's processes, connected to WordPress itself through a proxy that loses answers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from models.database import Database
from models.encryption import Cipher
from models.statuses import SETTLED_POSTS
from tests.acceptance.stack import PATIENT_RETRIES, ApiClient, Stack
from tests.extra.wordpress_server import WordPressServer
from tests.media_host import Answer, MediaHost, Request
from tests.sample_files import JPEG
from tests.wordpress.connected_site import connect_site
from tests.wordpress.site_admin import SiteUser
from tests.wordpress.site_proxy import SiteProxy

ROLES: Final = ("web", "beat", "worker", "second worker", "third worker")
SECRET: Final = "a secret for tests"  # the one of Stack
SETTINGS: Final = {**PATIENT_RETRIES, "ALLOW_PRIVATE_HOSTS": "1"}


@dataclass
class SitePost:
    """A post as its author knows it; `text` is the caption below the title."""

    title: str
    text: str
    photos: int
    id: str
    is_removed: bool = False


@dataclass
class WordPressStack:
    """An organization with an account of one author at `site`; `proxy` stands between."""

    stack: Stack
    site: WordPressServer
    author: SiteUser
    proxy: SiteProxy
    host: MediaHost
    api: ApiClient
    account_id: str
    posts: list[SitePost] = field(default_factory=list)

    def publish(self, photos: int = 0, **fields: Any) -> SitePost:  # noqa: ANN401
        """Publish a new post, now unless told otherwise."""
        number = len(self.posts)
        title, text = f"Post {number} & more", f"The text of {number}, <b> and 🍞"
        body: dict[str, Any] = {
            "postType": "photo" if photos else "text",
            "caption": f"{title}\n\n{text}",
            "accountIds": [self.account_id],
            "publishMode": "publish_now",
            "platformFields": {"wordpressTags": f"bread, tag {number % 3}"},
            **fields,
        }
        if photos:
            body["photoUrls"] = [f"{self.host.url}/{number}-{each}.jpg" for each in range(photos)]
        post = SitePost(title, text, photos, self.api.publish(**body)["id"])
        self.posts.append(post)
        return post

    def edit(self, post: SitePost) -> bool:
        """Change a post's text; whether it was accepted."""
        post.text += ", edited"
        return self.change(post, caption=f"{post.title}\n\n{post.text}")

    def change(self, post: SitePost, **fields: str) -> bool:
        """Edit a post; whether it was accepted."""
        return self._ask("/edit", {"postId": post.id, **fields})

    def remove(self, post: SitePost) -> bool:
        """Ask for a removal; whether it was accepted."""
        post.is_removed = self._ask("/remove", {"postId": post.id}) or post.is_removed
        return post.is_removed

    def _ask(self, path: str, body: dict[str, Any]) -> bool:
        answer = self.api.ask("POST", path, body)
        assert answer.status_code in (200, 409), answer.text
        return answer.status_code == 200

    def shown(self) -> dict[str, dict[str, Any]]:
        """The API's posts, by id."""
        return {each["id"]: each for each in self.api.posts()}

    def delivery(self, post: SitePost) -> dict[str, Any]:
        """The post on its account."""
        (found,) = self.shown()[post.id]["providerPlatforms"]
        delivery: dict[str, Any] = found
        return delivery

    def are_settled(self, posts: Sequence[SitePost]) -> bool:
        """Whether these posts have ended. Ended processes are started again."""
        self.stack.revive()
        shown = self.shown()
        return all(shown[each.id]["status"] in SETTLED_POSTS for each in posts)


@contextmanager
def run_wordpress_stack(
    folder: Path, servers: tuple[str, str], site: WordPressServer
) -> Iterator[WordPressStack]:
    """Run it. `servers`: the addresses of a database and of a broker."""

    def photo(_request: Request) -> Answer:
        return Answer(JPEG, headers={"Content-Type": "image/jpeg"})

    with (
        SiteProxy(site.url) as proxy,
        MediaHost(photo).running() as host,
        Stack(
            folder, *servers, 0, roles=ROLES, with_breakpoints=True, settings=SETTINGS
        ) as stack,
    ):  # fmt: skip
        made = stack.command("org", "create", "WordPress")
        author = site.admin.create_user()
        database = Database(stack.database_url)
        account_id = connect_site(database, Cipher(SECRET), made["id"], author, proxy.api)
        database.close()
        api = ApiClient(stack.client, stack.origin, made["apiKey"])
        yield WordPressStack(stack, site, author, proxy, host, api, account_id)
