"""`slotbeat posts show`: one post with its deliveries and history."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cli.common_options import JsonOption, OrganizationOption, PostIdArgument
from cli.output import build_table, console, print_json, print_line
from cli.time_format import format_local, format_local_seconds
from cli.without_links import without_links

HISTORY_COLUMNS = {
    "subject": "subject",
    "step": "step",
    "outcome": "outcome",
    "ms": "durationMs",
    "http": "httpStatus",
    "message": "message",
}


def show(
    post_id: PostIdArgument, org: OrganizationOption = None, as_json: JsonOption = False
) -> None:
    """Show a post with its deliveries and the history of every attempt.

    Example: slotbeat posts show 01a1ffe2812f71989636281eb0d02bec
    """
    from cli.app_context import open_organization
    from cli.posts.post_change import fail_if_not_found
    from cli.posts.post_id import resolve_post_id
    from models.store.posts import posts
    from services.posts.post_details import load_post_details

    with open_organization(org) as (context, owner):
        id_ = resolve_post_id(context.database, owner, post_id)
        with context.database.read() as session, fail_if_not_found(id_):
            details = load_post_details(session, context.cipher, owner, id_)
            post = posts.get(session, owner, id_)
    zone = post.timezone if post else "UTC"
    details = without_links(details)
    if as_json:
        print_json({"post": details})
        return
    print_line("\n".join(_detail_lines(details, zone)))
    console.print(_history_table(details["history"], zone))


def _detail_lines(details: dict[str, Any], zone: str) -> Iterator[str]:
    yield f"{details['id']}: {details['status']}"
    if details["title"]:
        yield f"title: {details['title']}"
    yield f"caption: {details['caption']}"
    for name, version in details.get("versions", {}).items():
        for part, value in version.items():
            yield f"{part} for {name}: {value if isinstance(value, str) else json.dumps(value)}"
    for number, item in enumerate(details.get("thread", ()), 1):
        yield f"text {number} below: {item['text']}"
    yield from _state_lines(details, zone)


def _state_lines(details: dict[str, Any], zone: str) -> Iterator[str]:
    if "labels" in details:
        yield f"labels: {', '.join(details['labels'])}"
    if details["scheduledFor"]:
        yield f"slot: {format_local(datetime.fromisoformat(details['scheduledFor']), zone)}"
    if details["providerError"]:
        yield f"reason: {details['providerError']}"
    yield from (_progress_line(each, zone) for each in details.get("progress", ()))
    yield from map(_delivery_line, details["providerPlatforms"])


def _delivery_line(each: dict[str, Any]) -> str:
    parts = [each["status"], each["stage"], each["link"], each["error"]]
    return f"{each['platform']}: {', '.join(part for part in parts if part)}"


def _progress_line(line: dict[str, Any], zone: str) -> str:
    """What it is doing now: `Retrying on X, next at 2026-05-01 17:00:12 (attempt 5)`."""
    at = line["nextAttemptAt"]
    next_try = f", next at {format_local_seconds(at, zone)}" if at else ""
    return f"{line['text']}{next_try}" + (
        f" (attempt {line['attempt']})" if line["attempt"] else ""
    )


def _history_table(events: list[dict[str, Any]], zone: str) -> Any:  # noqa: ANN401  (a table of rich)
    cells = [
        [format_local_seconds(event["at"], zone)]
        + [event[name] for name in HISTORY_COLUMNS.values()]
        + [format_local_seconds(event["nextAttemptAt"], zone)]
        for event in events
    ]
    return build_table(f"History ({zone})", ["at", *HISTORY_COLUMNS, "next attempt"], cells)
