"""The types of settings, each with a validator whose error says what is valid."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

YEAR = 366 * 86_400
MIN_SECRET = 16
# For installations that have a short key from before: nothing that is stored is lost.
REPLACE_KEY = (
    "To replace a shorter one: set a new key here and the old one as SLOTBEAT_SECRET_KEY_PREVIOUS, "
    "restart, then run: slotbeat credentials rotate"
)


def _database_url(value: str) -> str:
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        raise ValueError("must be a URL such as sqlite:///var/slotbeat.db") from None
    if url.drivername == "sqlite" and (url.database or ":memory:") == ":memory:":
        raise ValueError("SQLite needs a file: sqlite:///var/slotbeat.db")
    if url.drivername == "sqlite":
        folder = next(each for each in Path(url.database or "").absolute().parents if each.exists())
        if not folder.is_dir():
            raise ValueError(f"cannot store a database below {folder}, which is no folder")
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return url.render_as_string(hide_password=False)


def _broker_url(value: str) -> str:
    scheme, separator, _ = value.partition("://")
    if not separator or scheme not in ("memory", "redis", "rediss", "amqp", "amqps"):
        raise ValueError("must begin with redis://, amqp:// or memory://")
    return value


def _http_url(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("must begin with https:// or http://")
    return value.rstrip("/")


def _redis_url(value: str) -> str:
    if not value.startswith(("redis://", "rediss://")):
        raise ValueError("must begin with redis:// or rediss://")
    return value


def _storage(value: str) -> str:
    scheme, separator, rest = value.partition("://")
    if separator and (scheme != "s3" or not rest.partition("/")[0]):
        raise ValueError("must be a folder, or s3://bucket/prefix")
    return value


def _contact(value: str) -> str:
    if not re.fullmatch(r"[!-'*-~]{1,200}", value) or not re.search(r"https?://.|.@.", value):
        raise ValueError("must be a URL or an e-mail address")
    return value


def _non_blank(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().strip():
        raise ValueError("must not be blank")
    return SecretStr(value.get_secret_value().strip())


def _long(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < MIN_SECRET:
        raise ValueError(
            f"must have at least {MIN_SECRET} characters, such as the output of: "
            "openssl rand -hex 32"
        )
    return value


def _long_key(value: SecretStr) -> SecretStr:
    try:
        return _long(value)
    except ValueError as error:
        raise ValueError(f"{error}. {REPLACE_KEY}") from None


DatabaseUrl = Annotated[str, AfterValidator(_database_url)]
BrokerUrl = Annotated[str, AfterValidator(_broker_url)]
Contact = Annotated[str, AfterValidator(_contact)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
RedisUrl = Annotated[str, AfterValidator(_redis_url)]
StorageUrl = Annotated[str, AfterValidator(_storage)]
Secret = Annotated[SecretStr, AfterValidator(_non_blank)]
# What guards every organization: a guess must be hopeless.
LongSecret = Annotated[Secret, AfterValidator(_long)]
SecretKey = Annotated[Secret, AfterValidator(_long_key)]
Seconds = Annotated[float, Field(gt=0, le=YEAR)]
LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"], BeforeValidator(lambda value: str(value).lower())
]
