"""The feed for calendar programs: its events, and captions with strange characters."""

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from models.posts import Delivery, Post
from models.statuses import POST_TRANSITIONS, PostStatus
from services.calendar.icalendar_feed import (
    EVENT_LENGTH,
    LOOKBACK,
    FeedEntry,
    build_entry,
    feed_etag,
    is_shown,
    last_change,
    printable_line,
    render_feed,
)

SLOT = datetime(2026, 5, 1, 15, 0, 0, 123_456, tzinfo=UTC)
ACCEPTED = SLOT - timedelta(days=3)


def post(**fields: Any) -> Post:  # noqa: ANN401
    """A scheduled post for two networks."""
    known: dict[str, Any] = {
        "id": "0198c0ffee",
        "caption": "Hello",
        "platforms": ["x", "facebook"],
        "status": "scheduled",
        "scheduled_for": SLOT,
        "accepted_at": ACCEPTED,
    }
    return Post(**{**known, **fields})


def read(*entries: FeedEntry, name: str = "Acme") -> Any:  # noqa: ANN401
    """The events of a feed of these, as another program reads them."""
    return Calendar.from_ical(render_feed("organization", name, entries)).events


def test_an_event_says_what_where_and_when() -> None:
    """Id, instant in UTC, caption, networks, last change and, once it is live, the link."""
    live = Delivery(post_id="p", platform="x", link="https://x.com/acme/1")
    shown = build_entry(post(), [Delivery(post_id="p", platform="facebook"), live], ACCEPTED)
    (event,) = read(shown)
    assert event["UID"] == "0198c0ffee@slotbeat"
    assert event["SUMMARY"] == "Hello (x, facebook)"
    assert event["DTSTART"].to_ical() == b"20260501T150000Z"
    assert event["DTEND"].dt - event["DTSTART"].dt == EVENT_LENGTH
    assert event["LAST-MODIFIED"].dt == event["DTSTAMP"].dt == ACCEPTED.replace(microsecond=0)
    assert (event["URL"], event["STATUS"], event["TRANSP"]) == (
        "https://x.com/acme/1", "CONFIRMED", "TRANSPARENT",
    )  # fmt: skip


def test_a_status_is_seen_without_opening_the_event() -> None:
    """Each status has its STATUS; the title names statuses that need a person or publish
    nothing."""
    expected = {
        "CONFIRMED": {"scheduled", "publishing", "published", "partial"},
        "TENTATIVE": {
            "draft",
            "pending_approval",
            "changes_requested",
            "backlog",
            "failed",
            "missed",
            "unknown",
        },
        "CANCELLED": {"rejected", "cancelling", "cancelled"},
    }
    for status in PostStatus:
        (event,) = read(build_entry(post(status=status), [], None))
        assert status in expected[event["STATUS"]]
        plain = event["SUMMARY"] == "Hello (x, facebook)"
        assert plain == (status in {"scheduled", "publishing", "published"})
    (event,) = read(build_entry(post(status="pending_approval"), [], None))
    assert event["SUMMARY"] == "pending approval: Hello (x, facebook)"


def test_a_post_without_a_slot_stands_where_it_went_out() -> None:
    """Published now: at its publication, with its acceptance as last change without a history."""
    shown = build_entry(post(scheduled_for=None, published_at=SLOT), [], None)
    assert (shown.at, shown.changed_at) == (SLOT, ACCEPTED)


def test_a_long_caption_is_cut_between_words() -> None:
    """The title has the first words; an empty caption is '(no caption)'."""
    (long, empty) = read(
        build_entry(post(caption="one two three " * 20), [], None),
        build_entry(post(id="other", caption=" \n"), [], None),
    )
    assert long["SUMMARY"].startswith("one two three one")
    assert long["SUMMARY"].endswith("three one… (x, facebook)")
    assert empty["SUMMARY"] == "(no caption) (x, facebook)"


@pytest.mark.parametrize(
    ("caption", "words"),
    [
        ("a" * 57 + "👨\u200d👩\u200d👧\u200d👦 end of it", "a" * 57),
        ("👨\u200d👩\u200d👧\u200d👦" * 12, "👨\u200d👩\u200d👧\u200d👦" * 8),
        ("a" + "🇩🇪" * 40, "a" + "🇩🇪" * 29),
        ("a" * 59 + "e\u0301 more words", "a" * 59),
        ("新品 " + "面包" * 50, "新品 " + "面包" * 28 + "面"),
    ],
)
def test_a_title_is_cut_between_graphemes(caption: str, words: str) -> None:
    """What a reader sees as one character stays whole, with blanks in the text or without."""
    (event,) = read(build_entry(post(caption=caption), [], None))
    assert event["SUMMARY"] == f"{words}… (x, facebook)"


@given(st.text(max_size=200), st.text(max_size=40), st.text(max_size=80))
@example("a\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:forged", "A\x00B", "https://x.com/\r\nX:1")
@example("\x00\x07\x1b\x7f\x85\u2028;,\\n\\N", "", "https://x.com/a b")
@example("ą" * 200, "é" * 40, "javascript:alert(1)")
def test_no_text_breaks_the_feed(caption: str, name: str, link: str) -> None:
    """For any caption the feed has one event with its text, no control characters except line ends,
    and lines of at most 75 bytes."""
    shown = build_entry(
        post(caption=caption), [Delivery(post_id="p", platform="x", link=link)], ACCEPTED
    )
    text = render_feed("organization", name, [shown])
    (event,) = read(shown, name=name)
    assert not event.errors
    assert event["SUMMARY"] == shown.title
    assert event.get("URL", None) == shown.link
    assert event["SUMMARY"].startswith(printable_line(caption)[:20].strip())
    lines = text.decode().split("\r\n")
    assert not any(unicodedata.category(char) == "Cc" for line in lines for char in line)
    assert max(len(line.encode()) for line in lines) <= 75
    assert sum(line.startswith(("BEGIN:", "END:")) for line in lines) == 4


@given(st.data())
def test_the_sequence_rises_with_what_people_must_know(data: st.DataObject) -> None:
    """Through any life of a post the SEQUENCE never falls. It rises with each new version of the
    caption or the instant, and with the end by a cancellation or a rejection."""
    status = PostStatus.PENDING_APPROVAL
    version, before = 1, build_entry(post(status=status), [], None).sequence
    assert before == 0
    while choices := sorted(POST_TRANSITIONS[status]):
        status = data.draw(st.sampled_from(choices))
        raised = data.draw(st.integers(0, 2))
        version += raised
        after = build_entry(post(status=status, content_version=version), [], None).sequence
        assert after == before + raised + (status in {"cancelled", "rejected"})
        before = after
        if data.draw(st.booleans()):
            return


def test_a_program_that_reads_the_feed_again_updates_its_events() -> None:
    """The same UID with a higher SEQUENCE, a later LAST-MODIFIED and the new instant."""
    later = ACCEPTED + timedelta(minutes=1)
    moved = post(scheduled_for=SLOT + timedelta(days=1), content_version=2)
    (one,), (two,) = (
        read(build_entry(post(), [], ACCEPTED)),
        read(build_entry(moved, [], later)),
    )
    assert one["UID"] == two["UID"]
    assert (one["SEQUENCE"], two["SEQUENCE"]) == (0, 1)
    assert two["LAST-MODIFIED"].dt - one["LAST-MODIFIED"].dt == timedelta(minutes=1)
    assert two["DTSTART"].dt - one["DTSTART"].dt == timedelta(days=1)


@pytest.mark.parametrize("status", ["cancelled", "rejected"])
def test_a_cancelled_post_stays_for_a_month(status: str) -> None:
    """Until then it is a cancelled event, which programs remove. Other posts stay, however old
    their last change is."""
    gone, scheduled = (build_entry(post(status=each), [], ACCEPTED) for each in (status, "draft"))
    shown = [is_shown(each, ACCEPTED + LOOKBACK) for each in (gone, scheduled)]
    assert shown == [True, True]
    shown = [is_shown(each, ACCEPTED + LOOKBACK * 1.01) for each in (gone, scheduled)]
    assert shown == [False, True]


def test_the_calendar_says_when_to_read_it_again() -> None:
    """In the words of RFC 7986 and in those of Outlook, as durations."""
    text = render_feed("organization", "Acme", []).decode()
    assert "\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in text
    assert "\r\nX-PUBLISHED-TTL:PT1H\r\n" in text


def test_the_last_change_is_the_newest_of_an_entry() -> None:
    """An empty feed has none."""
    entries = [build_entry(post(), [], at) for at in (ACCEPTED, SLOT, ACCEPTED)]
    assert (last_change(entries), last_change([])) == (SLOT, None)


def test_the_etag_changes_with_what_is_shown() -> None:
    """The same feed has the same ETag; another name, status or change has another."""
    one, other = (
        build_entry(post(), [], ACCEPTED),
        build_entry(post(status="published"), [], ACCEPTED),
    )
    assert feed_etag("Acme", [one]) == feed_etag("Acme", [build_entry(post(), [], ACCEPTED)])
    assert (
        len(
            {
                feed_etag("Acme", [one]),
                feed_etag("Acme", [other]),
                feed_etag("A", [one]),
                feed_etag("A", []),
            }
        )
        == 4
    )
    assert render_feed("o", "Acme", [one]) == render_feed("o", "Acme", [one])
