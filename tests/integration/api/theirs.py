"""An organization with something of everything, which nobody else may see or touch."""

from dataclasses import dataclass, field
from typing import Any

from sqlmodel import SQLModel

import models.tables  # noqa: F401  (fills the metadata)
from models.database import Database
from tests.integration.api.connected import own_workspace, sync
from tests.integration.api.serving import Api, Json, Organization
from tests.samples import JPEG

FUTURE = "2031-05-01T15:00:00Z"
# Words that stand in nothing but theirs.
MARK = "Zanzibar"
LINK = f"https://cdn.example.com/{MARK}-clip.mp4"
HOOK = f"https://example.com/{MARK}-hook"
KEY = f"{MARK}-key"
SAME = {"postType": "text", "caption": f"{MARK} twice", "platforms": ["x"]}
Rows = dict[str, list[tuple[object, ...]]]


@dataclass(frozen=True, slots=True)
class Theirs:
    """The organization, the ids of its things, and what must not be found in others' answers."""

    organization: Organization
    post: str
    job: str
    pending: str
    account: str
    webhook: str
    delivery: str
    media: str
    media_url: str
    feed_token: str
    cursor: str
    secrets: set[str] = field(default_factory=set)


def furnish(api: Api) -> Theirs:
    """Posts in several states, an account, a webhook with a delivery, a file, a feed, rules."""
    them = api.organization(f"{MARK} Ltd")
    own_workspace(them)
    account = sync(them, ("x", "OK"), ("facebook", "OK"))[0].id
    hook = _good(them, "/webhooks", json={"url": HOOK})
    them.put_settings(queueSlots=[{"dayOfWeek": 1, "time": "10:00"}], defaultPlatforms=["x"])
    asked = {"publishMode": "schedule", "scheduledAt": FUTURE, "caption": f"{MARK} first"}
    post = them.publish(**asked)["socialPost"]
    them.publish(caption=f"{MARK} queued")
    video = {"postType": "video", "videoUrl": LINK, "caption": f"{MARK} film"}
    them.publish(**video, platforms=["youtube"], publishMode="draft", scheduledAt=FUTURE)
    _good(them, "/publish", json=SAME, headers={"Idempotency-Key": KEY})
    row = f"key,postType,caption,platforms\n{KEY},text,{MARK} row,x\n"
    _good(them, "/import", content=row, headers={"Content-Type": "text/csv"})
    them.put_settings(approveApiPosts=True)
    pending = them.publish(caption=f"{MARK} pending")["socialPost"]["id"]
    kind = {"Content-Type": "image/jpeg"}
    media = _good(them, "/media", content=JPEG, headers=kind, params={"name": f"{MARK}.jpg"})
    feed = _good(them, "/calendar/feed", json={})["url"]
    found = Theirs(
        organization=them,
        post=post["id"],
        job=post["providerJobId"],
        pending=pending,
        account=account,
        webhook=_of(hook, "webhook")["id"],
        delivery=_of(_good(them, f"/webhooks/{_of(hook, 'webhook')['id']}/test"), "delivery")["id"],
        media=media["media"]["id"],
        media_url=media["media"]["url"],
        feed_token=feed.rpartition("token=")[2],
        cursor=them.get("/posts", limit="1")["nextCursor"],
    )
    found.secrets.update({MARK, them.key, found.feed_token, *ids_of(api.database, them.id)})
    return found


def _of(answer: Json, name: str) -> Json:
    return answer.get(name, answer)


def _good(owner: Organization, path: str, **arguments: Any) -> Json:  # noqa: ANN401
    answer = owner.call("POST", path, **arguments)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids_of(database: Database, organization_id: str) -> set[str]:
    """The ids of all that is an organization's: of every row that names one of them, and so on."""
    known, before = {organization_id}, 0
    while before != len(known):
        before = len(known)
        for name, rows in rows_of(database, known).items():
            if "id" in SQLModel.metadata.tables[name].c:
                place = SQLModel.metadata.tables[name].c.keys().index("id")
                ids = (row[place] for row in rows)
                known |= {each for each in ids if isinstance(each, str)}
    return known


def rows_of(database: Database, ids: set[str]) -> Rows:
    """Every row, of every table, that has one of these ids in a column."""
    found: Rows = {}
    with database.read() as session:
        for table in SQLModel.metadata.sorted_tables:
            rows = session.connection().execute(table.select()).all()
            mine = [tuple(row) for row in rows if any(_is_in(each, ids) for each in row)]
            found[table.name] = sorted(mine, key=repr)
    return found


def _is_in(value: object, ids: set[str]) -> bool:
    return isinstance(value, str) and value in ids
