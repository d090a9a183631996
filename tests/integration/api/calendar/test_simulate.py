"""POST simulate: a hypothetical calendar; it writes nothing."""

from typing import Any

import pytest

from tests.integration.api.posts.test_stored_posts import stored
from tests.integration.live_server import OrganizationClient, expect_error

NEW_YORK = "America/New_York"
SUNDAYS = {"dayOfWeek": 0, "time": "02:30"}
MARCH = {"from": "2026-03-01", "to": "2026-03-28"}


def simulate(owner: OrganizationClient, **body: Any) -> Any:  # noqa: ANN401
    """The answer to a valid request."""
    answer = owner.call("POST", "/simulate", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_slots_posts_and_what_becomes_of_them(any_organization: OrganizationClient) -> None:
    """Which post gets which slot, full slots, the clock change, and the effect of outages. Local
    dates and rules without a zone use the zone of the request."""
    found = simulate(
        any_organization,
        **MARCH,
        postsPerWeek=2,
        queueSlots=[SUNDAYS],
        timezone=NEW_YORK,
        outages=[
            {"from": "2026-03-15", "to": "2026-03-15"},
            {"from": "2026-03-22T06:29:00Z", "to": "2026-03-22T06:31:00Z"},
        ],
    )
    first, *_ = found["slots"]
    assert first == {
        "at": "2026-03-01T07:30:00.000Z",
        "local": "2026-03-01T02:30:00",
        "timezone": NEW_YORK,
        "note": None,
        "posts": [1],
        "full": True,
        "fate": "on time",
    }
    slots = found["slots"]
    assert [each["note"] for each in slots] == [None, "gap", None, None]
    assert [each["fate"] for each in slots] == ["on time", "on time", "missed", "late"]
    assert [each["posts"] for each in slots] == [[1], [2], [3], [4]]
    assert found["waiting"] == [5, 6, 7]


def test_without_rules_those_in_force_count(any_organization: OrganizationClient) -> None:
    """The organization's rules, seats and blackouts are taken, and nothing is written."""
    owner = any_organization
    owner.put_settings(queueSlots=[{**SUNDAYS, "timezone": NEW_YORK}], maxPostsPerSlot=3)
    owner.put_settings(blackouts=["2026-03-08"])
    before = stored(owner.api.database)
    found = simulate(owner, **MARCH, postsPerWeek=3)
    assert [each["local"][:10] for each in found["slots"]] == [
        "2026-03-01", "2026-03-15", "2026-03-22",
    ]  # fmt: skip
    assert max(len(each["posts"]) for each in found["slots"]) == 3
    assert stored(owner.api.database) == before
    one = simulate(owner, **MARCH, postsPerWeek=3, maxPostsPerSlot=1)
    assert max(len(each["posts"]) for each in one["slots"]) == 1


def test_written_rules_follow_the_organizations_policies(organization: OrganizationClient) -> None:
    """With gaps skipped, a rule has no slot in one; without `from` and `to` it is four weeks."""
    organization.put_settings(gapPolicy="skip")
    rules = [{**SUNDAYS, "timezone": NEW_YORK}]
    found = simulate(organization, **MARCH, postsPerWeek=0, queueSlots=rules)
    assert [each["local"][8:10] for each in found["slots"]] == ["01", "15", "22"]
    assert found["waiting"] == []
    soon = simulate(organization, postsPerWeek=1, queueSlots=[{"dayOfWeek": 3, "time": "10:00"}])
    assert len(soon["slots"]) == 4


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "postsPerWeek"),
        ({"postsPerWeek": -1}, "postsPerWeek"),
        ({"postsPerWeek": True}, "postsPerWeek"),
        ({"postsPerWeek": 100_000}, "postsPerWeek"),
        ({"postsPerWeek": 1, "maxPostsPerSlot": 0}, "maxPostsPerSlot"),
        ({"postsPerWeek": 1, "from": "soon"}, "from"),
        ({"postsPerWeek": 1, "from": "2026-03-02", "to": "2026-03-01"}, "to"),
        ({"postsPerWeek": 1, "from": "2026-01-01", "to": "2027-01-02"}, "to"),
        ({"postsPerWeek": 1, "timezone": "Mars/Base"}, "timezone"),
        ({"postsPerWeek": 1, "queueSlots": [SUNDAYS, {"cron": "*"}]}, "queueSlots[1].cron"),
        ({"postsPerWeek": 1, "outages": [{"from": "2026-03-02"}]}, "outages[0].to"),
        (
            {"postsPerWeek": 1, "outages": [{"from": "2026-03-02", "to": "soon"}]},
            "outages[0].to",
        ),
        (
            {"postsPerWeek": 1, "outages": [{"from": "2026-03-02", "to": "2026-03-01"}]},
            "outages[0].to",
        ),
        (
            {"postsPerWeek": 0, **MARCH, "to": "2026-12-31",
             "queueSlots": [{"cron": "*/5 * * * *"}]},
            "to",
        ),
        ({"postsPerWeek": 1, "weeks": 3}, "weeks"),
    ],
)  # fmt: skip
def test_a_wrong_question_names_its_field(
    organization: OrganizationClient, body: dict[str, Any], field: str
) -> None:
    """400 for an impossible simulation, and for one that is too large."""
    answer = organization.call("POST", "/simulate", json=body)
    assert set(expect_error(answer, 400, "INVALID_INPUT")) == {field}
