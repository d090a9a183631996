"""The posts of an organization as rows, and the table of them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from cli.app_context import organization_timezone
from cli.caption_text import caption_line
from cli.output import build_table, console, print_line
from cli.time_format import format_local
from models.posts import Post
from models.store.posts import history, post_queries
from models.store.posts.post_filters import NO_FILTERS, PostFilters
from models.store.posts.post_queries import PageCursor
from services import presenters
from services.context import AppContext
from services.errors import invalid_field
from services.inputs.filter_values import NETWORKS, read_choices
from services.time_input import parse_date_or_instant

PAGE_SIZE = 500
COLUMNS = ["id", "caption", "type", "platforms", "slot", "status", "attempts", "reason"]
CAPTION_WIDTH, ID_WIDTH = 40, 32
# In a narrower terminal the caption is below the id, where it takes no column.
MIN_WIDTH_FOR_CAPTIONS = 160


def build_filters(
    context: AppContext, owner: str, basic_filters: PostFilters, start: str | None, end: str | None
) -> PostFilters:
    """The filters with the time range added. ValidationFailed names the option that is wrong."""
    read_choices("platform", basic_filters.networks, NETWORKS)
    with context.database.read() as session:
        zone = organization_timezone(session, owner)
    first = parse_date_or_instant("from", start, zone) if start is not None else None
    last = parse_date_or_instant("to", end, zone, is_end=True) if end is not None else None
    if first is not None and last is not None and last <= first:
        raise invalid_field("to", "must lie after --from")
    return replace(basic_filters, start=first, end=last)


def print_table(rows: list[dict[str, Any]], *, has_more: bool) -> None:
    """Print the rows, and how to see more of them."""
    has_captions = console.width >= MIN_WIDTH_FOR_CAPTIONS
    columns = [name for name in COLUMNS if has_captions or name != "caption"]
    show = _cut_caption if has_captions else _put_caption_below_id
    console.print(
        build_table("Posts", columns, ([row[name] for name in columns] for row in map(show, rows)))
    )
    if has_more:
        print_line(f"There are more than these {len(rows)}; --limit N shows more, --json all.")


def _cut_caption(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "caption": caption_line(row["caption"], CAPTION_WIDTH)}


def _put_caption_below_id(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "id": f"{row['id']}\n{caption_line(row['caption'], ID_WIDTH)}"}


def list_all_posts(context: AppContext, owner: str) -> list[dict[str, Any]]:
    """All posts of an organization as this command shows them."""
    return list(iterate_rows(context, owner, NO_FILTERS, None))


def iterate_rows(
    context: AppContext, owner: str, filters: PostFilters, limit: int | None
) -> Iterator[dict[str, Any]]:
    """The rows of the posts. Reads one page in a transaction, so that a long list makes no other
    process wait."""
    cursor, remaining = None, limit
    while remaining is None or remaining > 0:
        size = PAGE_SIZE if remaining is None else min(PAGE_SIZE, remaining)
        with context.database.read() as session:
            page = post_queries.list_page(session, owner, filters, cursor, size)
            attempts = history.count_calls(session, [post.id for post in page])
        yield from (_post_row(post, attempts.get(post.id, 0)) for post in page)
        if len(page) < size:
            return
        cursor = PageCursor(page[-1].accepted_at, page[-1].id)
        remaining = None if remaining is None else remaining - size


def _post_row(post: Post, attempts: int) -> dict[str, Any]:
    return {
        "id": post.id,
        "key": post.row_key,
        "caption": post.caption,
        "type": post.post_type,
        "platforms": " ".join(post.platforms),
        "slot": format_local(post.scheduled_for, post.timezone),
        "scheduledFor": presenters.format_instant(post.scheduled_for),
        "status": str(post.status),
        "attempts": attempts,
        "reason": post.reason,
    }
