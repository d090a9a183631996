"""Organizations (tenants) with their API keys, page sessions and settings; the installation."""

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from models.actors import ALL_SCOPES
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
    """A Bearer key of one organization; only its SHA-256 is stored. `name`: who or what uses it."""

    __tablename__ = "api_key"

    id: str = Field(default_factory=new_id, primary_key=True)
    organization_id: str = Field(foreign_key="organization.id", index=True)
    key_hash: str = Field(unique=True)
    name: str = ""
    # What it may do (`models.actors.Scope`).
    scopes: list[str] = Field(
        default_factory=lambda: [*ALL_SCOPES], sa_column=Column(JSON, nullable=False)
    )
    created_at: datetime = utc_field()
    # Who made it (`models.actors`); null if that is not known.
    created_by: str | None = None
    # It opens nothing from then on; null: it does not end by itself.
    expires_at: datetime | None = utc_field(default=None)
    # Written rarely: it may be an hour too old.
    last_used_at: datetime | None = utc_field(default=None)
    revoked_at: datetime | None = utc_field(default=None)


class PageSession(SQLModel, table=True):
    """A browser that has signed in to the pages. The browser has a random token, of which only the
    SHA-256 is stored; `browser` and `network` say where it is, in few words."""

    __tablename__ = "page_session"

    id: str = Field(default_factory=new_id, primary_key=True)
    token_hash: str = Field(unique=True)
    created_at: datetime = utc_field()
    last_seen_at: datetime = utc_field()
    ends_at: datetime = utc_field(index=True)
    browser: str
    network: str


class PageSessionKey(SQLModel, table=True):
    """An API key that has signed in to a session: the session opens the pages of its organization
    as long as the key is valid."""

    __tablename__ = "page_session_key"

    session_id: str = Field(foreign_key="page_session.id", primary_key=True, ondelete="CASCADE")
    api_key_id: str = Field(foreign_key="api_key.id", primary_key=True)
    organization_id: str = Field(foreign_key="organization.id", index=True)
    signed_in_at: datetime = utc_field()


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
    # Its mark on the pages, where its owner has chosen one: one of the eight colours, by number,
    # and one or two letters.
    mark_colour: int | None = None
    mark_letters: str | None = None
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
