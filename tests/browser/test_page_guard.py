"""The guard itself: what it would let through, no other test would notice."""

import pytest
from playwright.sync_api import Browser, Route

from tests.browser.page_user import PageUsers

POLICY = "default-src 'none'; script-src 'nonce-right'; connect-src *"


@pytest.mark.parametrize(
    ("script", "trouble"),
    [
        ("fetch('https://example.com/').catch(() => {})", "request to another host"),
        ("console.error('Oh')", "console error: Oh"),
        ("setTimeout(() => { throw new Error('Ah') })", "uncaught: Ah"),
        ("document.title = 'Fine'", ""),
        ("document.body.innerHTML = '<img src=/x>'", "CSP: img-src forbids"),
        ("document.body.innerHTML = '<b onclick=alert(1)>'", "CSP: script-src-attr forbids"),
    ],
)
def test_the_guard_sees_what_no_page_may_do(browser: Browser, script: str, trouble: str) -> None:
    """Requests to other hosts, errors and violations of the policy are noticed; else nothing is."""
    users = PageUsers(browser, "http://127.0.0.1:9")
    visitor = users.new_user()
    document = f"<!doctype html><body><script nonce=right>{script}</script>"

    def answer(route: Route) -> None:
        headers = {"content-type": "text/html", "content-security-policy": POLICY}
        route.fulfill(body=document, headers=headers)

    visitor.page.route("**/guarded", answer)
    visitor.page.goto("/guarded")
    visitor.page.wait_for_timeout(100)
    noticed = "\n".join(visitor.guard.troubles)
    assert trouble in noticed if trouble else not noticed
    users.close()
