"""Reads the settings from `SLOTBEAT_…` variables (secrets also from `…_FILE`)."""

import difflib
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from config import logging_setup
from config.fields import SettingFields, secret_names

log = logging.getLogger(__name__)
PREFIX = "SLOTBEAT_"
SIMULATOR_URL = "http://127.0.0.1:8990/v2"
SWONKIE_URL = "https://api.swonkie.dev/v2"
# Their values are in no message: a URL may contain a password.
MAY_HOLD_PASSWORD = ("swonkie_base_url", "swonkie_connect_url", "public_url", "media_s3_endpoint")
SECRETS = secret_names()


class BadSettings(Exception):
    """Slotbeat cannot start with these settings; the text names each wrong one."""


class SecretFileSource(PydanticBaseSettingsSource):
    """Reads secrets from the file in `SLOTBEAT_NAME_FILE`, as container platforms provide them."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ANN401, ARG002
        """One secret's text, without the line end that editors add."""
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


class Settings(SettingFields):
    """The settings of this process. Times are seconds. The fields are in `config.fields`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True
    )

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
        return init_settings, env_settings, SecretFileSource(settings_cls)

    @model_validator(mode="after")
    def _check_combinations(self) -> Self:
        """Check settings that depend on each other."""
        keys = (self.media_s3_access_key_id, self.media_s3_secret_access_key)
        if self.media_storage.startswith("s3://") and None in keys:
            raise ValueError(
                f"{PREFIX}MEDIA_S3_ACCESS_KEY_ID and {PREFIX}MEDIA_S3_SECRET_ACCESS_KEY: must be "
                f"set with {PREFIX}MEDIA_STORAGE=s3://…"
            )
        return self

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file on this machine."""
        return self.database_url.startswith("sqlite")

    @property
    def provider_url(self) -> str:
        """The base URL of the provider's API."""
        default = SWONKIE_URL if self.provider == "swonkie" else SIMULATOR_URL
        return self.swonkie_base_url or default

    @property
    def connect_url(self) -> str:
        """The provider's page for linking accounts; the simulator has one of its own."""
        if self.provider == "swonkie":
            return self.swonkie_connect_url
        return self.provider_url.removesuffix("/v2") + "/connect"


def load_settings(**overrides: object) -> Settings:
    """The settings of this process; BadSettings names every variable that is wrong."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [_problem_text(problem) for problem in error.errors()]
        raise BadSettings("\n".join(lines)) from None


def load_or_exit(role: str, *, own_process: bool = False) -> Settings:
    """For entry points: the settings, or exit with the reasons on stderr. Also configures logging.

    `role` names the process in log lines. `own_process`: a beat or a worker in a process of its
    own, which needs a broker that other processes reach.
    """
    try:
        settings = load_settings()
    except BadSettings as error:
        raise SystemExit(f"Slotbeat cannot start:\n{error}") from None
    if own_process and settings.broker_url.startswith("memory"):
        raise SystemExit(
            f"Slotbeat cannot start:\n{PREFIX}BROKER_URL: memory:// works inside one process only "
            "(slotbeat up); set redis://… or amqp://… for separate processes"
        )
    logging_setup.configure(settings.log_format, settings.log_level, role)
    for sentence in unknown_variables():
        log.warning(sentence)
    return settings


def _problem_text(problem: Mapping[str, Any]) -> str:
    message = str(problem["msg"]).removeprefix("Value error, ")
    if not problem["loc"]:
        return message
    name = str(problem["loc"][0])
    # Do not show the value of a secret, not even a wrong one.
    given = "" if name in (*SECRETS, *MAY_HOLD_PASSWORD) else f", not {problem['input']!r}"
    return f"{PREFIX}{name.upper()}: {message[0].lower()}{message[1:]}{given}"


def unknown_variables() -> list[str]:
    """A sentence for each SLOTBEAT_ variable that is no setting: probably a typing error."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    known |= {f"{PREFIX}{name.upper()}_FILE" for name in SECRETS}
    sentences = []
    for name in sorted(set(os.environ) - known):
        if name.startswith(PREFIX):
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            sentences.append(f"{name} is no setting of Slotbeat{hint}")
    return sentences
