"""Reading what the calendar shows, and telling cheaply whether it is still the same."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from media.stored_urls import is_stored_url
from models.organizations import SocialSettings
from models.posts import Media
from models.queue_slots import QueueSlot
from models.store import clock
from models.store.posts import post_queries
from models.store.queue import queue_slots
from models.store.queue.calendar_page import page_fingerprint
from models.store.tenants import accounts, social_settings, workspaces
from scheduler.recurrence import blackouts
from services.calendar.calendar_view import list_dst_changes, load_slots
from services.calendar.time_range import TimeRange
from services.context import AppContext
from services.errors import ValidationFailed
from services.time_input import midnight
from ui import static_files
from ui.calendar import day_view, month_view, side_lists, week_view
from ui.calendar.calendar_query import CalendarQuery
from ui.calendar.month_view import Month
from ui.calendar.post_card import PostCard, photo_post_ids
from ui.calendar.week_view import Week
from ui.sign_in.visitor import Visitor


@dataclass(frozen=True, slots=True)
class CalendarContent:
    """What a visitor sees. `thumbs`: links of pictures by post id. `is_crowded`: the slots are
    left out, for there are too many."""

    period: Week | Month
    lists: list[side_lists.ListPage]
    thumbnails: dict[str, str]
    has_rules: bool
    has_accounts: bool
    is_paused: bool
    is_crowded: bool


@dataclass(frozen=True, slots=True)
class CalendarSnapshot:
    """A calendar in one snapshot of the database. `tag` is the same as long as the rest is."""

    query: CalendarQuery
    tag: str
    calendar: CalendarContent | None


def load_calendar(
    context: AppContext, visitor: Visitor, query: CalendarQuery, known: Sequence[str] = ()
) -> CalendarSnapshot:
    """What is asked for; without the calendar where one of the known tags is still its tag.

    Invalid for a cursor that is none of ours.
    """
    with context.database.read() as session:
        now = clock.now(session)
        named = query.with_day(now, visitor.zone)
        reader = _CalendarReader(session, context, visitor, named, now)
        tag = reader.tag()
        return CalendarSnapshot(named, tag, None if tag in known else reader.calendar())


class _CalendarReader:
    """Reads for one look."""

    def __init__(
        self,
        session: Session,
        context: AppContext,
        visitor: Visitor,
        query: CalendarQuery,
        now: datetime,
    ) -> None:
        self._session = session
        self._context = context
        self._visitor = visitor
        self._query = query
        self._now = now
        self._day = query.day or now.date()
        self._owner = visitor.organization_id
        self._time_range = self._build_time_range()
        self._list_queries = side_lists.build_list_queries(
            context.cipher, self._owner, query.list, query.after
        )

    def tag(self) -> str:
        """The ETag. Time itself changes a calendar, too: by the minute."""
        span = self._time_range
        rows = page_fingerprint(
            self._session, self._owner, span.start, span.end, self._list_queries
        )
        minute = self._now.replace(second=0, microsecond=0).isoformat()
        parts = (static_files.VERSION, self._visitor, self._query, minute, rows)
        return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'

    def calendar(self) -> CalendarContent:
        """All of it."""
        settings = social_settings.read_settings(self._session, self._owner)
        rules = queue_slots.list_all(self._session, self._owner)
        found, is_crowded = self._load_rows(settings, rules)
        shape = self._build_period(found)
        beside = side_lists.load_lists(
            self._session, self._context.cipher, self._owner, self._list_queries
        )
        # A month has no room for pictures.
        pictured = shape.cards if isinstance(shape, Week) else []
        cards = [*pictured, *(card for each in beside for card in each.cards)]
        return CalendarContent(
            period=shape,
            lists=beside,
            thumbnails=self._load_thumbnails(cards),
            has_rules=any(rule.is_active for rule in rules),
            has_accounts=self._has_accounts(),
            is_paused=settings.is_paused,
            is_crowded=is_crowded,
        )

    def _build_time_range(self) -> TimeRange:
        first, count = self._span()
        end = first + timedelta(days=count)
        zone = self._visitor.zone
        return TimeRange(midnight(first, zone), midnight(end, zone), zone)

    def _span(self) -> tuple[date, int]:
        if self._query.view == "month":
            return month_view.month_span(self._day)
        return week_view.monday_of(self._day), week_view.DAYS

    def _build_period(self, found: day_view.CalendarRows) -> Week | Month:
        zone = self._visitor.zone
        if self._query.view == "month":
            return month_view.build_month(found, self._day, zone, self._now)
        return week_view.build_week(
            found, week_view.monday_of(self._day), zone, self._now, self._query.full_day
        )

    def _load_rows(
        self, settings: SocialSettings, rules: Sequence[QueueSlot]
    ) -> tuple[day_view.CalendarRows, bool]:
        """The rows, and whether slots are left out."""
        span, is_crowded = self._time_range, False
        try:
            slots = load_slots(self._session, settings, rules, span, self._now)
        except ValidationFailed:  # a rule for every minute: the posts are there in any case
            slots, is_crowded = [], True
        found = day_view.CalendarRows(
            planned=slots,
            posts=post_queries.list_between(self._session, self._owner, span.start, span.end),
            changes=list_dst_changes(rules, span),
            closed=blackouts.parse_ranges(settings.blackouts),
            per_slot=settings.max_posts_per_slot,
        )
        return found, is_crowded

    def _has_accounts(self) -> bool:
        provider = self._context.provider
        workspace = workspaces.find_workspace(self._session, self._owner, provider)
        if workspace is None:
            return False
        return bool(accounts.list_linked(self._session, self._owner, workspace.id))

    def _load_thumbnails(self, cards: Sequence[PostCard]) -> dict[str, str]:
        found = post_queries.load_media(self._session, photo_post_ids(cards))
        links = {post_id: self._link(media[0]) for post_id, media in found.items()}
        return {post_id: link for post_id, link in links.items() if link}

    def _link(self, media: Media) -> str | None:
        """Where a browser finds a picture: at its source, or with us as long as we have it."""
        link = self._context.cipher.decrypt(media.source_url)
        if not is_stored_url(link):
            return link
        return f"/media/{media.stored_file_id}" if media.stored_file_id else None
