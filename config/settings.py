"""Every setting of Slotbeat, read from `SLOTBEAT_…` variables (secrets also from `…_FILE`)."""

import difflib
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

log = logging.getLogger(__name__)
PREFIX = "SLOTBEAT_"
SIMULATOR_URL = "http://127.0.0.1:8990/v2"
SWONKIE_URL = "https://api.swonkie.dev/v2"
# Shown in no message: an address may hold a password.
UNSHOWN = ("swonkie_base_url", "swonkie_connect_url", "public_url", "media_s3_endpoint")
SECRETS = (
    "database_url",
    "broker_url",
    "swonkie_api_id",
    "swonkie_api_key",
    "swonkie_api_key_secondary",
    "secret_key",
    "secret_key_previous",
    "admin_token",
    "rate_limit_url",
    "media_s3_access_key_id",
    "media_s3_secret_access_key",
)
Seconds = Annotated[float, Field(gt=0, le=366 * 86400)]


class BadSettings(Exception):
    """The environment holds settings that Slotbeat cannot start with; the text names each."""


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
            raise ValueError(f"cannot keep a database below {folder}, which is no folder")
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return url.render_as_string(hide_password=False)


def _broker_url(value: str) -> str:
    scheme, mark, _ = value.partition("://")
    if not mark or scheme not in ("memory", "redis", "rediss", "amqp", "amqps"):
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
    scheme, mark, rest = value.partition("://")
    if mark and (scheme != "s3" or not rest.partition("/")[0]):
        raise ValueError("must be a folder, or s3://bucket/prefix")
    return value


def _filled(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().strip():
        raise ValueError("must not be blank")
    return SecretStr(value.get_secret_value().strip())


Secret = Annotated[SecretStr, AfterValidator(_filled)]


class SecretFiles(PydanticBaseSettingsSource):
    """Reads `SLOTBEAT_NAME_FILE` for secrets, as container platforms hand them over."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ANN401, ARG002
        """One secret's text, stripped of the line end that editors add."""
        variable = f"{PREFIX}{field_name.upper()}_FILE"
        path = os.environ.get(variable)
        if field_name not in SECRETS or not path:
            return None, field_name, False
        try:
            secret = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadSettings(f"{variable}: cannot read {path}: {error.strerror}") from error
        except UnicodeDecodeError:
            raise BadSettings(f"{variable}: {path} is not text") from None
        if not secret:
            raise BadSettings(f"{variable}: {path} is empty; it must hold the secret")
        return secret, field_name, False

    def __call__(self) -> dict[str, Any]:
        """All secrets that come from files."""
        values = {name: self.get_field_value(None, name)[0] for name in SECRETS}
        return {name: value for name, value in values.items() if value is not None}


class Settings(BaseSettings):
    """What the environment sets. Times are seconds."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        "sqlite:///var/slotbeat.db", repr=False
    )
    broker_url: Annotated[str, AfterValidator(_broker_url)] = Field("memory://", repr=False)
    provider: Literal["simulator", "swonkie"] = "simulator"
    swonkie_base_url: Annotated[str, AfterValidator(_http_url)] | None = None
    swonkie_api_id: Secret | None = None
    swonkie_api_key: Secret | None = None
    swonkie_api_key_secondary: Secret | None = None
    secret_key: Secret | None = None
    secret_key_previous: Secret | None = None
    admin_token: Secret | None = None
    lead_time: Annotated[float, Field(ge=0, le=366 * 86400)] = 86_400
    tick: Annotated[float, Field(gt=0, le=60)] = 1
    horizon: Annotated[float, Field(gt=0, le=5 * 366 * 86400)] = 52 * 7 * 86_400
    missed_grace: Seconds = 900
    late_spacing: Seconds = 60
    cancel_cutoff: Annotated[float, Field(ge=0, le=86_400)] = 30
    claim_ttl: Annotated[float, Field(ge=1, le=3600)] = 30
    poll_interval: Annotated[float, Field(gt=0, le=3600)] = 2
    provider_concurrency: Annotated[int, Field(ge=1, le=10_000)] = 32
    provider_rate: Annotated[float, Field(ge=0, le=10_000)] = 0
    missed_policy: Literal["hold", "next_slot", "publish_late"] = "hold"
    allow_private_media: bool = False
    # Where the provider links accounts, for a person's browser.
    swonkie_connect_url: Annotated[str, AfterValidator(_http_url)] = "https://app.swonkie.com"
    # Under which address browsers reach the API; without it, links are relative.
    public_url: Annotated[str, AfterValidator(_http_url)] | None = None
    # Requests a minute and organization; 0: no limit. Counted in a Redis: the broker's, or this.
    rate_limit: Annotated[int, Field(ge=0, le=1_000_000)] = 600
    rate_limit_url: Annotated[str, AfterValidator(_redis_url)] | None = Field(None, repr=False)
    # A folder, or s3://bucket/prefix, that API and workers share.
    media_storage: Annotated[str, AfterValidator(_storage)] = "var/media"
    media_s3_endpoint: Annotated[str, AfterValidator(_http_url)] | None = None
    media_s3_region: str = "us-east-1"
    media_s3_access_key_id: Secret | None = None
    media_s3_secret_access_key: Secret | None = None
    # The largest file of a caller's own, in bytes.
    media_max_bytes: Annotated[int, Field(ge=1, le=1 << 40)] = 4 << 30

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then secret files."""
        return init_settings, env_settings, SecretFiles(settings_cls)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """What one field alone cannot know."""
        if self.provider == "swonkie" and not (self.swonkie_api_id and self.swonkie_api_key):
            raise ValueError(
                f"{PREFIX}SWONKIE_API_ID and {PREFIX}SWONKIE_API_KEY: must be set "
                f"with {PREFIX}PROVIDER=swonkie"
            )
        keys = (self.media_s3_access_key_id, self.media_s3_secret_access_key)
        if self.media_storage.startswith("s3://") and None in keys:
            raise ValueError(
                f"{PREFIX}MEDIA_S3_ACCESS_KEY_ID and {PREFIX}MEDIA_S3_SECRET_ACCESS_KEY: must be "
                f"set with {PREFIX}MEDIA_STORAGE=s3://…"
            )
        if self.secret_key is None and not self.is_sqlite:
            raise ValueError(
                f"{PREFIX}SECRET_KEY: must be set with PostgreSQL, to one long random text for all "
                "processes, such as the output of: openssl rand -hex 32"
            )
        return self

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file on this machine."""
        return self.database_url.startswith("sqlite")

    @property
    def provider_url(self) -> str:
        """Where the provider's API is."""
        default = SWONKIE_URL if self.provider == "swonkie" else SIMULATOR_URL
        return self.swonkie_base_url or default

    @property
    def connect_url(self) -> str:
        """The provider's page for linking accounts; the simulator has one of its own."""
        if self.provider == "swonkie":
            return self.swonkie_connect_url
        return self.provider_url.removesuffix("/v2") + "/connect"


def load(**overrides: object) -> Settings:
    """The settings of this process; BadSettings names every variable that is wrong."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [_sentence(problem) for problem in error.errors()]
        raise BadSettings("\n".join(lines)) from None


def load_or_exit(*, own_process: bool = False) -> Settings:
    """For entry points: the settings, or an end of the process with the reasons on stderr.

    `own_process`: a beat or a worker by itself, which needs a broker that others reach too.
    """
    try:
        settings = load()
    except BadSettings as error:
        raise SystemExit(f"Slotbeat cannot start:\n{error}") from None
    if own_process and settings.broker_url.startswith("memory"):
        raise SystemExit(
            f"Slotbeat cannot start:\n{PREFIX}BROKER_URL: memory:// works inside one process only "
            "(slotbeat up); set redis://… or amqp://… for separate processes"
        )
    for sentence in unknown_variables():
        log.warning(sentence)
    return settings


def _sentence(problem: Mapping[str, Any]) -> str:
    message = str(problem["msg"]).removeprefix("Value error, ")
    if not problem["loc"]:
        return message
    name = str(problem["loc"][0])
    # The value of a secret is not shown, not even when it is wrong.
    given = "" if name in (*SECRETS, *UNSHOWN) else f", not {problem['input']!r}"
    return f"{PREFIX}{name.upper()}: {message[0].lower()}{message[1:]}{given}"


def unknown_variables() -> list[str]:
    """A sentence for each SLOTBEAT_ variable that no setting has: a slip, most likely."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    known |= {f"{PREFIX}{name.upper()}_FILE" for name in SECRETS}
    sentences = []
    for name in sorted(set(os.environ) - known):
        if name.startswith(PREFIX):
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            sentences.append(f"{name} is no setting of Slotbeat{hint}")
    return sentences
