"""The page guard itself: it must report every kind of problem."""

import pytest
from playwright.sync_api import Browser, Route

from tests.browser.page_user import PageUsers

POLICY = "default-src 'none'; script-src 'nonce-right'; connect-src *"


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("fetch('https://example.com/').catch(() => {})", "request to another host"),
        ("console.error('Oh')", "console error: Oh"),
        ("setTimeout(() => { throw new Error('Ah') })", "uncaught: Ah"),
        ("document.title = 'Fine'", ""),
        ("document.body.innerHTML = '<img src=/x>'", "CSP: img-src forbids"),
        ("document.body.innerHTML = '<b onclick=alert(1)>'", "CSP: script-src-attr forbids"),
    ],
)
def test_the_guard_reports_every_problem(browser: Browser, script: str, problem: str) -> None:
    """Requests to other hosts, errors and violations of the policy, and nothing else."""
    users = PageUsers(browser, "http://127.0.0.1:9")
    visitor = users.new_user()
    document = f"<!doctype html><body><script nonce=right>{script}</script>"

    def answer(route: Route) -> None:
        headers = {"content-type": "text/html", "content-security-policy": POLICY}
        route.fulfill(body=document, headers=headers)

    visitor.page.route("**/guarded", answer)
    visitor.page.goto("/guarded")
    visitor.page.wait_for_timeout(100)
    noticed = "\n".join(visitor.guard.problems)
    assert problem in noticed if problem else not noticed
    users.close()
