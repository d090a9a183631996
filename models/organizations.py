"""Who posts, and where to: organizations, their keys and settings, workspaces, accounts."""

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from models.columns import utc_field
from models.ids import new_id


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
