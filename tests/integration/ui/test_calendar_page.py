"""The calendar page: what an organization sees of its posts, and how it polls for changes."""

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, update

from models.tables import POST
from tests.integration.live_server import Json, OrganizationClient
from tests.integration.ui.browser_client import (
    HTML,
    SCRIPT,
    BrowserClient,
    PagePoller,
    find_all,
    follow_page,
    open_signed_in_browser,
)
from ui.calendar.week_view import PER_CELL_OF_MANY, monday_of

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 400
EVERY_DAY = [{"dayOfWeek": day, "time": "10:00"} for day in range(7)]
# A week without a clock change, in the future.
MONDAY = monday_of(datetime.now(UTC).date() + timedelta(days=30))


@pytest.fixture
def browser(any_organization: OrganizationClient) -> Iterator[BrowserClient]:
    """A browser that has signed in to the organization."""
    with open_signed_in_browser(any_organization) as browser:
        yield browser


def there(day: date = MONDAY, view: str = "week", **more: str) -> str:
    """The URL of the calendar at a date."""
    return "/?" + "&".join(
        f"{key}={each}" for key, each in {"view": view, "date": day, **more}.items()
    )


def noon(day: date, hour: int = 12) -> str:
    """An instant of a date in UTC."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC).isoformat()


def schedule(organization: OrganizationClient, caption: str, at: str, **fields: Json) -> str:
    """The id of a post with a time of its own."""
    answer = organization.publish(caption=caption, publishMode="schedule", scheduledAt=at, **fields)
    post_id: str = answer["socialPost"]["id"]
    return post_id


def set_post(organization: OrganizationClient, post_id: str, **values: Json) -> None:
    """Change a post's row, as the worker does."""
    with organization.api.database.write() as session:
        session.connection().execute(update(POST).where(POST.c.id == post_id).values(**values))


def day_of(page: str, day: date) -> str:
    """The part of a week's page that is one day."""
    return find_all(rf'(<section class="day[^>]*data-part="day-{day}".*?</section>)', page)


def test_a_week_shows_slots_with_seats_and_posts(
    any_organization: OrganizationClient, browser: BrowserClient
) -> None:
    """Taken and free, and a post with a time of its own among them, in the organization's zone."""
    any_organization.put_settings(
        queueSlots=[*EVERY_DAY, {"dayOfWeek": 2, "time": "08:00", "timezone": "Europe/Lisbon"}],
        maxPostsPerSlot=2,
        defaultTimezone="Asia/Tokyo",
    )
    queued = any_organization.publish(caption="In the queue")["socialPost"]["scheduledFor"]
    its_day = datetime.fromisoformat(queued).astimezone(ZoneInfo("Asia/Tokyo")).date()
    schedule(any_organization, "By itself", noon(MONDAY, 4))
    page = browser.read(there())
    monday = day_of(page, MONDAY)
    assert "+ 2 free" in monday
    assert monday.index("10:00") < monday.index("13:00") < monday.index("By itself")
    at = find_all(r'data-slot="([^"]+)" data-free="2"', monday)
    assert f'href="/compose?slot={at}"' in monday
    assert "Europe/Lisbon" in day_of(page, MONDAY + timedelta(days=1))
    taken = day_of(browser.read(there(its_day)), its_day)
    assert "In the queue" in taken
    assert "+ 1 free" in taken
    assert 'aria-current="date"' in browser.read()
    assert "In the queue" in browser.read(there(its_day, "month"))


def test_posts_without_a_place_are_counted_beside_the_calendar(
    any_organization: OrganizationClient, browser: BrowserClient
) -> None:
    """One quiet line leads to those that wait for a slot; how many need attention is announced, and
    the reason is on the card."""
    for number in range(3):
        any_organization.publish(caption=f"Waiting {number};")
    failed = schedule(any_organization, "No luck", noon(MONDAY))
    set_post(any_organization, failed, status="failed", reason="The caption is too long")
    page = browser.read(there())
    assert '<a href="/list?status=backlog">3 waiting for a slot</a>' in page
    assert "1 post needs attention</span>" in page
    assert "The caption is too long" in day_of(page, MONDAY)
    assert "drafts" not in page


def test_special_days_and_a_paused_queue_are_shown(
    any_organization: OrganizationClient, browser: BrowserClient
) -> None:
    """A clock change, a blackout, and that no slot opens."""
    any_organization.put_settings(
        defaultTimezone="Europe/Lisbon", queueSlots=EVERY_DAY, blackouts=["2027-03-27"]
    )
    week = browser.read(there(date(2027, 3, 22)))
    assert "Blackout: no slots" in day_of(week, date(2027, 3, 27))
    assert "the clocks go forward" in day_of(week, date(2027, 3, 28))
    assert "the clocks go forward" in browser.read(there(date(2027, 3, 1), "month"))
    assert any_organization.call("POST", "/queue/pause").status_code == 200
    assert "The queue is paused" in browser.read()


STARTED = ("publishing", "scheduled", "failed", "partial", "unknown", "missed", "cancelling")


@pytest.mark.parametrize("status", STARTED)
def test_a_post_that_goes_out_now_is_on_the_calendar(
    any_organization: OrganizationClient, browser: BrowserClient, status: str
) -> None:
    """In the week, in the month and in the API, where it was asked to go out: at its acceptance,
    then at its retry, and at its publication once it is published. Polling sees each of them."""
    post = any_organization.publish(caption="On its way", publishMode="publish_now")["socialPost"]
    set_post(any_organization, post["id"], status=status, accepted_at=instant(MONDAY))
    page = follow_page(browser, there(MONDAY))
    for day in (MONDAY, MONDAY + timedelta(days=8), MONDAY + timedelta(days=16)):
        expect_on_day(any_organization, browser, post["id"], day)
        later = instant(day + timedelta(days=8))
        name = "late_at" if day == MONDAY else "published_at"
        set_post(any_organization, post["id"], **{name: later})
        if day == MONDAY:
            assert "On its way" not in day_of(page.poll() or "", MONDAY)


def instant(day: date) -> datetime:
    """Noon of a date in UTC."""
    return datetime.fromisoformat(noon(day))


def expect_on_day(
    organization: OrganizationClient, browser: BrowserClient, post_id: str, day: date
) -> None:
    """The post is on this day, and on none a week earlier or later."""
    link = f'href="/posts/{post_id}"'
    assert day_of(browser.read(there(day)), day).count(link) == 1
    month = find_all(r'(<table class="month.*?</table>)', browser.read(there(day, "month")))
    assert month.count(link) == 1
    for days, expected in ((-7, 0), (0, 1), (7, 0)):
        start = instant(day + timedelta(days=days - 1)).isoformat()
        end = instant(day + timedelta(days=days + 1)).isoformat()
        listed = organization.get("/calendar", **{"from": start, "to": end})["posts"]
        assert [each["id"] for each in listed] == [post_id] * expected


@pytest.mark.parametrize("status", ["pending_approval", "draft", "rejected"])
def test_a_post_that_nobody_asked_to_go_out_is_not_on_the_calendar(
    organization: OrganizationClient, status: str
) -> None:
    """A draft, and a post before its approval, have no place: they are listed beside it."""
    post = organization.publish(caption="Not yet", publishMode="publish_now")["socialPost"]
    set_post(organization, post["id"], status=status, accepted_at=instant(MONDAY))
    with open_signed_in_browser(organization) as browser:
        assert "Not yet" not in day_of(browser.read(there()), MONDAY)


def test_a_post_that_goes_out_says_what_it_is_doing(organization: OrganizationClient) -> None:
    """On its card in the week, instead of a badge; no other post says anything of the kind."""
    now = datetime.now(UTC)
    going, other = (
        schedule(organization, caption, noon(MONDAY)) for caption in ("On its way", "Not yet")
    )
    set_post(organization, going, status="publishing", scheduled_for=now - timedelta(minutes=1))
    set_post(organization, other, scheduled_for=now + timedelta(minutes=1))
    with open_signed_in_browser(organization) as browser:
        page = browser.read()
    assert page.count('<p class="doing">') == 1
    card = find_all(rf'(<article[^>]*data-post="{going}".*?</article>)', page)
    assert "nothing is published at the moment" in card  # no worker runs here


CHANGES = (
    "publish",
    "edit",
    "move",
    "reason",
    "status",
    "rule",
    "seats",
    "pause",
    "zone",
    "blackout",
    "backlog",
    "switched off",
)


def test_polling_notices_every_change(
    any_organization: OrganizationClient, browser: BrowserClient
) -> None:
    """304 without a body while nothing has changed, and the new part once something has."""
    any_organization.put_settings(queueSlots=EVERY_DAY)
    post_id = schedule(any_organization, "Before", noon(MONDAY))
    page = follow_page(browser, there())
    for change in CHANGES:
        quiet(page)
        make_change(any_organization, post_id, change)
        assert page.poll() is not None, change
    quiet(page)


def quiet(page: PagePoller) -> None:
    """The ETag changes once a minute anyway: so one of two polls in a row must find no change."""
    assert page.poll() is None or page.poll() is None


def make_change(organization: OrganizationClient, post_id: str, change: str) -> None:
    """Change something that the page shows."""
    if change == "publish":
        schedule(organization, "Another", noon(MONDAY, 15))
    elif change == "edit":
        edited = {"postId": post_id, "caption": "After"}
        assert organization.call("POST", "/edit", json=edited).status_code == 200
    elif change == "status":
        set_post(organization, post_id, status="published")
    elif change == "reason":
        set_post(organization, post_id, reason="It waits for its account")
    elif change == "move":
        edited = {"postId": post_id, "mode": "schedule", "scheduledAt": noon(MONDAY, 18)}
        assert organization.call("POST", "/edit", json=edited).status_code == 200
    elif change == "pause":
        assert organization.call("POST", "/queue/pause").status_code == 200
    elif change == "backlog":
        organization.put_settings(queueSlots=[])
        organization.publish(caption="Waiting")
    else:
        fields: Json = {
            "rule": {"queueSlots": EVERY_DAY[1:]},
            "seats": {"maxPostsPerSlot": 5},
            "zone": {"defaultTimezone": "Asia/Tokyo"},
            "blackout": {"blackouts": [MONDAY.isoformat()]},
            "switched off": {"isEnabled": False},
        }
        organization.put_settings(**fields[change])


def test_the_polled_part_is_the_same_as_on_the_page(
    any_organization: OrganizationClient, browser: BrowserClient
) -> None:
    """Replacing one by the other changes only what is new."""
    post_id = schedule(any_organization, "Before", noon(MONDAY))
    page = follow_page(browser, there())
    set_post(any_organization, post_id, caption="After", content_version=2)
    part = page.poll()
    assert part is not None
    assert "<!doctype" not in part
    assert part.strip() in browser.read(there())


def test_nobody_sees_anothers_posts_and_files(any_organization: OrganizationClient) -> None:
    """Neither on the calendar nor in the lists nor by URL; without a session nothing is shown."""
    other = any_organization.api.create_organization("Another one")
    schedule(other, "A secret plan", noon(MONDAY))
    sent = other.call("POST", "/media", content=JPEG, headers={"Content-Type": "image/jpeg"})
    media = f"/media/{sent.json()['media']['id']}"
    with open_signed_in_browser(other) as theirs, open_signed_in_browser(any_organization) as mine:
        page = theirs.read(there())
        assert "A secret plan" in page
        assert theirs.http.get(media).content == JPEG
        their_part = follow_page(theirs, there())
        assert mine.http.get(media).status_code == 404
        tagged = {**SCRIPT, "If-None-Match": their_part.tag}
        answers = [
            mine.http.get(there()),
            mine.http.get(there(view="month")),
            mine.http.get(their_part.address, headers=tagged),
        ]
        assert [each.status_code for each in answers] == [200] * 3
        assert not [each for each in answers if "secret" in each.text]
        base = theirs.http.base
    for path in (media, there(), their_part.address):
        answer = any_organization.api.http.get(base + path)
        assert answer.status_code == 303
        assert "secret" not in answer.text


def test_thumbnails_come_from_us_or_from_their_source(
    any_organization: OrganizationClient, browser: BrowserClient
) -> None:
    """An uploaded file through the session, another by its link, and a video as an icon."""
    sent = any_organization.call(
        "POST", "/media", content=JPEG, headers={"Content-Type": "image/jpeg"}
    ).json()["media"]
    at = noon(MONDAY)
    photo: Json = {"postType": "photo", "platforms": ["instagram"]}
    schedule(any_organization, "Own", at, photoUrls=[sent["url"]], **photo)
    link = "https://example.org/a.jpg?signature=x&y=1"
    schedule(any_organization, "Linked", at, photoUrls=[link], **photo)
    video = "https://example.org/a.mp4"
    schedule(any_organization, "Film", at, videoUrl=video, postType="video", platforms=["tiktok"])
    page = browser.read(there())
    own = f"/media/{sent['id']}"
    assert f'<img src="{own}" alt="" loading="lazy"' in page
    assert 'src="https://example.org/a.jpg?signature=x&amp;y=1"' in page
    assert "#i-video" in day_of(page, MONDAY)
    assert video not in page
    answer = browser.http.get(own)
    assert answer.headers["cache-control"] == "private, max-age=3600"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


HOSTILE = "<script>alert(1)</script>\" onload='x' {{7*7}} </article><img src=x onerror=alert(2)>"


def test_what_people_write_is_never_markup(any_organization: OrganizationClient) -> None:
    """A caption, a name and a reason are shown as they are."""
    organization = any_organization.api.create_organization(HOSTILE)
    post_id = schedule(organization, HOSTILE, noon(MONDAY))
    set_post(organization, post_id, status="failed", reason=HOSTILE)
    with open_signed_in_browser(organization) as browser:
        for page in (browser.read(there()), browser.read(there(view="month"))):
            assert "<script>alert" not in page
            assert "onerror=alert" not in re.sub(r"&lt;.*?&gt;", "", page)
            assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
            assert "{{7*7}}" in page


ODD = ("view=", "date=", "date=1971-01-01", "date=2198-12-31&view=month")
SENSELESS = (
    "view=year",
    "date=tomorrow",
    "date=2026-02-30",
    "date=0001-01-01",
    "date=9999-12-31",
    "date=1970-01-01",
    "all=x",
    "date=" + "1" * 400,
    "date=%00",
    "date=%ff",
)


def test_an_address_that_makes_no_sense_is_refused_in_words(
    organization: OrganizationClient,
) -> None:
    """400 as a page, for the part too, and never an unexpected error; one that is only odd, as
    browsers send empty fields, is answered."""
    organization.put_settings(queueSlots=EVERY_DAY)
    with open_signed_in_browser(organization) as browser:
        for path in ("/", "/calendar/part"):
            for query in SENSELESS:
                answer = browser.http.get(f"{path}?{query}", headers=HTML)
                assert (answer.status_code, query) == (400, query)
                assert "<h1>" in answer.text
            for query in ODD:
                assert (browser.http.get(f"{path}?{query}").status_code, query) == (200, query)


def test_a_thousand_posts_of_a_week_stay_a_page(
    any_organization: OrganizationClient, browser: BrowserClient
) -> None:
    """A limited number of cards an hour, each day in full on demand, less than 300 kB."""
    first = schedule(any_organization, "Post", noon(MONDAY))
    start = datetime.fromisoformat(noon(MONDAY, 0))
    with any_organization.api.database.write() as session:
        row = dict(
            session.connection().execute(select(POST).where(POST.c.id == first)).mappings().one()
        )
        copies = [
            {
                **row,
                "id": uuid.uuid4().hex,
                "caption": f"Post {number} " + "word " * 40,
                "platforms": ["x", "facebook", "instagram"],
                "scheduled_for": start + timedelta(minutes=10 * number),
            }
            for number in range(1000)
        ]
        session.connection().execute(insert(POST), copies)
    page, month = browser.read(there()), browser.read(there(view="month"))
    assert max(len(page.encode()), len(month.encode())) < 300_000
    tuesday = MONDAY + timedelta(days=1)
    shown = day_of(page, tuesday)
    assert shown.count("<article") == 24 * PER_CELL_OF_MANY
    more = find_all(r'<a class="more" href="([^"]+)#day-[^"]+">4 more', shown)
    assert day_of(browser.read(more), tuesday).count("<article") == 144
    assert month.count('<li class="brief"') <= 4 * 42


def test_more_slots_than_a_page_can_hold_leave_the_posts(organization: OrganizationClient) -> None:
    """A rule for every five minutes: the week is short, and the month says what it leaves out."""
    organization.put_settings(queueSlots=[{"cron": "*/5 * * * *"}])
    schedule(organization, "Still here", noon(MONDAY, 0))
    with open_signed_in_browser(organization) as browser:
        week, month = browser.read(there()), browser.read(there(view="month"))
    assert "too many slots" not in week
    assert day_of(week, MONDAY).count('<li class="slot') == 24
    assert "too many slots" in month
    assert "Still here" in week
    assert "Still here" in month
