"""Imports every module that defines a table, so that the metadata is whole."""

from models import files, jobs, organizations, posts, requests, slots, webhooks

__all__ = ["files", "jobs", "organizations", "posts", "requests", "slots", "webhooks"]
