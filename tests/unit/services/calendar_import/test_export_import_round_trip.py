"""An exported post is imported as the request that would make the same post."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.urls import INVISIBLE
from models.posts import Delivery, Post
from models.statuses import PostStatus
from scheduler.recurrence.timezones import load_zone
from services.calendar_import import exporter
from services.calendar_import.calendar_reader import read_rows
from services.calendar_import.csv_header import COLUMNS
from services.calendar_import.csv_writer import CsvWriter
from services.inputs.labels import clean_label, clean_labels
from services.inputs.post_bodies import ThreadItemBody
from services.post_validation.alt_texts import clean
from services.posts.post_versions import given_versions
from services.posts.schedule_time import parse_schedule_time
from services.text_input import normalize_newlines
from tests.hypothesis_profiles import examples

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
WORD = st.text("abc-=+@'\"é", min_size=1, max_size=8)


# Commas of every kind: inside, at the end, before another link, and behind a file's name.
# A version as it is stored.
VERSION = st.fixed_dictionaries(
    {"caption": TEXT.filter(str.strip).map(normalize_newlines)},
    optional={
        "media": st.lists(st.integers(0, 3), unique=True, max_size=3),
        "altTexts": st.lists(st.just("") | WORD, max_size=3).map(clean),
        "platformFields": st.dictionaries(WORD, WORD, min_size=1, max_size=2),
    },
)
LINK = st.builds(
    "https://cdn.example.com/{}{}{}".format,
    WORD,
    st.sampled_from(["", ",", ",;", ",https://b.example/", ".jpg,", ",file:"]),
    st.one_of(st.just(""), WORD),
)


# Texts as they are stored; a line of dashes, which separates texts in a cell, is one.
ITEM = st.fixed_dictionaries(
    {"text": (TEXT | st.just("a\n---\nb")).map(normalize_newlines).filter(str.strip)},
    optional={"photoUrls": st.lists(LINK, min_size=1, max_size=2), "videoUrl": LINK},
)


def given_items(item: ThreadItemBody) -> dict[str, Any]:
    """What an item says."""
    return item.model_dump(exclude_none=True)


def post(**values: Any) -> Post:  # noqa: ANN401  (any column's)
    """A text post of the queue, but for these columns."""
    plain: dict[str, Any] = {
        "organization_id": "o", "connection_id": "w", "post_type": "text", "caption": "Hi",
        "platforms": ["x"], "platform_fields": {}, "publish_mode": "next_slot",
        "status": PostStatus.BACKLOG, "timezone": "UTC", "accepted_at": NOW, "row_key": "k",
    }  # fmt: skip
    return Post(**{**plain, **values})


def by_both(fields: dict[str, Any]) -> list[Any]:
    """The rows that CSV and JSON Lines are read as."""
    file = io.StringIO(newline="")
    out = CsvWriter(file)
    out.write_row(COLUMNS)
    out.write_row(exporter.to_csv_cells(fields))
    texts = (file.getvalue(), exporter.to_json_line(fields))
    return [next(read_rows(io.StringIO(text, newline=""))) for text in texts]


@settings(max_examples=examples(50))
@given(
    caption=TEXT,
    key=WORD,
    links=st.lists(LINK, min_size=1, max_size=3),
    # An empty value is no value: no post is stored with one.
    options=st.dictionaries(WORD, TEXT.filter(str.strip), max_size=3),
    named=st.lists(WORD, max_size=2),
    alt_texts=st.lists(st.just("") | TEXT.map(str.strip), max_size=3),
    thread=st.lists(ITEM, max_size=3),
)
def test_content_comes_back_as_it_was(
    caption: str,
    key: str,
    links: list[str],
    options: dict[str, str],
    named: list[str],
    alt_texts: list[str],
    thread: list[dict[str, Any]],
) -> None:
    """Any caption, key, links, alt texts, thread, accounts and options, in either format."""
    given_post = post(
        post_type="photo", caption=caption, row_key=key, platforms=["x", "facebook"],
        platform_fields=options,
    )  # fmt: skip
    deliveries = [
        Delivery(post_id="p", platform="x", account_id=each, is_named=True) for each in named
    ]
    for row in by_both(exporter.build_export_row(given_post, deliveries, links, alt_texts, thread)):
        assert (row.key, row.problems) == (key, [])
        body = row.body
        assert clean(body.altTexts) == clean([normalize_newlines(each) for each in alt_texts])
        assert [given_items(each) for each in body.thread or ()] == thread
        text = normalize_newlines(caption)
        assert (body.caption, body.photoUrls, body.platforms) == (text, links, ["x", "facebook"])
        values = {name: normalize_newlines(value) for name, value in options.items()}
        assert (body.accountIds or [], body.platformFields or {}) == (named, values)
        assert (body.publishMode, body.scheduledAt) == ("next_slot", None)


@given(title=TEXT.filter(str.strip), versions=st.dictionaries(WORD, VERSION, max_size=2))
def test_a_title_and_versions_come_back_as_they_were(title: str, versions: dict[str, Any]) -> None:
    """Each part of each version; only blanks and invisible characters around a title go."""
    fields = exporter.build_export_row(post(title=title, versions=versions), [], [])
    of_csv, of_json = (row.body for row in by_both(fields))
    assert given_versions(of_csv.versions) == given_versions(of_json.versions) == versions
    assert of_json.title == title
    assert (of_csv.title or "") in title
    assert title.strip(f"{INVISIBLE} ").strip() in (of_csv.title or "")


@given(
    minutes=st.integers(0, 60 * 24 * 366), name=st.sampled_from(ZONES), mode=st.sampled_from(
        ["schedule", "draft"]
    ),
)  # fmt: skip
def test_an_instant_comes_back_to_the_second(minutes: int, name: str, mode: str) -> None:
    """Of every zone and every minute of a year, with its clock changes: the same instant."""
    at = NOW + timedelta(minutes=minutes)
    local = at.astimezone(load_zone(name)).replace(tzinfo=None)
    given_post = post(publish_mode=mode, scheduled_for=at, local_at=local, timezone=name)
    for row in by_both(exporter.build_export_row(given_post, [], [])):
        assert row.body.publishMode == mode
        assert parse_schedule_time(row.body.scheduledAt, row.body.timezone)[0] == at


def test_a_lone_carriage_return_stays_in_its_cell() -> None:
    """As a line break. Python's writer does not quote "\\r", which its reader takes for the end of
    the row."""
    for row in by_both(exporter.build_export_row(post(caption="a\rb"), [], [])):
        assert (row.problems, row.body.caption) == ([], "a\nb")


def test_a_wall_clock_is_written_as_one() -> None:
    """Without an offset, except in the second of two equal hours."""
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    shown = [
        exporter.build_export_row(
            post(
                publish_mode="schedule", scheduled_for=at, timezone="Europe/Berlin",
                local_at=datetime(2026, 10, 25, 2, 30),
            ),
            [],
            [],
        )["scheduledAt"]
        for at in (first, first + timedelta(hours=1))
    ]  # fmt: skip
    assert shown == ["2026-10-25T02:30:00", "2026-10-25T02:30:00+01:00"]


@pytest.mark.parametrize("mode", ["next_slot", "publish_now", "schedule"])
@pytest.mark.parametrize("status", [PostStatus.PUBLISHED, PostStatus.FAILED, PostStatus.MISSED])
def test_what_has_ended_is_not_published_again(mode: str, status: PostStatus) -> None:
    """It is exported with its past instant, which an import refuses."""
    gone = post(publish_mode=mode, status=status, scheduled_for=NOW, published_at=NOW)
    fields = exporter.build_export_row(gone, [], [])
    assert (fields["publishMode"], fields["scheduledAt"]) == ("schedule", "2026-05-01T12:00:00")


def test_a_post_without_a_key_goes_by_its_id() -> None:
    """So that an import finds the same post."""
    bare = post(row_key=None)
    assert exporter.build_export_row(bare, [], [])["key"] == bare.id


@given(texts=st.lists(TEXT, max_size=4))
def test_labels_come_back_as_they_were(texts: list[str]) -> None:
    """Whatever labels a post has, the cell of its export is read as the same labels."""
    labels = clean_labels([each for each in map(as_label, texts) if each])
    for row in by_both(exporter.build_export_row(post(labels=labels), [], [])):
        assert row.problems == []
        assert (row.body.labels or []) == labels


def as_label(text: str) -> str | None:
    """The label that a text is; None where it is none. A cell loses invisible ends."""
    try:
        return clean_label(text.strip(f"{INVISIBLE} "))
    except ValueError:
        return None
