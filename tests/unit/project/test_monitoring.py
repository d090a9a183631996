"""Dashboard, alerts and runbooks speak of what there is."""

import json
import re
from typing import Any

import pytest
import yaml

from tests.paths import ROOT

PROMETHEUS = ROOT / "monitoring" / "prometheus"
MANUAL = ROOT / "docs" / "operating.md"
# Written from the code, and held by a test of its own.
METRICS = ROOT / "docs" / "reference" / "metrics.md"


def known() -> dict[str, str]:
    """The metrics that /metrics can show, with their types."""
    rows = re.findall(r"^\| `(slotbeat_\w+)` \| (\w+) ", METRICS.read_text(), re.MULTILINE)
    assert len(rows) > 10
    return dict(rows)


def alerts() -> list[dict[str, Any]]:
    """The alert rules."""
    groups = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    """The dashboard's panels that show something."""
    board = json.loads((ROOT / "monitoring" / "grafana" / "slotbeat.json").read_text())
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def unknown(expression: str) -> set[str]:
    """The names in a PromQL expression that no sample has."""
    samples = set()
    for name, kind in known().items():
        parts = ("_bucket", "_sum", "_count") if kind == "histogram" else ("",)
        samples |= {name + part for part in parts}
    return set(re.findall(r"\bslotbeat_\w+", expression)) - samples


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_is_whole(rule: dict[str, Any]) -> None:
    """It asks for metrics that exist, says how bad it is and what it means, and has a runbook."""
    assert set(rule) - {"for"} == {"alert", "expr", "labels", "annotations"}
    assert not unknown(rule["expr"])
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["runbook"] == f"docs/operating.md#{rule['alert'].lower()}"


def test_every_alert_has_a_runbook_and_every_runbook_an_alert() -> None:
    """The manual's headings that are names of alerts are exactly the alerts."""
    headings = re.findall(r"^### (Slotbeat\w+)$", MANUAL.read_text(), re.MULTILINE)
    assert sorted(headings) == sorted(rule["alert"] for rule in alerts())


def test_every_alert_is_tried() -> None:
    """The rules' own tests, for promtool, name each alert where it is silent and where it fires."""
    text = (PROMETHEUS / "alerts_test.yml").read_text()
    for rule in alerts():
        assert f"alertname: {rule['alert']} }}" in text
        assert f'alertname="{rule["alert"]}"' in text


def test_the_dashboard_shows_metrics_that_exist() -> None:
    """Each panel's queries, and at least one panel for each metric that can be watched."""
    asked = [target["expr"] for panel in panels() for target in panel["targets"]]
    assert not {name for expression in asked for name in unknown(expression)}
    text = " ".join([*asked, *(rule["expr"] for rule in alerts())])
    assert {name for name in known() if name not in text} == set()


def test_the_dashboard_has_no_two_panels_in_one_place() -> None:
    """They lie side by side, each with an id and a title of its own."""
    taken: dict[tuple[int, int], str] = {}
    for panel in panels():
        place = panel["gridPos"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert x < 24
                assert (x, y) not in taken, f"{panel['title']} over {taken[x, y]}"
                taken[x, y] = panel["title"]
    assert len({panel["id"] for panel in panels()}) == len(panels())


def test_the_example_reads_the_rules() -> None:
    """prometheus.yml names the rules' file, and the job that the alerts ask for."""
    config = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())
    assert config["rule_files"] == ["alerts.yml"]
    assert [job["job_name"] for job in config["scrape_configs"]] == ["slotbeat"]
