"""What the posts that go out now are doing, in words for their cards."""

from datetime import datetime

from sqlmodel import Session

from models.store.queue import calendar_page
from scheduler.recurrence.timezones import load_zone
from services.posts.load_progress import load_progress
from services.posts.progress import Progress

# More than this many at once are shown without words.
MOST_SHOWN = 30


def load_going_out(
    session: Session, organization_id: str, now: datetime, zone_name: str
) -> dict[str, str]:
    """What each post that goes out at the moment is doing, by its id."""
    ids = calendar_page.list_going_out(session, organization_id, now, MOST_SHOWN)
    if not ids:
        return {}
    found = load_progress(session, ids)
    return {id_: _sentence(lines, zone_name) for id_, lines in found.items() if lines}


def _sentence(lines: tuple[Progress, ...], zone_name: str) -> str:
    return "; ".join(_words(each, zone_name) for each in lines)


def _words(line: Progress, zone_name: str) -> str:
    """Retrying on X, attempt 5, next at 14:03."""
    attempt = f", attempt {line.attempt}" if line.attempt else ""
    if line.next_at is None:
        return f"{line.text}{attempt}"
    return f"{line.text}{attempt}, next at {line.next_at.astimezone(load_zone(zone_name)):%H:%M}"
