"""Where callers' own files lie: a folder, or a bucket that speaks S3."""

from storage.opening import InvalidStorageSettings, in_memory_storage, open_object_storage
from storage.storage import ObjectMissing, ObjectStorage, StorageUnavailable

__all__ = [
    "InvalidStorageSettings",
    "ObjectMissing",
    "ObjectStorage",
    "StorageUnavailable",
    "in_memory_storage",
    "open_object_storage",
]
