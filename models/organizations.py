"""Organizations (tenants) with their API keys and settings; the installation."""

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from models.columns import utc_field
from models.ids import new_id


class Installation(SQLModel, table=True):
    """One row: the id of the installation, and the tzdata version that slots were planned with."""

    id: str = Field(default_factory=new_id, primary_key=True)
    tzdata_version: str
    created_at: datetime = utc_field()


class Organization(SQLModel, table=True):
    """A tenant. Every other row belongs to one organization."""

    id: str = Field(default_factory=new_id, primary_key=True)
    name: str
    created_at: datetime = utc_field()


class ApiKey(SQLModel, table=True):
    """A Bearer key of one organization; only its SHA-256 is stored."""

    __tablename__ = "api_key"

    id: str = Field(default_factory=new_id, primary_key=True)
    organization_id: str = Field(foreign_key="organization.id", index=True)
    key_hash: str = Field(unique=True)
    created_at: datetime = utc_field()
    revoked_at: datetime | None = utc_field(default=None)


class SocialSettings(SQLModel, table=True):
    """The settings of one organization as in the API contract, without the queue slots.

    Every transaction that seats posts locks this row first.
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
    # [first date, last date] pairs in ISO form, on which no slot opens. Null if there are none, so
    # that beat can filter by it.
    blackouts: list[list[str]] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    is_paused: bool = False
    # Since when the operator has switched the organization off; `is_enabled` is its own switch.
    suspended_at: datetime | None = utc_field(default=None)
    # Who has switched it off, or asked for its deletion: the command line, the operator's token.
    suspended_by: str | None = None
    # The operator has asked for its deletion: when, and whether posts that may still go out, and
    # that cannot be taken off at their provider, do not hold it up.
    deletion_at: datetime | None = utc_field(default=None)
    is_deletion_forced: bool = False
    # Whether an enabled webhook endpoint exists. If not, changes of posts skip the search for one.
    has_webhooks: bool = False
    # SHA-256 of the token of the calendar feed; null if there is no feed.
    feed_token_hash: str | None = Field(default=None, unique=True)
    # Results of earlier seat searches (`scheduler.seating`), and the calendar that they are valid
    # for; null if unknown.
    searched_calendar: str | None = None
    full_until: datetime | None = utc_field(default=None)
    shorts_until: datetime | None = utc_field(default=None)
    tried_until: datetime | None = utc_field(default=None)
    # The organization's open posts are no more than these; null: they must be counted.
    open_posts_at_most: int | None = None
