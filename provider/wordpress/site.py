"""Finds a site: from the address that a person typed to its REST API.

A page of the site names its API in a `Link` header. Without one, both places where it can be are
tried: `/wp-json`, and `/?rest_route=` on a site without permalinks.
https://developer.wordpress.org/rest-api/using-the-rest-api/discovery/
"""

import re
from dataclasses import dataclass
from typing import Any, Final

import httpx

from media.name_lookup import NameNotResolved
from media.safe_transport import AddressNotPublic
from media.urls import INVISIBLE, endpoint_url_problem
from provider.aiohttp_client import HttpClient
from provider.errors import GiveUp, InvalidInput, Retry

FIELD: Final = "site"
API_LINK: Final = "https://api.w.org/"
API_NAMESPACE: Final = "wp/v2"
MAX_REDIRECTS: Final = 5
# Where the API can be, after the site's address.
PLACES: Final = ("/wp-json", "/?rest_route=")
_INVISIBLE: Final = re.compile(f"[{INVISIBLE}]")
# What people copy along with the address of their site.
_BEHIND: Final = re.compile(r"/(wp-admin|wp-login\.php|wp-json|index\.php)\b.*\Z", re.DOTALL)
_API_PLACE: Final = re.compile(r"(/wp-json|/index\.php\?rest_route=|/?\?rest_route=)/*\Z")


@dataclass(frozen=True, slots=True)
class Site:
    """A WordPress site. `api`: the address of its REST API, before `/wp/v2/…`; `home`: of the site;
    `core`: of WordPress itself, which may have a folder of its own. `authorization`: of the page
    that hands out application passwords, None where they are switched off."""

    api: str
    home: str
    core: str
    authorization: str | None


class SiteFinder:
    """`client` must be one for addresses that people typed: it connects to public addresses only,
    unless `allow_private`, and limits the size of an answer."""

    def __init__(self, client: HttpClient, *, allow_private: bool = False) -> None:
        self._client, self._allow_private = client, allow_private

    async def find(self, typed: str) -> Site:
        """The site at this address. InvalidInput, with a sentence for the person, where there is
        none; Retry if that cannot be found out now."""
        address = self._check(self._complete(typed))
        page, address = await self._open(address)
        named = _api_in(page)
        base = address.split("?")[0].rstrip("/")
        for api in dict.fromkeys((*([named] if named else []), *(base + each for each in PLACES))):
            site = await self._read_index(api.rstrip("/"))
            if site is not None:
                return site
        if page.status_code >= 500 or page.status_code == 429:
            raise Retry(f"{_host(address)} answered {page.status_code}", page.status_code)
        raise InvalidInput(
            FIELD,
            f"there is no REST API of WordPress at {address}; check the address, and whether a "
            "plugin or the host has switched the API off",
        )

    def _complete(self, typed: str) -> str:
        """The address with its scheme. People type `http://`, or none, for sites that have https;
        and what is behind the site's own address."""
        address = _INVISIBLE.sub("", typed).strip()
        scheme, separator, rest = address.partition("://")
        if not separator:
            scheme, rest = "https", address
        if scheme.lower() == "http" and not self._allow_private:
            scheme = "https"
        return _BEHIND.sub("", f"{scheme}://{rest.partition('#')[0].partition('?')[0]}")

    def _check(self, address: str) -> str:
        problem = endpoint_url_problem(address, allow_private=self._allow_private)
        if problem is not None:
            raise InvalidInput(FIELD, f"the site {problem}")
        return address

    async def _open(self, address: str) -> tuple[httpx.Response, str]:
        """The page at an address, and where it was after all redirects; each is judged."""
        for _ in range(MAX_REDIRECTS):
            response = await self._get(address)
            location = response.headers.get("Location")
            if not 300 <= response.status_code < 400 or not location:
                return response, address
            address = self._check(_join(address, location))
        raise InvalidInput(FIELD, f"{_host(address)} leads from one address to the next")

    async def _read_index(self, api: str) -> Site | None:
        """The site whose API is there; None where there is none."""
        if endpoint_url_problem(api, allow_private=self._allow_private) is not None:
            return None
        response, at = await self._open(f"{api}/")
        body = _parse_object(response)
        namespaces = body.get("namespaces")
        if not isinstance(namespaces, list) or API_NAMESPACE not in namespaces:
            return None
        api = at.rstrip("/")
        own = _API_PLACE.sub("", api)
        home, core = (_text(body.get(name)) for name in ("home", "url"))
        page = self._authorization(body)
        # A site says itself where it is, but no site speaks for another one.
        return Site(api, home if _is_same_host(home, own) else own, core or own, page)

    def _authorization(self, index: dict[str, Any]) -> str | None:
        try:
            page = index["authentication"]["application-passwords"]["endpoints"]["authorization"]
        except (KeyError, TypeError):
            return None
        is_text = isinstance(page, str)
        is_good = is_text and not endpoint_url_problem(page, allow_private=self._allow_private)
        return page if is_good else None

    async def _get(self, url: str) -> httpx.Response:
        host = _host(url)
        try:
            return await self._client.request("GET", url)
        except AddressNotPublic as error:
            raise InvalidInput(FIELD, f"{host} must lead to a public address") from error
        except (httpx.RequestError, NameNotResolved) as error:
            raise Retry(f"{host} cannot be reached ({error or type(error).__name__})") from error


def is_same_site(one: str, other: str) -> bool:
    """Whether these are addresses of one site, whatever their scheme."""
    return _without_scheme(one) == _without_scheme(other)


def _api_in(page: httpx.Response) -> str | None:
    """What the page's `Link` header names."""
    link = page.links.get(API_LINK)
    return link.get("url") if link else None


def _join(address: str, location: str) -> str:
    try:
        return str(httpx.URL(address).join(location))
    except (httpx.InvalidURL, ValueError) as error:
        raise GiveUp(f"{_host(address)} leads to an address that is none") from error


def _host(url: str) -> str:
    return httpx.URL(url).host


def _is_same_host(home: str, own: str) -> bool:
    try:
        hosts = {httpx.URL(each).netloc.removeprefix(b"www.") for each in (home, own)}
    except (httpx.InvalidURL, ValueError):
        return False
    return len(hosts) == 1


def _without_scheme(address: str) -> str:
    return address.partition("://")[2].rstrip("/").lower()


def _text(value: Any) -> str:  # noqa: ANN401  (JSON)
    return value.rstrip("/") if isinstance(value, str) else ""


def _parse_object(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if response.is_success and isinstance(body, dict) else {}
