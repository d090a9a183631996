"""Checks of links judge every address and redirect as the worker does."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest

from cli.import_export import link_checker
from cli.import_export.link_checker import LinkChecker, open_link_checker
from media.safe_transport import PinnedTransport

NAMES = {"public.test": ["8.8.8.8"], "inside.test": ["10.0.0.1"], "mixed.test": ["8.8.8.8", "::1"]}


@contextmanager
def checker(monkeypatch: pytest.MonkeyPatch, location: str = "") -> Iterator[LinkChecker]:
    """A checker whose requests are answered by a redirect to `location`, or by a file."""

    async def resolve(host: str, _port: int) -> list[str]:
        return NAMES.get(host, [host])

    def answer(request: httpx.Request) -> httpx.Response:
        is_first = request.url.path == "/a.jpg"
        return (
            httpx.Response(302, headers={"Location": location})
            if location and is_first
            else (httpx.Response(200))
        )

    def factory(*, allow_private: bool) -> object:
        inner = httpx.MockTransport(answer)
        return lambda: PinnedTransport(inner, allow_private=allow_private, resolve=resolve)

    monkeypatch.setattr(link_checker, "transport_factory", factory)
    with open_link_checker() as found:
        yield found


@pytest.mark.parametrize(
    ("link", "location", "problem"),
    [
        ("https://public.test/a.jpg", "", None),
        ("https://public.test/a.jpg", "/b.jpg", None),
        ("https://inside.test/a.jpg", "", "private address"),
        ("https://mixed.test/a.jpg", "", "private address"),
        ("https://public.test/a.jpg", "https://inside.test/b.jpg", "private address"),
        ("https://public.test/a.jpg", "http://public.test/b.jpg", "redirects to a link that"),
        ("https://public.test/a.jpg", "https://127.0.0.1/b.jpg", "redirects to a link that"),
        ("https://public.test/a.jpg", "https://169.254.169.254/b", "redirects to a link that"),
        ("https://public.test/a.jpg", "https://u:p@public.test/b", "redirects to a link that"),
    ],
)
def test_no_link_leads_to_a_private_address(
    monkeypatch: pytest.MonkeyPatch, link: str, location: str, problem: str | None
) -> None:
    """Neither by its name nor by a redirect, and the reason says so."""
    with checker(monkeypatch, location) as found:
        reason = found._check_once(link).result()
    assert (reason is None) if problem is None else (problem in str(reason))


class _Files(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        return


@pytest.mark.parametrize("allow_private", [False, True])
def test_development_may_check_this_machine(allow_private: bool) -> None:
    """With private addresses allowed a link to the loopback is asked, without it is not."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Files) as server:
        Thread(target=server.serve_forever).start()
        link = f"http://localhost:{server.server_port}/a.jpg"
        with open_link_checker(allow_private=allow_private) as found:
            reason = found._check_once(link).result()
        server.shutdown()
    assert (reason is None) == allow_private
