"""Every setting: its name, type, bounds, default and meaning.

`docs/reference/settings.md` is generated from this file (`python -m cli.reference`).
"""

from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic_settings import BaseSettings

from config.values import (
    YEAR,
    BrokerUrl,
    Contact,
    DatabaseUrl,
    HttpUrl,
    LogLevel,
    LongSecret,
    RedisUrl,
    Seconds,
    Secret,
    SecretKey,
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
    """A pydantic field with the data of its row in the reference page.

    `secret`: may come from a file, and is never shown. `default_text`: the text to show for the
    default.
    """
    metadata: dict[str, Any] = {"unit": unit, "secret": secret, "default_text": default_text}
    return Field(default, description=meaning, repr=not secret, json_schema_extra=metadata)


class SettingFields(BaseSettings):
    """The fields of the settings; `config.settings` reads them."""

    database_url: DatabaseUrl = setting(
        "sqlite:///var/slotbeat.db", "URL", "SQLite file or `postgresql://…`", secret=True
    )
    broker_url: BrokerUrl = setting(
        "memory://",
        "URL",
        "`redis://`, `rediss://`, `amqp://`, `amqps://`; `memory://` inside `slotbeat up` only",
        secret=True,
    )
    secret_key: SecretKey | None = setting(
        None,
        "text",
        "Encrypts what is stored encrypted; at least 16 characters. Required with PostgreSQL, the "
        "same for all processes. "
        "With SQLite one is created and stored beside the database (`….db.key`)",
        secret=True,
    )
    secret_key_previous: Secret | None = setting(
        None,
        "text",
        "Older secret keys, comma-separated, to decrypt what they encrypted, until "
        "`slotbeat credentials rotate` was run. They may be shorter",
        secret=True,
    )
    admin_token: LongSecret | None = setting(
        None,
        "text",
        "A Bearer token that may act for any organization named by `organizationId`; at least 16 "
        "characters",
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
        None, "text", "Tried when the primary key is refused", secret=True
    )
    swonkie_connect_url: HttpUrl = setting(
        "https://app.swonkie.com",
        "URL",
        "The page where people link accounts with `swonkie`, as `connect` answers. The simulator "
        "has a page of its own",
    )
    provider_concurrency: Annotated[int, Field(ge=1, le=10_000)] = setting(
        32,
        "calls",
        "At once for one connection, over all workers; each worker has an equal share",
    )
    provider_rate: Annotated[float, Field(ge=0, le=10_000)] = setting(
        0, "calls/s", "For one connection, over all workers; 0: no limit"
    )
    lead_time: Annotated[float, Field(ge=0, le=YEAR)] = setting(
        86_400,
        "s",
        "How long before its instant a slot opens; from then on the post may be scheduled at the "
        "provider",
    )
    tick: Annotated[float, Field(gt=0, le=60)] = setting(1, "s", "The longest sleep of beat")
    horizon: Annotated[float, Field(gt=0, le=5 * YEAR)] = setting(
        52 * 7 * 86_400, "s", "How far ahead (52 weeks) to search for a free seat"
    )
    missed_grace: Seconds = setting(
        900,
        "s",
        "How long after its instant a post may still go out; after that "
        "`SLOTBEAT_MISSED_POLICY` decides",
    )
    missed_policy: Literal["hold", "next_slot", "publish_late"] = setting(
        "hold",
        "name",
        "After the grace: `hold` (`missed`, a person decides), `next_slot` (back to the backlog), "
        "`publish_late` (published late, in order)",
    )
    late_spacing: Seconds = setting(
        60, "s", "How far apart late posts go out, at most `maxPostsPerSlot` at a time"
    )
    cancel_cutoff: Annotated[float, Field(ge=0, le=86_400)] = setting(
        30,
        "s",
        "This long before its instant and later, a post that is scheduled at the provider can be "
        "neither edited nor removed (409)",
    )
    claim_ttl: Annotated[float, Field(ge=1, le=3600)] = setting(
        30, "s", "After this long without a renewal, other workers take over a worker's jobs"
    )
    poll_interval: Annotated[float, Field(gt=0, le=3600)] = setting(
        2, "s", "Between two checks of media that the provider still processes"
    )
    allow_private_hosts: bool = setting(
        False,
        "flag",
        "Connections may lead to servers with private addresses, and over http. For development "
        "and tests",
    )
    allow_private_media: bool = setting(
        False,
        "0 or 1",
        "Also accept `http://` links and private addresses as media sources",
        default_text="0",
    )
    contact: Contact | None = setting(
        None,
        "URL or e-mail",
        "For hosts of media that want to know who fetches it: the User-Agent names it",
    )
    media_storage: StorageUrl = setting(
        "var/media",
        "path or URL",
        "Where uploaded files are stored, for API and workers alike: a folder, or "
        "`s3://bucket/prefix` ([files of your own](../media.md))",
    )
    media_s3_endpoint: HttpUrl | None = setting(
        None, "URL", "Of another service with the S3 API", default_text="Amazon's"
    )
    media_s3_region: str = setting("us-east-1", "name", "The bucket's region")
    media_s3_access_key_id: Secret | None = setting(
        None, "text", "Required with `s3://`", secret=True
    )
    media_s3_secret_access_key: Secret | None = setting(
        None, "text", "Required with `s3://`", secret=True
    )
    media_max_bytes: Annotated[int, Field(ge=1, le=1 << 40)] = setting(
        4 << 30, "bytes", "The largest file that `POST media` accepts"
    )
    disk_reserve: Annotated[int, Field(ge=0, le=1 << 50)] = setting(
        1 << 30,
        "bytes",
        "What stays free on each disk that files are written to. Below it uploads are refused and "
        "transfers wait; posts without files go out ([disk space](../operating.md#disk-space))",
    )
    quota_open_posts: Annotated[int, Field(ge=0, le=10_000_000)] = setting(
        50_000,
        "posts",
        "That have not ended, for one organization; beyond it new ones are refused (403). "
        "0: no limit",
    )
    quota_stored_bytes: Annotated[int, Field(ge=0, le=1 << 50)] = setting(
        50 << 30,
        "bytes",
        "Of uploaded files, for one organization, in a folder or a bucket; beyond it uploads are "
        "refused (507). 0: no limit",
    )
    quota_stored_files: Annotated[int, Field(ge=0, le=10_000_000)] = setting(
        10_000, "files", "That one organization may have uploaded at a time (507). 0: no limit"
    )
    quota_kept_answers: Annotated[int, Field(ge=0, le=10_000_000)] = setting(
        20_000,
        "keys",
        "`Idempotency-Key`s of one organization in 24 hours, for which answers are kept (429). "
        "0: no limit",
    )
    spool_limit: Annotated[int, Field(ge=1, le=1 << 50)] = setting(
        32 << 30,
        "bytes",
        "What the files under way of one worker process may take of the disk (`TMPDIR`), all "
        "together; they also leave `SLOTBEAT_DISK_RESERVE` free",
    )
    scale_images: bool = setting(
        True,
        "0 or 1",
        "Make a photo smaller that is too large a file for its network "
        "([large photos](../media.md#links)). With 0 its post fails",
        default_text="1",
    )
    public_url: HttpUrl | None = setting(
        None,
        "URL",
        "The address for others: of the calendar feed, and to which networks send people back",
    )
    rate_limit: Annotated[int, Field(ge=0, le=1_000_000)] = setting(
        600,
        "requests/min",
        "For one organization, over all API processes; also for one address that fails to "
        "authenticate. 0: no limit",
    )
    rate_limit_url: RedisUrl | None = setting(
        None,
        "URL",
        "The Redis that counts requests. Required where the broker is not Redis (and not "
        "`memory://`), unless the limit is 0",
        secret=True,
        default_text="the broker's",
    )
    request_timeout: Annotated[float, Field(gt=0, le=3600)] = setting(
        15,
        "s",
        "For the headers of a request, and for the form or body of a caller without credentials. "
        "Other bodies must bring 16 KiB/s after it",
    )
    stall_timeout: Annotated[float, Field(gt=0, le=3600)] = setting(
        60, "s", "Without a byte of a body, or without reading an answer, until a caller is cut off"
    )
    max_connections: Annotated[int, Field(ge=0, le=1_000_000)] = setting(
        0,
        "connections",
        "At once in one web process, a quarter of them from one address; never more than half of "
        "its descriptors (`ulimit -n`). 0: that half, at most 4096",
        default_text="half of the descriptors",
    )
    hsts_seconds: Annotated[int, Field(ge=0, le=63_072_000)] = setting(
        0,
        "s",
        "How long browsers are to reach the site by https alone (Strict-Transport-Security). "
        "0: the header is not sent",
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
    """The names of the secret settings."""
    return tuple(name for name in SettingFields.model_fields if _metadata(name)["secret"])
