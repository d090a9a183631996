"""Dashboard, alerts and runbooks use only metrics that exist."""

import json
import re
from typing import Any

import pytest
import yaml

from tests.paths import ROOT

PROMETHEUS = ROOT / "monitoring" / "prometheus"
MANUAL = ROOT / "docs" / "operating.md"
# Generated from the code, which another test checks.
METRICS = ROOT / "docs" / "reference" / "metrics.md"


def known() -> dict[str, str]:
    """The metrics that /metrics can return, with their types."""
    rows = re.findall(r"^\| `(slotbeat_\w+)` \| (\w+) ", METRICS.read_text(), re.MULTILINE)
    assert len(rows) > 10
    return dict(rows)


def alerts() -> list[dict[str, Any]]:
    """The alert rules."""
    groups = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    """The dashboard's panels, without its rows."""
    board = json.loads((ROOT / "monitoring" / "grafana" / "slotbeat.json").read_text())
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def unknown(expression: str) -> set[str]:
    """The metric names in a PromQL expression that do not exist."""
    samples = set()
    for name, kind in known().items():
        parts = ("_bucket", "_sum", "_count") if kind == "histogram" else ("",)
        samples |= {name + part for part in parts}
    return set(re.findall(r"\bslotbeat_\w+", expression)) - samples


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_is_whole(rule: dict[str, Any]) -> None:
    """It uses metrics that exist, and has a severity, a summary and a runbook."""
    assert set(rule) - {"for"} == {"alert", "expr", "labels", "annotations"}
    assert not unknown(rule["expr"])
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["runbook"] == f"docs/operating.md#{rule['alert'].lower()}"


def test_every_alert_has_a_runbook_and_every_runbook_an_alert() -> None:
    """The runbook headings of the manual are exactly the alerts."""
    headings = re.findall(r"^### (Slotbeat\w+)$", MANUAL.read_text(), re.MULTILINE)
    assert sorted(headings) == sorted(rule["alert"] for rule in alerts())


def test_every_alert_is_tested() -> None:
    """The promtool tests have each alert in both states, silent and firing."""
    text = (PROMETHEUS / "alerts_test.yml").read_text()
    for rule in alerts():
        assert f"alertname: {rule['alert']} }}" in text
        assert f'alertname="{rule["alert"]}"' in text


def test_the_dashboard_shows_metrics_that_exist() -> None:
    """Every query uses existing metrics, and every metric is in a panel or an alert."""
    queries = [target["expr"] for panel in panels() for target in panel["targets"]]
    assert not {name for expression in queries for name in unknown(expression)}
    text = " ".join([*queries, *(rule["expr"] for rule in alerts())])
    assert {name for name in known() if name not in text} == set()


def test_the_panels_of_the_dashboard_do_not_overlap() -> None:
    """No two panels share a grid cell or an id."""
    taken: dict[tuple[int, int], str] = {}
    for panel in panels():
        grid = panel["gridPos"]
        for x in range(grid["x"], grid["x"] + grid["w"]):
            for y in range(grid["y"], grid["y"] + grid["h"]):
                assert x < 24
                assert (x, y) not in taken, f"{panel['title']} over {taken[x, y]}"
                taken[x, y] = panel["title"]
    assert len({panel["id"] for panel in panels()}) == len(panels())


def test_the_example_reads_the_rules() -> None:
    """prometheus.yml has the file of the rules, and the job that the alerts use."""
    config = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())
    assert config["rule_files"] == ["alerts.yml"]
    assert [job["job_name"] for job in config["scrape_configs"]] == ["slotbeat"]
