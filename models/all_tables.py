"""Imports every module that defines a table, so that the metadata is whole."""

from models import jobs, organizations, posts, slots

__all__ = ["jobs", "organizations", "posts", "slots"]
