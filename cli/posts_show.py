"""`slotbeat posts show`: one post with all that happened to it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from api.posts.timeline import timeline
from cli.around import opened
from cli.options import Org
from cli.output import Json, console, print_json, say, table
from cli.posts_change import PostId, found_by
from cli.times import local, to_the_second
from models.store import posts

HISTORY = {
    "subject": "subject",
    "step": "step",
    "outcome": "outcome",
    "ms": "durationMs",
    "http": "httpStatus",
    "message": "message",
}


def show(post_id: PostId, org: Org = None, as_json: Json = False) -> None:
    """Show a post with its deliveries and the history of every attempt.

    Example: slotbeat posts show 01a1ffe2812f71989636281eb0d02bec
    """
    with opened(org) as (around, owner), around.database.read() as session, found_by(post_id):
        shown = timeline(session, around.vault, owner, post_id)
        post = posts.get(session, owner, post_id)
    zone = post.timezone if post else "UTC"
    # A source link may carry a signature.
    shown = {name: value for name, value in shown.items() if not name.endswith("Url")}
    if as_json:
        print_json({"post": shown})
        return
    say("\n".join(_lines(shown, zone)))
    console.print(_history(shown["history"], zone))


def _lines(shown: dict[str, Any], zone: str) -> Iterator[str]:
    yield f"{shown['id']}: {shown['status']}"
    yield f"caption: {shown['caption']}"
    if shown["scheduledFor"]:
        yield f"slot: {local(datetime.fromisoformat(shown['scheduledFor']), zone)}"
    if shown["providerError"]:
        yield f"reason: {shown['providerError']}"
    for each in shown["providerPlatforms"]:
        parts = [each["status"], each["stage"], each["link"], each["error"]]
        yield f"{each['platform']}: {', '.join(part for part in parts if part)}"


def _history(events: list[dict[str, Any]], zone: str) -> Any:  # noqa: ANN401  (a drawing)
    cells = [
        [to_the_second(event["at"], zone)]
        + [event[name] for name in HISTORY.values()]
        + [to_the_second(event["nextAttemptAt"], zone)]
        for event in events
    ]
    return table(f"History ({zone})", ["at", *HISTORY, "next attempt"], cells)
