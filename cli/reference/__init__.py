"""The reference pages, written from the code: `make reference` renews `docs/reference/`."""

from cli.reference.pages import FOLDER, outdated, pages, renew

__all__ = ["FOLDER", "outdated", "pages", "renew"]
