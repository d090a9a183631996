"""Opening the storage that the settings describe. Nothing is asked of a bucket yet."""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, S3Store

from storage.storage import Storage

if TYPE_CHECKING:
    from obstore.store import S3Config

BUCKET = "s3://"
# A bucket that does not answer must not hold up a request for obstore's own three minutes.
MOST_RETRIES = 3
RETRY_TIME = timedelta(seconds=30)


class BadStorage(Exception):
    """No files can be kept there; the text, to follow the setting's name, says why."""


def opened(
    place: str,
    *,
    endpoint: str | None = None,
    region: str = "us-east-1",
    key_id: str = "",
    secret: str = "",
) -> Storage:
    """The storage at a folder, which is made, or at s3://bucket/prefix. BadStorage where a folder
    cannot be written to, or a bucket's address cannot be right."""
    if not place.startswith(BUCKET):
        return _folder(Path(place).absolute())
    # One object a call: not every bucket that speaks S3 knows the call for many.
    config: S3Config = {"region": region, "disable_bulk_delete": True}
    config |= {"access_key_id": key_id, "secret_access_key": secret}
    if endpoint:
        config["endpoint"] = endpoint
    return _bucket(place.removeprefix(BUCKET), config)


def _bucket(place: str, config: "S3Config") -> Storage:
    bucket, _, prefix = place.partition("/")
    is_plain = config.get("endpoint", "").startswith("http://")
    try:
        store = S3Store(
            bucket,
            prefix=prefix.strip("/") or None,
            config=config,
            client_options={"allow_http": is_plain},
            retry_config={"max_retries": MOST_RETRIES, "retry_timeout": RETRY_TIME},
        )
    except (BaseError, ValueError, TypeError) as error:
        raise BadStorage(f"is no bucket that can be opened ({type(error).__name__})") from None
    return Storage(store)


def in_memory() -> Storage:
    """A storage that ends with the process: for tests and tools."""
    return Storage(MemoryStore())


def _folder(path: Path) -> Storage:
    try:
        path.mkdir(0o700, parents=True, exist_ok=True)  # people's files, and nobody else's business
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise BadStorage(f"cannot keep files in {path}: {error.strerror}") from None
    return Storage(LocalStore(path), path)
