"""The organization in the address of every page: `/o/lantern-loaf-3f2a91c4b0d1/…`.

So two tabs of one browser can show two organizations, and an address that is sent to a colleague
names its organization. The name is there for people; only the digits after it count.
"""

import re
import unicodedata
from typing import Final

# The path parameter of all pages of an organization.
ORGANIZATION_PARAMETER: Final = "organization"
ORGANIZATION_PREFIX: Final = f"/o/{{{ORGANIZATION_PARAMETER}}}"
# The random end of an organization's id.
ID_LENGTH: Final = 12
MAX_NAME_LENGTH: Final = 40


def organization_base(organization_id: str, name: str) -> str:
    """The beginning of the addresses of an organization's pages, without a slash at its end."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", letters)[:MAX_NAME_LENGTH].strip("-")
    digits = organization_id[-ID_LENGTH:]
    return f"/o/{words}-{digits}" if words else f"/o/{digits}"


def names_organization(handle: str, organization_id: str) -> bool:
    """Whether the path parameter of an address names this organization, by whatever name."""
    return handle.rpartition("-")[2] == organization_id[-ID_LENGTH:]
