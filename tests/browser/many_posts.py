"""Very many posts in one week."""

import json
from datetime import date, datetime, timedelta

from tests.browser.slotbeat_server import BrowserTenant

# A Monday. Far away, so that nothing but acceptance happens to them.
WEEK = date(2027, 6, 7)


def add_many_posts(organization: BrowserTenant, count: int) -> None:
    """So many posts, spread over the week, that wait for approval: nothing is sent anywhere."""
    organization.settings(approveApiPosts=True)
    lines = "".join(json.dumps(_row(number)) + "\n" for number in range(count))
    organization.import_rows(lines.encode(), "application/x-ndjson")


def _row(number: int) -> dict[str, object]:
    at = datetime(WEEK.year, WEEK.month, WEEK.day, 6) + timedelta(
        days=number % 7, minutes=5 * (number // 7)
    )
    return {
        "key": f"post-{number}", "postType": "text", "platforms": ["x"],
        "caption": f"Post number {number} of very many", "publishMode": "schedule",
        "scheduledAt": at.isoformat(), "timezone": "UTC",
    }  # fmt: skip
