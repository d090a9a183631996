"""The address of the instance that a person entered. Pure."""

from typing import Final

import httpx

from provider.errors import InvalidInput

FIELD: Final = "instance"
EXPECTED: Final = "must be the address of your Mastodon server, such as mastodon.social"


def parse_instance(entered: str, *, allow_http: bool) -> str:
    """The address, such as `https://mastodon.social`: people also enter the address of their page,
    or their account's whole name. InvalidInput for anything else."""
    text = entered.strip()
    if "://" not in text:
        text = f"https://{text.rpartition('@')[2]}"
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        raise InvalidInput(FIELD, EXPECTED) from None
    if url.scheme not in ("https", "http") or not url.host or url.userinfo:
        raise InvalidInput(FIELD, EXPECTED)
    if url.scheme == "http" and not allow_http:
        raise InvalidInput(FIELD, "must begin with https://")
    return f"{url.scheme}://{url.netloc.decode('ascii')}"
