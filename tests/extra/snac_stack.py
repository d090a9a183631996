"""Slotbeat's processes, connected to snac through a proxy that loses answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from models.database import Database
from models.statuses import SETTLED_POSTS
from models.tables import ATTEMPT
from tests.acceptance.stack import PATIENT_RETRIES, ApiClient, Stack
from tests.bluesky.answer_loss_proxy import AnswerLossProxy
from tests.extra.snac_server import Snac, SnacAccount
from tests.mastodon.call_names import call_name
from tests.media_host import Answer, MediaHost, Request
from tests.sample_files import JPEG
from tests.wait import wait_until

ROLES: Final = ("web", "beat", "worker", "second worker")
# On a slow machine a claim of three seconds ends under a worker that lives, again and again.
SETTINGS: Final = {**PATIENT_RETRIES, "ALLOW_PRIVATE_HOSTS": "1", "CLAIM_TTL": "6"}


@dataclass
class SnacStack:
    """An organization with one account at snac; `texts`: of each post and its thread, by its id."""

    stack: Stack
    snac: Snac
    account: SnacAccount
    proxy: AnswerLossProxy
    host: MediaHost
    api: ApiClient
    database: Database
    texts: dict[str, list[str]] = field(default_factory=dict)

    def connect(self, address: str) -> None:
        """Connect the account with its token, as a program does."""
        credentials = {"instance": address, "accessToken": self.account.token}
        self.api.call("POST", "/connect", {"platform": "mastodon", "credentials": credentials})

    def publish(self, *thread: str, photo: bool = False, **fields: Any) -> str:  # noqa: ANN401
        """Publish a post with a text that no other has; returns its id."""
        text = f"{len(self.texts)}: fresh at *8* https://example.com/loaf?n={len(self.texts)}"
        media = {"photoUrls": [f"{self.host.url}/loaf.jpg"]} if photo else {}
        body = {
            "postType": "photo" if photo else "text", "caption": text, "platforms": ["mastodon"],
            "publishMode": "publish_now", **media, **fields,
        }  # fmt: skip
        if thread:
            body["thread"] = [{"text": each} for each in thread]
        post_id = str(self.api.publish(**body)["id"])
        self.texts[post_id] = [text, *thread]
        return post_id

    def wait_settled(self, timeout: float) -> dict[str, dict[str, Any]]:
        """The API's posts, when all of them have ended. Ended processes are started again."""

        def find() -> dict[str, dict[str, Any]]:
            self.stack.revive()
            shown = {each["id"]: each for each in self.api.posts()}
            return shown if all(each["status"] in SETTLED_POSTS for each in shown.values()) else {}

        return wait_until(find, timeout, "the end of every post")

    def count_steps(self, step: str) -> int:
        """How often a step stands in the history."""
        query = select(func.count()).select_from(ATTEMPT).where(ATTEMPT.c.step == step)
        with self.database.read() as session:
            return int(session.connection().execute(query).scalar_one())


def _photo(_request: Request) -> Answer:
    return Answer(JPEG, 200, {"Content-Type": "image/jpeg"})


@contextmanager
def run_snac_stack(folder: Path, servers: tuple[str, str], snac: Snac) -> Iterator[SnacStack]:
    """Run it with a new account. `servers`: the addresses of a database and of a broker."""
    account = snac.create_account(f"loaf{folder.name[-8:].replace('_', '').replace('-', '')}")
    with (
        AnswerLossProxy(snac.url, name_of=call_name, keeps_connections=False) as proxy,
        MediaHost(_photo).running() as host,
        Stack(
            folder, *servers, 0, roles=ROLES, with_breakpoints=True, settings=SETTINGS
        ) as stack,
    ):  # fmt: skip
        made = stack.command("org", "create", "Mastodon")
        api = ApiClient(stack.client, stack.origin, made["apiKey"])
        database = Database(stack.database_url)
        yield SnacStack(stack, snac, account, proxy, host, api, database)
        database.close()
