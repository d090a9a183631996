"""The pictures of docs/screenshots/: `python -m tests.browser.screenshots`.

They show the example calendar; its dates are those of the day on which they are made. Its captions
want Debian's fonts-noto-color-emoji, fonts-droid-fallback and fonts-lohit-deva; with `pngquant` the
files are a third as large.
"""

import argparse
import re
import shutil
import subprocess
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, expect

from tests.browser import chromium, example_calendar, slotbeat_server
from tests.browser.page_user import PHONE, CalendarPage, PageUsers
from tests.browser.rule_times import slot_of
from tests.browser.slotbeat_server import BrowserTenant, SlotbeatServer
from tests.paths import ROOT

SHRINK = shutil.which("pngquant")
FOLDER = ROOT / "docs" / "screenshots"


def main() -> None:
    """Make all of them anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where to put them")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory(prefix="slotbeat-screenshots-") as place,
        slotbeat_server.run_slotbeat(Path(place)) as server,
        chromium.run_chromium() as browser,
    ):
        organization = example_calendar.fill_example_calendar(server)
        take(browser, server, organization, folder)


def take(
    browser: Browser, server: SlotbeatServer, organization: BrowserTenant, folder: Path
) -> None:
    """All pictures of an organization."""
    users = PageUsers(browser, server.origin)
    week = f"/?date={busiest_week(organization)}"
    desk = users.signed_in(organization)
    desk.page.goto(week)
    snap(desk, folder / "week.png")
    desk.open_post("Family Saturday")
    snap(desk, folder / "post.png")
    desk.page.goto(week.replace("?", "?view=month&"))
    snap(desk, folder / "month.png")
    for name in ("list", "inbox", "approvals", "import", "rules", "components"):
        desk.page.goto(f"/{name}")
        snap(desk, folder / f"{name}.png")
    write_post(desk)
    snap(desk, folder / "compose.png")
    dark = users.signed_in(organization, color_scheme="dark")
    dark.page.goto(week)
    snap(dark, folder / "dark.png")
    phone = users.signed_in(organization, viewport=PHONE)
    phone.page.goto(week)
    snap(phone, folder / "phone.png")
    users.close()
    users.check()


def write_post(visitor: CalendarPage) -> None:
    """A new post in the composer, with its previews."""
    page = visitor.page
    page.goto("/compose")
    for network in ("Facebook", "X"):
        page.get_by_role("checkbox", name=re.compile(rf"^{network}\b")).check(force=True)
    page.get_by_label("Caption").fill("Fresh at eight: the first loaves of the week.")
    expect(page.get_by_text(re.compile(r"\d+ ?/ ?280")).first).to_be_visible()


def busiest_week(organization: BrowserTenant) -> date:
    """A day of the week with most posts, by their slots in UTC."""
    days = [slot_of(post).date() for post in organization.api.posts() if post["scheduledFor"]]
    mondays = Counter(day - timedelta(days=day.weekday()) for day in days)
    return mondays.most_common(1)[0][0]


def snap(visitor: CalendarPage, path: Path) -> None:
    """What the window shows, once its pictures are there."""
    visitor.page.wait_for_load_state("networkidle")
    visitor.page.screenshot(path=path)
    if SHRINK:
        command = [SHRINK, "--force", "--strip", "--output", str(path), "256", str(path)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
