"""The example calendar of examples/ in an organization of its own, with something of everything."""

from tests.acceptance.reconciliation import SETTLED
from tests.browser.slotbeat_server import BrowserTenant, SlotbeatServer
from tests.paths import ROOT
from tests.wait import wait_until

CALENDAR = ROOT / "examples" / "calendar.csv"
ZONE = "America/New_York"
# Two a day, three at the weekend; Monday is 1 and Sunday 0.
RULES = [
    *({"dayOfWeek": day, "time": time} for day in range(7) for time in ("08:30", "17:00")),
    *({"dayOfWeek": day, "time": "12:15"} for day in (0, 6)),
]
# Statuses that do not change before the next slot or the next action of a person.
QUIET_STATUSES = SETTLED | {
    "scheduled",
    "backlog",
    "draft",
    "pending_approval",
    "changes_requested",
}


def fill_example_calendar(server: SlotbeatServer) -> BrowserTenant:
    """Rules, 28 posts of the example calendar, and one each of published, failed and waiting."""
    organization = server.organization()
    organization.settings(queueSlots=RULES, defaultTimezone=ZONE, maxPostsPerSlot=2)
    photo = {"postType": "photo", "platforms": ["instagram"], "publishMode": "publish_now"}
    loaf = server.media("sourdough.jpg")
    gone = organization.publish(**photo, caption="First loaves of the day", photoUrls=[loaf])
    organization.await_status(gone["id"], "published")
    server.stack.inject_fault(kind="media_error", times=100)
    storefront = server.media("storefront.jpg")
    bad = organization.publish(**photo, caption="Our new window", photoUrls=[storefront])
    organization.await_status(bad["id"], "failed")
    server.stack.clear_faults()
    import_calendar(server, organization)
    organization.settings(approveApiPosts=True)
    organization.publish(caption="Closed on New Year's Day: we rest, and so does the dough.")
    organization.settings(approveApiPosts=False)
    wait_until(lambda: _are_all_quiet(organization), 60, "no post is being published")
    return organization


def import_calendar(server: SlotbeatServer, organization: BrowserTenant) -> None:
    """All rows of the example calendar into the next slots."""
    organization.import_rows(CALENDAR.read_bytes(), "text/csv", server.stack.simulator + "/")


def _are_all_quiet(organization: BrowserTenant) -> bool:
    return all(post["status"] in QUIET_STATUSES for post in organization.api.posts())
