"""The rules as a grid of times and days. Pure."""

from typing import Any

from ui.rules.rule_changes import Document


def build_grid(document: Document) -> list[Document]:
    """The lines of the weekly grid: each time and zone, with the rule of each day, if there is
    one."""
    lines: dict[tuple[str, str, bool], dict[int, int]] = {}
    for each in numbered_rules(document):
        if "dayOfWeek" in each:
            line = lines.setdefault((each["time"], each["timezone"], each["own"]), {})
            line[each["dayOfWeek"]] = each["number"]
    return [
        {"time": time, "timezone": zone, "own": own, "rules": rules}
        for (time, zone, own), rules in sorted(lines.items())
    ]


def numbered_rules(document: Document) -> list[dict[str, Any]]:
    """The rules, each with its index, its time zone, and whether the zone is its own."""
    return [
        {
            **each,
            "number": number,
            "own": "timezone" in each,
            "timezone": each.get("timezone", document["defaultTimezone"]),
        }
        for number, each in enumerate(document["queueSlots"])
    ]
