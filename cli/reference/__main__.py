"""Renew the reference pages, and say which have changed."""

from cli.reference import pages, renew

for name in renew(pages()):
    print(f"docs/reference/{name} was renewed")
