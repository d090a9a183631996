"""Opening the storage that the settings describe. Nothing is asked of a bucket yet."""

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
# A bucket that does not answer must not hold up a request for obstore's own three minutes.
MAX_RETRIES = 3
RETRY_TIMEOUT = timedelta(seconds=30)


class InvalidStorageSettings(Exception):
    """No files can be kept there; the text, to follow the setting's name, says why."""


def open_object_storage(
    location: str,
    *,
    endpoint: str | None = None,
    region: str = "us-east-1",
    key_id: str = "",
    secret: str = "",
) -> ObjectStorage:
    """The storage at a folder, which is made, or at s3://bucket/prefix. BadStorage where a folder
    cannot be written to, or a bucket's address cannot be right."""
    if not location.startswith(S3_SCHEME):
        return _open_folder(Path(location).absolute())
    # One object a call: not every bucket that speaks S3 knows the call for many.
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
    """A storage that ends with the process: for tests and tools."""
    return ObjectStorage(MemoryStore())


def _open_folder(path: Path) -> ObjectStorage:
    try:
        path.mkdir(0o700, parents=True, exist_ok=True)  # people's files, and nobody else's business
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise InvalidStorageSettings(f"cannot keep files in {path}: {error.strerror}") from None
    return ObjectStorage(LocalStore(path), path)
