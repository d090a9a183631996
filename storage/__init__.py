"""Where callers' own files lie: a folder, or a bucket that speaks S3."""

from storage.opening import BadStorage, in_memory, opened
from storage.storage import Missing, Storage, Unavailable

__all__ = ["BadStorage", "Missing", "Storage", "Unavailable", "in_memory", "opened"]
