"""Checks a page with axe-core against WCAG 2.2 AA."""

from typing import Any

from playwright.sync_api import Page

from tests.paths import ROOT

PROGRAM = ROOT / "tests" / "extra" / "node_modules" / "axe-core" / "axe.min.js"
# An id that comes twice sends labels and focus to the wrong place.
TWICE = """() => [...document.querySelectorAll('[id]')].map((each) => each.id)
  .filter((id, place, all) => all.indexOf(id) !== place).map((id) => `the id ${id} comes twice`)"""
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def find_violations(page: Page) -> list[str]:
    """A line for each id that comes twice, and for each element that breaks a rule: the rule, the
    element, and what is wrong."""
    assert PROGRAM.exists(), f"{PROGRAM} is missing: run `make test-extra`"
    # Evaluated by the debugger, because the page's Content-Security-Policy forbids foreign scripts.
    page.evaluate(PROGRAM.read_text(encoding="utf-8"))
    wanted = {"runOnly": list(RULES), "resultTypes": ["violations"]}
    result: dict[str, Any] = page.evaluate("wanted => axe.run(document, wanted)", wanted)
    twice: list[str] = page.evaluate(TWICE)
    return twice + [
        f"{broken['id']}: {node['html'][:200]} {node['failureSummary']}"
        for broken in result["violations"]
        for node in broken["nodes"]
    ]
