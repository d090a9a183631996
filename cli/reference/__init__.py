"""The reference pages, generated from the code: `make reference` writes `docs/reference/`."""

from cli.reference.pages import FOLDER, find_outdated, render_pages, write_outdated

__all__ = ["FOLDER", "find_outdated", "render_pages", "write_outdated"]
