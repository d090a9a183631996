"""The account of a connection: a user of a site, as a profile."""

import html
from typing import Any, Final

from provider.errors import Retry
from provider.protocol import Profile
from provider.wordpress.answers import Answer
from provider.wordpress.http import WordPressHttp

PLATFORM: Final = "wordpress"
OK: Final = "OK"
NO_PUBLISHING: Final = "MAY_NOT_PUBLISH"
NO_UPLOADS: Final = "MAY_NOT_UPLOAD"


async def read_profile(http: WordPressHttp, site: str) -> Profile:
    """The user, and whether it may publish. Its name is the site's. Reconnect if the password is
    refused."""
    params = {"context": "edit", "_fields": "id,username,capabilities"}
    user = _object(await http.call("GET", "/wp/v2/users/me", params=params))
    index = _object(await http.call("GET", "/", params={"_fields": "name"}))
    id_, username = user.get("id"), user.get("username")
    if type(id_) is not int or not isinstance(username, str):
        raise Retry("WordPress answered without the user")
    name = html.unescape(str(index.get("name") or "")).strip()
    level = _level(user.get("capabilities"))
    return Profile(profile_id(site, id_), PLATFORM, name or place_of(site), username, level)


def profile_id(site: str, user_id: int) -> str:
    """The id of a user, which is unique among all sites: many of them have a user 1."""
    return f"{user_id}@{place_of(site)}"


def place_of(site: str) -> str:
    """A site's address without its scheme: `example.org/blog`."""
    return site.partition("://")[2].strip("/").lower()


def _level(capabilities: Any) -> str:  # noqa: ANN401  (JSON)
    rights = capabilities if isinstance(capabilities, dict) else {}
    if not rights.get("publish_posts"):
        return NO_PUBLISHING
    return OK if rights.get("upload_files") else NO_UPLOADS


def _object(answer: Answer) -> dict[str, Any]:
    if not isinstance(answer.body, dict):
        raise Retry("WordPress answered without an object", answer.status)
    return answer.body
