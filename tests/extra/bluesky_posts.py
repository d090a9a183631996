"""Posts of every kind for Bluesky, each with texts and files that no other post has."""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from PIL import Image

from tests.media_host import Answer, Request

FAMILY: Final = "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
RIGHT_TO_LEFT: Final = "مرحبا بالعالم، שלום עולם"
# By number: plain, emoji of many bytes, right to left, long (300 graphemes with the number), and
# with facets behind emoji.
TEXTS: Final[tuple[Callable[[int], str], ...]] = (
    lambda number: f"{number}: fresh at 8",
    lambda number: f"{number}: {FAMILY * 60}",
    lambda number: f"{number}: {RIGHT_TO_LEFT}",
    lambda number: f"{number}: ".ljust(300, "ü"),
    lambda number: f"{number}: {FAMILY} https://example.com/loaf #brot",
)
KINDS: Final = ("text", "photo", "text", "thread", "photo")


@dataclass
class BlueskyPost:
    """A post as its author knows it: the texts of its records, in order, and the bytes of the files
    of each, by path."""

    texts: list[str]
    account_id: str
    files: list[dict[str, bytes]]
    id: str = ""
    is_removed: bool = False


class PostMaker:
    """Makes posts, and serves their photos (`respond`, for a MediaHost)."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._files: dict[str, bytes] = {}

    def respond(self, request: Request) -> Answer:
        """The photo at a path."""
        content = self._files.get(request.path)
        found = content is not None
        return Answer(content or b"", 200 if found else 404, {"Content-Type": "image/png"})

    def make(self, number: int, account_id: str, kind: str = "") -> BlueskyPost:
        """The post with this number."""
        kind = kind or KINDS[number % len(KINDS)]
        text = TEXTS[self._rng.randrange(len(TEXTS))](number)
        replies = [f"{number}, part {part}" for part in (2, 3)] if kind == "thread" else []
        counts = [
            {"photo": self._rng.randint(1, 4), "thread": 1}.get(kind, 0),
            *(2 for _ in replies),
        ]
        files = [
            {f"/{number}-{part}-{index}.png": self._photo() for index in range(count)}
            for part, count in enumerate(counts)
        ]
        self._files |= {path: content for each in files for path, content in each.items()}
        return BlueskyPost([text, *replies], account_id, files)

    def _photo(self) -> bytes:
        file = io.BytesIO()
        noise = self._rng.randbytes(32 * 32 * 3)
        Image.frombytes("RGB", (32, 32), noise).save(file, "PNG")
        return file.getvalue()


def publish_body(post: BlueskyPost, host: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """The request that publishes a post; `host` serves its files."""
    body: dict[str, Any] = {
        "postType": "photo" if post.files[0] else "text",
        "caption": post.texts[0],
        "accountIds": [post.account_id],
        "publishMode": "publish_now",
        **fields,
    }
    if post.files[0]:
        body["photoUrls"] = [host + path for path in post.files[0]]
    thread = [
        {"text": text, "photoUrls": [host + path for path in files]}
        for text, files in zip(post.texts[1:], post.files[1:], strict=True)
    ]
    return {**body, "thread": thread} if thread else body
