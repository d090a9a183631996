"""Writes the reference pages, and prints which have changed."""

from cli.reference import render_pages, write_outdated

for name in write_outdated(render_pages()):
    print(f"docs/reference/{name} was renewed")
