"""Fails every test in which a page has an error, a console warning or a request to another host."""

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

HERE = "127.0.0.1"
# These never leave the browser.
INSIDE = ("data", "blob", "about")
# Reports a violation of the Content-Security-Policy as a console error with its details.
REPORT_VIOLATIONS = """
addEventListener('securitypolicyviolation', (event) => console.error(
  `CSP: ${event.effectiveDirective} forbids ${event.blockedURI} (${event.sourceFile})`));
"""


class PageGuard:
    """Listens to a browser context from its first page on."""

    def __init__(self, context: BrowserContext) -> None:
        self.problems: list[str] = []
        self._expected: list[str] = []
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("request", self._on_request)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)

    def expect_errors(self, *texts: str) -> None:
        """Do not report problems that contain one of these texts."""
        self._expected += texts

    def check(self) -> None:
        """AssertionError with every problem that was not expected."""
        left = [each for each in self.problems if not any(text in each for text in self._expected)]
        assert not left, "the page:\n" + "\n".join(left)

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in INSIDE and parts.hostname != HERE:
            self.problems.append(f"request to another host: {request.url}")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            place = message.location.get("url", "")
            self.problems.append(f"console {message.type}: {message.text} ({place})")

    def _on_error(self, error: WebError) -> None:
        self.problems.append(f"uncaught: {error.error}")
