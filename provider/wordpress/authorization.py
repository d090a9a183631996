"""The page of the site that hands out an application password, and the way back from it.

https://developer.wordpress.org/rest-api/reference/application-passwords/
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from provider.connect_form import AuthorizationPage
from provider.errors import GiveUp
from provider.wordpress.site import Site, is_same_site

APP_NAME: Final = "Slotbeat"
# Ours, forever: by it people see which passwords of a user are Slotbeat's.
APP_ID: Final = "8f6b1f1e-52c1-4c0e-9a63-0c6a52f6a4d7"
NO_PASSWORDS: Final = (
    "application passwords are switched off on this site: it needs https, and no plugin may forbid "
    "them (WordPress: Users, Profile, Application Passwords)"
)
NEEDS_HTTPS: Final = (
    "WordPress leads people back to https addresses only, and Slotbeat has none here; make an "
    "application password in WordPress (Users, Profile, Application Passwords) and enter it"
)
REFUSED: Final = "the access was not allowed on the site's page"
OTHER_SITE: Final = "another site than the one that was entered has answered; begin again"
INCOMPLETE: Final = "the site sent no user name and password; begin again"


def authorization_page(
    site: Site, return_url: str | None, *, allow_http: bool
) -> AuthorizationPage:
    """The page, and what is kept until the person comes back from it. A site in its local
    environment leads back to http too (`allow_http`)."""
    if site.authorization is None:
        raise GiveUp(NO_PASSWORDS)
    if return_url is None or not (return_url.startswith("https://") or allow_http):
        raise GiveUp(NEEDS_HTTPS)
    # Without a reject_url the site adds `success=false` to this one.
    query = urlencode({"app_name": APP_NAME, "app_id": APP_ID, "success_url": return_url})
    separator = "&" if "?" in site.authorization else "?"
    pending = {"api": site.api, "home": site.home, "core": site.core}
    return AuthorizationPage(f"{site.authorization}{separator}{query}", pending)


def read_return(pending: Mapping[str, str], returned: Mapping[str, str]) -> tuple[str, str]:
    """The user name and the password in the parameters that the site added. GiveUp where the person
    refused, or another site answered."""
    if returned.get("success") == "false":
        raise GiveUp(REFUSED)
    if returned.get("error") == "disabled":
        raise GiveUp(NO_PASSWORDS)
    username, password = returned.get("user_login"), returned.get("password")
    if not username or not password:
        raise GiveUp(INCOMPLETE)
    site = returned.get("site_url", "")
    if not any(is_same_site(site, pending[name]) for name in ("core", "home")):
        raise GiveUp(OTHER_SITE)
    return username, password
