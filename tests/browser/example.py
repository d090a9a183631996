"""The example calendar of examples/ in an organization of its own, with something of everything."""

from pathlib import Path

from tests.browser.slotbeat import Organization, Slotbeat
from tests.wait import wait_until

CALENDAR = Path(__file__).parents[2] / "examples" / "calendar.csv"
ZONE = "America/New_York"
# Two a day, three at the weekend; Monday is 1 and Sunday 0.
RULES = [
    *({"dayOfWeek": day, "time": time} for day in range(7) for time in ("08:30", "17:00")),
    *({"dayOfWeek": day, "time": "12:15"} for day in (0, 6)),
]
AT_REST = ("scheduled", "backlog", "published", "failed", "missed", "draft", "pending_approval")


def fill(house: Slotbeat) -> Organization:
    """Rules, 28 posts of the example calendar, and one each of published, failed and waiting."""
    organization = house.organization()
    organization.settings(queueSlots=RULES, defaultTimezone=ZONE, maxPostsPerSlot=2)
    photo = {"postType": "photo", "platforms": ["instagram"], "publishMode": "publish_now"}
    loaf = house.media("sourdough.jpg")
    gone = organization.publish(**photo, caption="First loaves of the day", photoUrls=[loaf])
    organization.await_status(gone["id"], "published")
    house.stack.fault(kind="media_error", times=100)
    storefront = house.media("storefront.jpg")
    bad = organization.publish(**photo, caption="Our new window", photoUrls=[storefront])
    organization.await_status(bad["id"], "failed")
    house.stack.heal()
    import_calendar(house, organization)
    organization.settings(approveApiPosts=True)
    organization.publish(caption="Closed on New Year's Day: we rest, and so does the dough.")
    organization.settings(approveApiPosts=False)
    wait_until(lambda: _is_at_rest(organization), 60, "every post is where it belongs")
    return organization


def import_calendar(house: Slotbeat, organization: Organization) -> None:
    """All rows of the example calendar into the next slots."""
    organization.bring(CALENDAR.read_bytes(), "text/csv", house.stack.simulator + "/")


def _is_at_rest(organization: Organization) -> bool:
    posts = organization.api.posts()
    return all(post["status"] in AT_REST for post in posts)
