"""A site whose answers a test writes: what it sends is kept, and what it gets is a script."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import httpx

from provider.credentials import MemorySession
from provider.protocol import Draft
from provider.wordpress.client import WordPress
from provider.wordpress.credentials import WordPressCredentials
from tests.memory_credentials import MemoryCredentials

T = TypeVar("T")
API: Final = "https://site.test/wp-json"
PASSWORD: Final = "abcd EFGH 1234 ijkl"
CREDENTIALS: Final = WordPressCredentials("https://site.test", "maria", PASSWORD)
HTML: Final = "<html>Are you human?</html>"


class ScriptedSite:
    """`answers`: by method and path after `/wp-json`; a list is used up from its front, and its
    last answer stays."""

    def __init__(self) -> None:
        self.answers: dict[str, list[httpx.Response | Exception]] = {}
        self.requests: list[httpx.Request] = []

    def on(self, call: str, *answers: httpx.Response | Exception) -> "ScriptedSite":
        """What a call such as `GET /wp/v2/posts/7` gets."""
        self.answers[call] = list(answers)
        return self

    def handle(self, request: httpx.Request) -> httpx.Response:
        """For a MockTransport."""
        self.requests.append(request)
        path = request.url.path.removeprefix("/wp-json")
        script = self.answers.get(f"{request.method} {path}")
        assert script, f"not in the script: {request.method} {path}"
        answer = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def calls(self, method: str = "") -> list[str]:
        """The paths of the calls, with their methods."""
        found = [f"{each.method} {each.url.path}" for each in self.requests]
        return [each for each in found if each.startswith(method)]

    def body(self, index: int = -1) -> dict[str, Any]:
        """What was sent in a call with a body; the last one unless told otherwise."""
        bodies = [each.content for each in self.requests if each.content]
        found: dict[str, Any] = json.loads(bodies[index])
        return found

    def run(self, question: Callable[[WordPress], Awaitable[T]]) -> T:
        """What the client answers."""

        async def ask() -> T:
            transport = httpx.MockTransport(self.handle)
            async with httpx.AsyncClient(transport=transport) as client:
                source = MemoryCredentials(CREDENTIALS)
                return await question(WordPress(client, API, source, MemorySession()))

        return asyncio.run(ask())


def ok(body: Any, status: int = 200, /, **headers: str) -> httpx.Response:  # noqa: ANN401  (JSON)
    """An answer of the REST API."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json=body, headers=names)


def refuse(status: int, code: str, message: str = "Sorry", **data: Any) -> httpx.Response:  # noqa: ANN401
    """A refusal as the REST API words it."""
    body = {"code": code, "message": message, "data": {"status": status, **data}}
    return httpx.Response(status, json=body)


def post(id_: int = 7, status: str = "draft", marker: str = "") -> dict[str, Any]:
    """A post in an answer."""
    return {
        "id": id_,
        "status": status,
        "link": f"https://site.test/?p={id_}",
        "date_gmt": "2026-12-01T08:00:00",
        "content": {"raw": f"<p>Hi</p>\n<!-- {marker} -->"},
    }


def wordpress_draft(caption: str = "Fresh at 8", **changes: Any) -> Draft:  # noqa: ANN401
    """A new post of the site."""
    known: dict[str, Any] = {
        "profile_id": "1@site.test",
        "platform": "wordpress",
        "post_type": "text",
        "caption": caption,
        "media": (),
        "publish_at": None,
        "fields": {},
        "marker": "slotbeat:here:one",
    }
    return Draft(**{**known, **changes})
