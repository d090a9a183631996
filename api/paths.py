"""Where the routes lie, for those who write links to them."""

from typing import Final

PREFIX: Final = "/api/organizations/social-posts"
