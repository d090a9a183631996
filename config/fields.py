"""Every setting: its name, kind, bounds, default, and what it means.

`docs/reference/settings.md` is written from here (`python -m cli.reference`).
"""

from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic_settings import BaseSettings

from config.values import (
    YEAR,
    BrokerUrl,
    DatabaseUrl,
    HttpUrl,
    LogLevel,
    RedisUrl,
    Seconds,
    Secret,
    StorageUrl,
)


def setting(
    default: object,
    unit: str,
    meaning: str,
    *,
    secret: bool = False,
    default_text: str | None = None,
) -> Any:  # noqa: ANN401  (as pydantic's Field)
    """A field that explains itself.

    `secret`: may come from a file, and is shown nowhere. `instead`: what
    readers see for the default.
    """
    metadata: dict[str, Any] = {"unit": unit, "secret": secret, "instead": default_text}
    return Field(default, description=meaning, repr=not secret, json_schema_extra=metadata)


class SettingFields(BaseSettings):
    """The settings by themselves; `config.settings` says where they are read."""

    database_url: DatabaseUrl = setting(
        "sqlite:///var/slotbeat.db", "URL", "SQLite file or `postgresql://…`", secret=True
    )
    broker_url: BrokerUrl = setting(
        "memory://",
        "URL",
        "`redis://`, `rediss://`, `amqp://`, `amqps://`; `memory://` inside `slotbeat up` only",
        secret=True,
    )
    secret_key: Secret | None = setting(
        None,
        "text",
        "Encrypts what is stored encrypted. Required with PostgreSQL, the same for all processes. "
        "With SQLite one is made and kept beside the database (`….db.key`)",
        secret=True,
    )
    secret_key_previous: Secret | None = setting(
        None,
        "text",
        "Older secret keys that are still read, comma-separated, until `slotbeat credentials "
        "rotate` was run",
        secret=True,
    )
    admin_token: Secret | None = setting(
        None,
        "text",
        "A Bearer token that may act for any organization named by `organizationId`",
        secret=True,
    )
    provider: Literal["simulator", "swonkie"] = setting(
        "simulator", "name", "Where posts go: [Swonkie](../how-to/connect-swonkie.md), or a sandbox"
    )
    swonkie_base_url: HttpUrl | None = setting(
        None,
        "URL",
        "`http://127.0.0.1:8990/v2` for the simulator, `https://api.swonkie.dev/v2` for Swonkie. "
        "Set with the simulator: `slotbeat up` starts none of its own",
        default_text="by provider",
    )
    swonkie_api_id: Secret | None = setting(None, "text", "Required with `swonkie`", secret=True)
    swonkie_api_key: Secret | None = setting(None, "text", "Required with `swonkie`", secret=True)
    swonkie_api_key_secondary: Secret | None = setting(
        None, "text", "Tried where the primary key is refused", secret=True
    )
    swonkie_connect_url: HttpUrl = setting(
        "https://app.swonkie.com",
        "URL",
        "Where people link accounts with `swonkie`; `connect` answers it. The simulator has a page "
        "of its own",
    )
    provider_concurrency: Annotated[int, Field(ge=1, le=10_000)] = setting(
        32,
        "calls",
        "At once for one workspace, over all workers; each worker takes an equal share",
    )
    provider_rate: Annotated[float, Field(ge=0, le=10_000)] = setting(
        0, "calls/s", "For one workspace, over all workers; 0 for any number"
    )
    lead_time: Annotated[float, Field(ge=0, le=YEAR)] = setting(
        86_400,
        "s",
        "How long before its instant a slot opens; from then on the post may be handed to the "
        "provider's timer",
    )
    tick: Annotated[float, Field(gt=0, le=60)] = setting(1, "s", "The longest sleep of beat")
    horizon: Annotated[float, Field(gt=0, le=5 * YEAR)] = setting(
        52 * 7 * 86_400, "s", "So far ahead (52 weeks) a free seat is searched"
    )
    missed_grace: Seconds = setting(
        900,
        "s",
        "So long after its instant a post may still go out; after that "
        "`SLOTBEAT_MISSED_POLICY` decides",
    )
    missed_policy: Literal["hold", "next_slot", "publish_late"] = setting(
        "hold",
        "name",
        "Beyond the grace: `hold` (`missed`, a person decides), `next_slot` (back to the backlog), "
        "`publish_late` (out, in its turn)",
    )
    late_spacing: Seconds = setting(
        60, "s", "Late posts leave so far apart, at most `maxPostsPerSlot` at a time"
    )
    cancel_cutoff: Annotated[float, Field(ge=0, le=86_400)] = setting(
        30,
        "s",
        "Nearer to its instant than this, a post that the provider's timer has can be neither "
        "edited nor removed (409)",
    )
    claim_ttl: Annotated[float, Field(ge=1, le=3600)] = setting(
        30, "s", "A worker that is silent for so long loses its jobs to others"
    )
    poll_interval: Annotated[float, Field(gt=0, le=3600)] = setting(
        2, "s", "Between two looks at media that the provider still processes"
    )
    allow_private_media: bool = setting(
        False,
        "0 or 1",
        "Also accept `http://` links and private addresses as media sources",
        default_text="0",
    )
    media_storage: StorageUrl = setting(
        "var/media",
        "path or URL",
        "Where callers' own files lie, for API and workers alike: a folder, or "
        "`s3://bucket/prefix` ([files of your own](../media.md))",
    )
    media_s3_endpoint: HttpUrl | None = setting(
        None, "URL", "Of another service that speaks S3", default_text="Amazon's"
    )
    media_s3_region: str = setting("us-east-1", "name", "The bucket's region")
    media_s3_access_key_id: Secret | None = setting(
        None, "text", "Required with `s3://`", secret=True
    )
    media_s3_secret_access_key: Secret | None = setting(
        None, "text", "Required with `s3://`", secret=True
    )
    media_max_bytes: Annotated[int, Field(ge=1, le=1 << 40)] = setting(
        4 << 30, "bytes", "The largest file that `POST media` takes"
    )
    public_url: HttpUrl | None = setting(
        None,
        "URL",
        "Under which address others reach the API; the calendar feed's address begins with it",
    )
    rate_limit: Annotated[int, Field(ge=0, le=1_000_000)] = setting(
        600,
        "requests/min",
        "For one organization, over all API processes; also for one address that fails to "
        "authenticate. 0 for any number",
    )
    rate_limit_url: RedisUrl | None = setting(
        None,
        "URL",
        "The Redis that counts them. Required where the broker is not Redis (and not `memory://`), "
        "unless the limit is 0",
        secret=True,
        default_text="the broker's",
    )
    log_format: Literal["console", "json"] = setting(
        "console", "name", "`json`: one object a line ([logs](../operating.md#logs))"
    )
    log_level: LogLevel = setting("info", "name", "`debug`, `info`, `warning` or `error`")
    history_retention: Annotated[float, Field(ge=0, le=20 * YEAR)] = setting(
        180 * 86_400,
        "s",
        "How long the history of a post is kept after the post has ended (180 days); its last row "
        "stays. 0 keeps all of it",
    )


def _metadata(name: str) -> dict[str, Any]:
    more: Any = SettingFields.model_fields[name].json_schema_extra
    return dict(more)


def secret_names() -> tuple[str, ...]:
    """The names of those that are secret."""
    return tuple(name for name in SettingFields.model_fields if _metadata(name)["secret"])
