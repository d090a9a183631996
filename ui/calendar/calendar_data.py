"""Reads what the calendar shows, and computes the ETag by which a page polls for changes."""

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
from models.store.posts import post_queries, posts
from models.store.queue import queue_slots
from models.store.queue.calendar_page import page_fingerprint
from models.store.tenants import social_settings
from scheduler.recurrence import blackouts
from services.calendar.calendar_view import list_dst_changes, load_slots
from services.calendar.time_range import TimeRange
from services.context import AppContext
from services.errors import FieldError, ValidationFailed
from services.posts.post_warnings import warnings_by_post
from services.time_input import midnight
from ui import static_files
from ui.calendar import day_view, month_view, week_view
from ui.calendar.calendar_query import CalendarQuery
from ui.calendar.going_out import load_going_out
from ui.calendar.month_view import Month
from ui.calendar.post_card import PostCard, photo_post_ids
from ui.calendar.waiting_posts import PostCounts, count_posts
from ui.calendar.week_view import Week
from ui.filters.filter_bar import FilterBar, build_filter_bar
from ui.first_run import FirstRun, load_first_run
from ui.sign_in.visitor import Visitor


@dataclass(frozen=True, slots=True)
class CalendarContent:
    """What a visitor sees. `thumbnails`: image URLs by post id. `going_out`: what posts are doing
    now, by post id. `is_crowded`: there are too many slots, so they are left out."""

    period: Week | Month
    counts: PostCounts
    going_out: dict[str, str]
    thumbnails: dict[str, str]
    first_run: FirstRun | None
    is_paused: bool
    is_crowded: bool
    filter_bar: FilterBar


@dataclass(frozen=True, slots=True)
class CalendarSnapshot:
    """A calendar in one snapshot of the database. `etag` changes whenever the calendar changes."""

    query: CalendarQuery
    etag: str
    calendar: CalendarContent | None


def load_warnings(context: AppContext, visitor: Visitor, post_id: str) -> list[FieldError]:
    """The fields of a post that will not be sent; none if the organization has no such post."""
    with context.database.read() as session:
        post = posts.get(session, visitor.organization_id, post_id)
        return warnings_by_post(session, [post])[post.id] if post else []


def load_calendar(
    context: AppContext, visitor: Visitor, query: CalendarQuery, known: Sequence[str] = ()
) -> CalendarSnapshot:
    """Load the calendar that the query asks for; `calendar` is None if its ETag is in `known`.

    ValidationFailed for an invalid cursor.
    """
    with context.database.read() as session:
        now = clock.now(session)
        query = query.with_day(now, visitor.zone)
        reader = _CalendarReader(session, context, visitor, query, now)
        etag = reader.etag()
        return CalendarSnapshot(query, etag, None if etag in known else reader.calendar())


class _CalendarReader:
    """Reads one calendar in one transaction."""

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
        self._counts = count_posts(session, self._owner)
        self._going_out = load_going_out(session, self._owner, now, visitor.zone)

    def etag(self) -> str:
        """The ETag. It also changes every minute, because the calendar shows what is over."""
        period = self._time_range
        rows = page_fingerprint(
            self._session,
            self._owner,
            (period.start, period.end),
            self._query.filter.to_store(),
        )
        minute = self._now.replace(second=0, microsecond=0).isoformat()
        shown = (self._counts, self._going_out, rows)
        parts = (static_files.VERSION, self._visitor, self._query, minute, shown)
        return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'

    def calendar(self) -> CalendarContent:
        """The calendar itself."""
        settings = social_settings.read_settings(self._session, self._owner)
        rules = queue_slots.list_all(self._session, self._owner)
        rows, is_crowded = self._load_rows(settings, rules)
        period = self._build_period(rows)
        return CalendarContent(
            period=period,
            counts=self._counts,
            going_out=self._going_out,
            thumbnails=self._load_thumbnails(period.cards),
            first_run=load_first_run(self._session, self._owner),
            is_paused=settings.is_paused,
            is_crowded=is_crowded,
            filter_bar=build_filter_bar(self._session, self._owner, self._query.filter),
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

    def _build_period(self, rows: day_view.CalendarRows) -> Week | Month:
        zone = self._visitor.zone
        if self._query.view == "month":
            return month_view.build_month(rows, self._day, zone, self._now)
        return week_view.build_week(
            rows, week_view.monday_of(self._day), zone, self._now, self._query.full_day
        )

    def _load_rows(
        self, settings: SocialSettings, rules: Sequence[QueueSlot]
    ) -> tuple[day_view.CalendarRows, bool]:
        """The rows, and whether there are too many slots to show."""
        period, is_crowded = self._time_range, False
        try:
            slots = load_slots(self._session, settings, rules, period, self._now)
        except ValidationFailed:  # too many slots for one page: show the posts alone
            slots, is_crowded = [], True
        rows = day_view.CalendarRows(
            planned=slots,
            posts=post_queries.list_cards_between(
                self._session,
                self._owner,
                period.start,
                period.end,
                filters=self._query.filter.to_store(),
            ),
            changes=list_dst_changes(rules, period),
            closed=blackouts.parse_ranges(settings.blackouts),
            per_slot=settings.max_posts_per_slot,
        )
        return rows, is_crowded

    def _load_thumbnails(self, cards: Sequence[PostCard]) -> dict[str, str]:
        media = post_queries.load_media(self._session, photo_post_ids(cards))
        urls = {post_id: self._image_url(files[0]) for post_id, files in media.items()}
        return {post_id: url for post_id, url in urls.items() if url}

    def _image_url(self, media: Media) -> str | None:
        """The source of an image, or our own URL for an uploaded file; None if the file is gone."""
        source = self._context.cipher.decrypt(media.source_url)
        if not is_stored_url(source):
            return source
        return (
            f"{self._visitor.base}/media/{media.stored_file_id}" if media.stored_file_id else None
        )
