"""Imports every module that defines a table, so that the metadata is whole."""

from models import (
    idempotency_keys,
    jobs,
    organizations,
    posts,
    queue_slots,
    stored_files,
    webhooks,
)

__all__ = [
    "idempotency_keys",
    "jobs",
    "organizations",
    "posts",
    "queue_slots",
    "stored_files",
    "webhooks",
]
