"""Who posts, and where to: organizations, their keys and settings, workspaces, accounts."""

from datetime import datetime

from sqlalchemy import JSON, Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import new_id, utc_field


class Installation(SQLModel, table=True):
    """One row: which installation this database belongs to, and its zone data's version."""

    id: str = Field(default_factory=new_id, primary_key=True)
    tzdata_version: str
    created_at: datetime = utc_field()


class Organization(SQLModel, table=True):
    """A tenant. Everything else belongs to exactly one of these."""

    id: str = Field(default_factory=new_id, primary_key=True)
    name: str
    created_at: datetime = utc_field()


class ApiKey(SQLModel, table=True):
    """A Bearer key of one organization; only its SHA-256 is kept."""

    __tablename__ = "api_key"

    id: str = Field(default_factory=new_id, primary_key=True)
    organization_id: str = Field(foreign_key="organization.id", index=True)
    key_hash: str = Field(unique=True)
    created_at: datetime = utc_field()
    revoked_at: datetime | None = utc_field(default=None)


class SocialSettings(SQLModel, table=True):
    """The contract's settings of one organization, less the queue slots.

    The row is also the lock that every seating transaction takes first.
    """

    __tablename__ = "social_settings"

    organization_id: str = Field(foreign_key="organization.id", primary_key=True)
    is_enabled: bool = True
    approve_api_posts: bool = False
    default_timezone: str = "UTC"
    default_platforms: list[str] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    max_posts_per_slot: int = 1
    max_shorts_of_same_video: int = 0
    max_shorts_per_week: int = 0
    minimum_video_duration_seconds: int = 0
    process_only_playlist_id: str | None = None
    gap_policy: str = "forward"
    overlap_policy: str = "first"
    # [first date, last date] pairs in ISO form, on which no slot opens; null without any, so that
    # beat can tell at a glance.
    blackouts: list[list[str]] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    is_paused: bool = False
    # Whether anybody listens: without, no change of a post looks for whom to tell.
    has_webhooks: bool = False
    # SHA-256 of the token that opens the calendar feed; null while there is none.
    feed_token_hash: str | None = Field(default=None, unique=True)
    # What earlier searches for seats found out, and of which calendar; null where nothing is known.
    searched_calendar: str | None = None
    full_until: datetime | None = utc_field(default=None)
    shorts_until: datetime | None = utc_field(default=None)
    tried_until: datetime | None = utc_field(default=None)
    # The newest instant given to a late post, and how many posts got it.
    late_at: datetime | None = utc_field(default=None)
    late_count: int = 0


class Workspace(SQLModel, table=True):
    """One set of provider credentials; without an organization, those of the environment.

    Own credentials are kept encrypted, the environment's not at all. An organization whose
    credentials were removed keeps the row, because its old posts belong to it.
    """

    __table_args__ = (UniqueConstraint("provider", "organization_id"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    provider: str
    organization_id: str | None = Field(default=None, foreign_key="organization.id")
    # Encrypted JSON: {"apiId", "primary", "secondary"}, the last one null where there is none.
    credentials: str | None = Field(default=None, sa_column=Column(Text), repr=False)
    credentials_at: datetime | None = utc_field(default=None)
    # Since when the provider refuses all keys; null while it takes one.
    refused_at: datetime | None = utc_field(default=None)
    blocked_until: datetime | None = utc_field(default=None)
    accounts_synced_at: datetime | None = utc_field(default=None)


class Account(SQLModel, table=True):
    """A connected profile at the provider."""

    __table_args__ = (UniqueConstraint("workspace_id", "remote_id"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    workspace_id: str = Field(foreign_key="workspace.id", index=True)
    remote_id: str
    platform: str
    name: str
    username: str
    status_level: str
    is_default: bool = False
    # The provider does not list it any more; its old posts still belong to it.
    is_gone: bool = False


class DisconnectedAccount(SQLModel, table=True):
    """An account that an organization does not want to use. The workspace may be others' too, so
    this is theirs alone, and no sync takes it back."""

    __tablename__ = "disconnected_account"

    organization_id: str = Field(foreign_key="organization.id", primary_key=True)
    account_id: str = Field(foreign_key="account.id", primary_key=True)
    at: datetime = utc_field()
