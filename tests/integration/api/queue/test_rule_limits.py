"""Rules of a request are limited by the work that they cost, and are checked before the lock."""

from typing import Any

import httpx

from services.rule_input import MAX_CRON_RULES
from tests.integration.live_server import OrganizationClient, expect_error

TOO_MANY = [{"cron": f"{n % 60} {n // 60} 29 2 *"} for n in range(MAX_CRON_RULES + 1)]
WEEKLY = [{"dayOfWeek": n % 7, "time": f"{n // 60 % 24:02}:{n % 60:02}"} for n in range(1_000)]
SIMULATION: dict[str, Any] = {"postsPerWeek": 2}


def test_a_request_has_a_number_of_cron_rules(organization: OrganizationClient) -> None:
    """One cron rule too many is refused by its place; weekly rules do not count among them."""
    for method, path, more in (("PUT", "/settings", {}), ("POST", "/simulate", SIMULATION)):
        answer = organization.call(method, path, json={"queueSlots": TOO_MANY, **more})
        problems = expect_error(answer, 400, "INVALID_INPUT")
        assert "at most 100" in problems[f"queueSlots[{MAX_CRON_RULES}].cron"]
    organization.put_settings(queueSlots=[*TOO_MANY[:MAX_CRON_RULES], *WEEKLY])


def test_rules_are_checked_before_the_lock(organization: OrganizationClient) -> None:
    """A rule that never comes is found while another organization writes: the check needs no
    lock."""
    never = {"queueSlots": [{"cron": "0 9 30 2 *"}]}
    with organization.api.database.write() as session:
        session.connection()  # takes the lock
        try:
            answer = organization.call("PUT", "/settings", json=never, timeout=10)
        except httpx.ReadTimeout:
            raise AssertionError("the check waits for the lock") from None
    assert "queueSlots[0].cron" in expect_error(answer, 400, "INVALID_INPUT")


def test_cron_rules_and_blackouts_are_limited_together(organization: OrganizationClient) -> None:
    """A search skips each blackout for each cron rule, so both have a limit together, also where a
    request brings one of them alone; weekly rules do not count."""
    dates = [f"2027-{1 + n // 14:02}-{1 + n % 14 * 2:02}" for n in range(60)]
    organization.put_settings(queueSlots=[*TOO_MANY[:MAX_CRON_RULES], *WEEKLY])
    answer = organization.call("PUT", "/settings", json={"blackouts": dates})
    problems = expect_error(answer, 400, "INVALID_INPUT")
    assert "at most 50 are taken" in problems["blackouts"]
    organization.put_settings(blackouts=dates[:50])
    organization.put_settings(queueSlots=WEEKLY, blackouts=dates)
