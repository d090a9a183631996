"""Opens the storage that the settings describe. This makes no request to a bucket."""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, S3Store

from media.object_storage import ObjectStorage

if TYPE_CHECKING:
    from obstore.store import S3Config

S3_SCHEME = "s3://"
# obstore's own limit of three minutes is too long for a request that waits for the bucket.
MAX_RETRIES = 3
RETRY_TIMEOUT = timedelta(seconds=30)


class InvalidStorageSettings(Exception):
    """The storage cannot be used. The text says why, and continues after the setting's name."""


def open_object_storage(
    location: str,
    *,
    endpoint: str | None = None,
    region: str = "us-east-1",
    key_id: str = "",
    secret: str = "",
) -> ObjectStorage:
    """The storage in a folder, which is created, or at s3://bucket/prefix. InvalidStorageSettings
    where the folder is not writable, or the bucket's address is invalid."""
    if not location.startswith(S3_SCHEME):
        return _open_folder(Path(location).absolute())
    # Delete one object per call: not every S3-compatible storage has the bulk call.
    config: S3Config = {"region": region, "disable_bulk_delete": True}
    config |= {"access_key_id": key_id, "secret_access_key": secret}
    if endpoint:
        config["endpoint"] = endpoint
    return _open_bucket(location.removeprefix(S3_SCHEME), config)


def _open_bucket(location: str, config: "S3Config") -> ObjectStorage:
    bucket, _, prefix = location.partition("/")
    is_plain = config.get("endpoint", "").startswith("http://")
    try:
        store = S3Store(
            bucket,
            prefix=prefix.strip("/") or None,
            config=config,
            client_options={"allow_http": is_plain},
            retry_config={"max_retries": MAX_RETRIES, "retry_timeout": RETRY_TIMEOUT},
        )
    except (BaseError, ValueError, TypeError) as error:
        raise InvalidStorageSettings(
            f"is no bucket that can be opened ({type(error).__name__})"
        ) from None
    return ObjectStorage(store)


def in_memory_storage() -> ObjectStorage:
    """A storage in memory, for tests and tools."""
    return ObjectStorage(MemoryStore())


def _open_folder(path: Path) -> ObjectStorage:
    try:
        path.mkdir(0o700, parents=True, exist_ok=True)  # private files of people
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise InvalidStorageSettings(f"cannot keep files in {path}: {error.strerror}") from None
    return ObjectStorage(LocalStore(path), path)
