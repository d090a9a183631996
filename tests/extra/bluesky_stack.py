"""Slotbeat's processes, connected to Bluesky's own server through a proxy that loses answers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from models.database import Database
from models.encryption import Cipher
from models.statuses import SETTLED_POSTS
from tests.acceptance.stack import PATIENT_RETRIES, ApiClient, Stack
from tests.bluesky.answer_loss_proxy import AnswerLossProxy
from tests.bluesky.connected_account import connect_account
from tests.bluesky.pds_client import BlueskyAccount
from tests.extra.bluesky_posts import BlueskyPost, PostMaker, publish_body
from tests.extra.bluesky_server import BlueskyPds
from tests.media_host import MediaHost
from tests.wait import wait_until

ROLES: Final = ("web", "beat", "worker", "second worker", "third worker")
SECRET: Final = "a secret for tests"  # the one of Stack
SETTINGS: Final = {**PATIENT_RETRIES, "ALLOW_PRIVATE_HOSTS": "1"}


@dataclass
class BlueskyStack:
    """An organization with accounts at `pds`, by our ids; `proxy` stands between."""

    stack: Stack
    pds: BlueskyPds
    proxy: AnswerLossProxy
    host: MediaHost
    maker: PostMaker
    api: ApiClient
    accounts: dict[str, BlueskyAccount] = field(default_factory=dict)
    posts: list[BlueskyPost] = field(default_factory=list)

    def publish(self, kind: str = "", **fields: Any) -> BlueskyPost:  # noqa: ANN401
        """Publish a new post, on each account in turn."""
        number, ids = len(self.posts), list(self.accounts)
        post = self.maker.make(number, ids[number % len(ids)], kind)
        post.id = self.api.publish(**publish_body(post, self.host.url, **fields))["id"]
        self.posts.append(post)
        return post

    def remove(self, post: BlueskyPost) -> bool:
        """Ask for a removal; whether it was accepted."""
        answer = self.api.ask("POST", "/remove", {"postId": post.id})
        assert answer.status_code in (200, 409), answer.text
        post.is_removed = post.is_removed or answer.status_code == 200
        return answer.status_code == 200

    def shown(self) -> dict[str, dict[str, Any]]:
        """The API's posts, by id."""
        return {each["id"]: each for each in self.api.posts()}

    def status(self, post: BlueskyPost) -> str:
        """A post's status."""
        return str(self.shown()[post.id]["status"])

    def wait_settled(self, timeout: float) -> dict[str, dict[str, Any]]:
        """The API's posts, when all of them have ended. Ended processes are started again."""

        def find() -> dict[str, dict[str, Any]]:
            self.stack.revive()
            shown = self.shown()
            return shown if all(each["status"] in SETTLED_POSTS for each in shown.values()) else {}

        return wait_until(find, timeout, "the end of every post")


@contextmanager
def run_bluesky_stack(
    folder: Path,
    servers: tuple[str, str],
    pds: BlueskyPds,
    accounts: int,
    *,
    roles: Sequence[str] = ROLES,
    seed: int = 7,
    **settings: str,
) -> Iterator[BlueskyStack]:
    """Run it with so many accounts. `servers`: the addresses of a database and of a broker."""
    maker = PostMaker(seed)
    with (
        AnswerLossProxy(pds.url, seed=seed) as proxy,
        MediaHost(maker.respond).running() as host,
        Stack(
            folder, *servers, 0, roles=roles, with_breakpoints=True,
            settings={**SETTINGS, **settings},
        ) as stack,
    ):  # fmt: skip
        made = stack.command("org", "create", "Bluesky")
        api = ApiClient(stack.client, stack.origin, made["apiKey"])
        running = BlueskyStack(stack, pds, proxy, host, maker, api)
        database = Database(stack.database_url)
        for _ in range(accounts):
            account = pds.create_account()
            ours = connect_account(database, Cipher(SECRET), made["id"], account, proxy.url)
            running.accounts[ours] = account
        database.close()
        yield running
