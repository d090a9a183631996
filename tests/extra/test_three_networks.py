"""One post with a version for each of three networks, to Bluesky's own server, to snac and to
WordPress itself, in one slot."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from models.database import Database
from models.encryption import Cipher
from models.statuses import SETTLED_POSTS, PostStatus
from tests.acceptance.stack import PATIENT_RETRIES, ApiClient, Stack
from tests.bluesky.connected_account import connect_account
from tests.bluesky.pds_client import BlueskyAccount
from tests.extra.bluesky_server import BlueskyPds
from tests.extra.snac_server import Snac, SnacAccount
from tests.extra.wordpress_server import WordPressServer
from tests.faults.recording_client import instant_in
from tests.media_host import Answer, MediaHost, Request
from tests.sample_files import JPEG
from tests.wait import wait_until
from tests.wordpress.site_admin import SiteUser

SECRET: Final = "a secret for tests"  # the one of Stack
SETTINGS: Final = {**PATIENT_RETRIES, "ALLOW_PRIVATE_HOSTS": "1"}
COMMON: Final = "Rye is back. We bake it on Wednesdays and Saturdays."
VERSIONS: Final[dict[str, Any]] = {
    "bluesky": {"caption": "Rye is back! #bread", "media": [1], "altTexts": ["Rye, sliced"]},
    "mastodon": {
        "caption": "Rye is back, for all who asked.",
        "platformFields": {"mastodonContentWarning": "food"},
    },
    "wordpress": {"platformFields": {"wordpressTags": "rye, bread"}},
}


@dataclass
class ThreeNetworks:
    """An organization with an account on each network."""

    api: ApiClient
    stack: Stack
    host: MediaHost
    bluesky: BlueskyAccount
    mastodon: SnacAccount
    author: SiteUser


@pytest.fixture
def connected(
    tmp_path: Path,
    postgres_url: str,
    redis_url: str,
    bluesky_pds: BlueskyPds,
    snac: Snac,
    wordpress: WordPressServer,
) -> Iterator[ThreeNetworks]:
    """All processes, and the three accounts; those of snac and WordPress as a program connects
    them."""
    author, mastodon = wordpress.admin.create_user("author"), snac.create_account("baker")
    with (
        MediaHost(_photo).running() as host,
        Stack(
            tmp_path, postgres_url, redis_url, 0, roles=("web", "beat", "worker"),
            settings=SETTINGS,
        ) as stack,
    ):  # fmt: skip
        made = stack.command("org", "create", "Lantern & Loaf")
        api = ApiClient(stack.client, stack.origin, made["apiKey"])
        credentials = {
            "mastodon": {"instance": snac.url, "accessToken": mastodon.token},
            "wordpress": {
                "site": wordpress.url,
                "username": author.username,
                "applicationPassword": author.password,
            },
        }
        for name, values in credentials.items():
            api.call("POST", "/connect", {"platform": name, "credentials": values})
        bluesky, database = bluesky_pds.create_account(), Database(stack.database_url)
        connect_account(database, Cipher(SECRET), made["id"], bluesky, bluesky_pds.url)
        database.close()
        yield ThreeNetworks(api, stack, host, bluesky, mastodon, author)


def _photo(_request: Request) -> Answer:
    return Answer(JPEG, 200, {"Content-Type": "image/jpeg"})


def test_each_network_has_the_post_as_it_was_written_for_it(
    connected: ThreeNetworks, bluesky_pds: BlueskyPds, snac: Snac, wordpress: WordPressServer
) -> None:
    """A post with two photos, a title, a thread and three versions is on each network once, with
    that network's text, photos and fields, after one slot."""
    body = {
        "postType": "photo",
        "caption": COMMON,
        "title": "Our rye",
        "photoUrls": [f"{connected.host.url}/whole.jpg", f"{connected.host.url}/sliced.jpg"],
        "altTexts": ["A whole rye loaf", "A rye loaf"],
        "platforms": [*VERSIONS],
        "versions": VERSIONS,
        "thread": [{"text": "And challah on Friday"}],
        "publishMode": "schedule",
        "scheduledAt": instant_in(4),
    }
    accepted = connected.api.call("POST", "/publish", body)

    def find_ended() -> dict[str, Any]:
        (shown,) = connected.api.posts()
        return shown if shown["status"] in SETTLED_POSTS else {}

    shown = wait_until(find_ended, 90, "the end of the post")
    assert shown["status"] == PostStatus.PUBLISHED, shown
    assert [each["field"] for each in accepted["warnings"]] == ["thread"]  # WordPress has none
    _check_bluesky(bluesky_pds, connected.bluesky)
    _check_mastodon(snac, connected.mastodon)
    _check_wordpress(wordpress, connected.author)


def _check_bluesky(pds: BlueskyPds, account: BlueskyAccount) -> None:
    records = [each["value"] for each in pds.list_records(account.did)]
    first, second = sorted(records, key=lambda each: "reply" in each)
    assert [first["text"], second["text"]] == ["Rye is back! #bread", "And challah on Friday"]
    assert [each["alt"] for each in first["embed"]["images"]] == ["Rye, sliced"]
    assert "embed" not in second


def _check_mastodon(snac: Snac, account: SnacAccount) -> None:
    first, second = sorted(snac.statuses(account), key=lambda each: bool(each["in_reply_to_id"]))
    assert first["text"] == "Rye is back, for all who asked."
    assert first["spoiler_text"] == "food"
    described = [each["description"] for each in first["media_attachments"]]
    assert described == ["A whole rye loaf", "A rye loaf"]
    assert second["text"] == "And challah on Friday"


def _check_wordpress(site: WordPressServer, author: SiteUser) -> None:
    (found,) = site.admin.posts(author)
    assert found["status"] == "publish"
    assert found["title"]["raw"] == "Our rye"
    assert COMMON in found["content"]["raw"]
    tags = site.admin.ask("GET", "/tags", params={"post": found["id"]})
    assert sorted(each["name"] for each in tags) == ["bread", "rye"]
