"""An organization with data of every kind, which no other may read or change."""

from dataclasses import dataclass, field
from typing import Any

from sqlmodel import SQLModel

import models.tables  # noqa: F401  (fills the metadata)
from models.database import Database
from tests.integration.account_factories import add_own_connection, sync_accounts
from tests.integration.live_server import ApiServer, Json, OrganizationClient
from tests.sample_files import JPEG

FUTURE = "2031-05-01T15:00:00Z"
# Texts that occur only in this organization's data.
SECRET_MARKER = "Zanzibar"
LINK = f"https://cdn.example.com/{SECRET_MARKER}-clip.mp4"
HOOK = f"https://example.com/{SECRET_MARKER}-hook"
KEY = f"{SECRET_MARKER}-key"
SAME = {"postType": "text", "caption": f"{SECRET_MARKER} twice", "platforms": ["x"]}
Rows = dict[str, list[tuple[object, ...]]]


@dataclass(frozen=True, slots=True)
class OtherTenant:
    """The organization, the ids of its data, and texts that other organizations' responses must not
    contain."""

    organization: OrganizationClient
    post: str
    job: str
    pending: str
    account: str
    webhook: str
    delivery: str
    media: str
    media_url: str
    feed_token: str
    key: str
    cursor: str
    secrets: set[str] = field(default_factory=set)


def create_other_tenant(api: ApiServer) -> OtherTenant:
    """Posts in several states, an account, a webhook with a delivery, a file, a feed, rules."""
    them = api.create_organization(f"{SECRET_MARKER} Ltd")
    add_own_connection(them)
    account = sync_accounts(them, ("x", "OK"), ("facebook", "OK"))[0].id
    hook = _create(them, "/webhooks", json={"url": HOOK})
    them.put_settings(queueSlots=[{"dayOfWeek": 1, "time": "10:00"}], defaultPlatforms=["x"])
    asked = {"publishMode": "schedule", "scheduledAt": FUTURE, "caption": f"{SECRET_MARKER} first"}
    post = them.publish(**asked)["socialPost"]
    them.publish(caption=f"{SECRET_MARKER} queued")
    video = {"postType": "video", "videoUrl": LINK, "caption": f"{SECRET_MARKER} film"}
    them.publish(**video, platforms=["youtube"], publishMode="draft", scheduledAt=FUTURE)
    _create(them, "/publish", json=SAME, headers={"Idempotency-Key": KEY})
    row = f"key,postType,caption,platforms\n{KEY},text,{SECRET_MARKER} row,x\n"
    _create(them, "/import", content=row, headers={"Content-Type": "text/csv"})
    them.put_settings(approveApiPosts=True)
    pending = them.publish(caption=f"{SECRET_MARKER} pending")["socialPost"]["id"]
    kind = {"Content-Type": "image/jpeg"}
    media = _create(
        them, "/media", content=JPEG, headers=kind, params={"name": f"{SECRET_MARKER}.jpg"}
    )
    feed = _create(them, "/calendar/feed", json={})["url"]
    found = OtherTenant(
        organization=them,
        post=post["id"],
        job=post["providerJobId"],
        pending=pending,
        account=account,
        webhook=_of(hook, "webhook")["id"],
        delivery=_of(_create(them, f"/webhooks/{_of(hook, 'webhook')['id']}/test"), "delivery")[
            "id"
        ],
        media=media["media"]["id"],
        media_url=media["media"]["url"],
        feed_token=feed.rpartition("token=")[2],
        key=them.get("/keys")["keys"][0]["id"],
        cursor=them.get("/posts", limit="1")["nextCursor"],
    )
    found.secrets.update(
        {SECRET_MARKER, them.key, found.feed_token, *collect_ids(api.database, them.id)}
    )
    return found


def _of(answer: Json, name: str) -> Json:
    return answer.get(name, answer)


def _create(owner: OrganizationClient, path: str, **arguments: Any) -> Json:  # noqa: ANN401
    answer = owner.call("POST", path, **arguments)
    assert answer.status_code == 200, answer.text
    return answer.json()


def collect_ids(database: Database, organization_id: str) -> set[str]:
    """The ids of all rows of an organization: of rows that refer to it, directly or indirectly."""
    known, before = {organization_id}, 0
    while before != len(known):
        before = len(known)
        for name, rows in read_rows(database, known).items():
            if "id" in SQLModel.metadata.tables[name].c:
                place = SQLModel.metadata.tables[name].c.keys().index("id")
                ids = (row[place] for row in rows)
                known |= {each for each in ids if isinstance(each, str)}
    return known


def read_rows(database: Database, ids: set[str]) -> Rows:
    """Every row, of every table, that has one of these ids in a column."""
    found: Rows = {}
    with database.read() as session:
        for table in SQLModel.metadata.sorted_tables:
            rows = session.connection().execute(table.select()).all()
            mine = [tuple(row) for row in rows if any(_contains(each, ids) for each in row)]
            found[table.name] = sorted(mine, key=repr)
    return found


def _contains(value: object, ids: set[str]) -> bool:
    return isinstance(value, str) and value in ids
