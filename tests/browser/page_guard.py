"""What no page may do, whatever the test is about: fail, complain, or reach for another host."""

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

HERE = "127.0.0.1"
# Neither leaves the browser.
INSIDE = ("data", "blob", "about")
# A violation of the page's Content Security Policy, as an error of the console with all it says.
REPORT_VIOLATIONS = """
addEventListener('securitypolicyviolation', (event) => console.error(
  `CSP: ${event.effectiveDirective} forbids ${event.blockedURI} (${event.sourceFile})`));
"""


class PageGuard:
    """Listens to a browser context from its first page on."""

    def __init__(self, context: BrowserContext) -> None:
        self.troubles: list[str] = []
        self._forgiven: list[str] = []
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("request", self._on_request)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)

    def expect_errors(self, *texts: str) -> None:
        """Troubles that hold one of these texts are part of the test."""
        self._forgiven += texts

    def check(self) -> None:
        """AssertionError with every trouble that was not forgiven."""
        left = [each for each in self.troubles if not any(text in each for text in self._forgiven)]
        assert not left, "the page:\n" + "\n".join(left)

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in INSIDE and parts.hostname != HERE:
            self.troubles.append(f"request to another host: {request.url}")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            place = message.location.get("url", "")
            self.troubles.append(f"console {message.type}: {message.text} ({place})")

    def _on_error(self, error: WebError) -> None:
        self.troubles.append(f"uncaught: {error.error}")
