"""What is posted: posts, their media, and their deliveries (a post on one account)."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Column, DateTime, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import BigIntId, utc_field
from models.ids import new_id
from models.statuses import DeliveryStatus, Desired, MediaStatus, PostStatus

# The posts of a backlog that no seat was looked for since they came, as an index's condition.
IS_UNTRIED_SQL = "status = 'backlog' AND NOT is_turned_away"
# Of these, all of the history is there.
IS_UNPRUNED_SQL = "NOT is_history_pruned"


class Post(SQLModel, table=True):
    """What is desired: content, instant and stage; and what became of it."""

    __table_args__ = (UniqueConstraint("organization_id", "row_key"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    organization_id: str = Field(foreign_key="organization.id")
    workspace_id: str = Field(foreign_key="workspace.id")
    # An import's row: the same row imported again is the same post.
    row_key: str | None = None
    post_type: str
    caption: str = Field(sa_column=Column(Text, nullable=False))
    platforms: list[str] = Field(sa_column=Column(JSON, nullable=False))
    platform_fields: dict[str, str] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False)
    )
    publish_mode: str
    desired: str = Field(default=Desired.SCHEDULED)
    content_version: int = 1
    status: str = Field(default=PostStatus.SCHEDULED)
    # In the backlog: it was offered every free seat, and could take none.
    is_turned_away: bool = False
    reason: str | None = Field(default=None, sa_column=Column(Text))
    # The instant, and beside it the wall clock that the person meant by it.
    scheduled_for: datetime | None = utc_field(default=None)
    local_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=False)))
    timezone: str
    # Ours, optional: which longer video a short was cut from; and a keyed hash by which shorts of
    # one video are counted without keeping their links in clear.
    source_video_id: str | None = None
    # Ours, optional: the playlist that a video came from, for processOnlyPlaylistId.
    source_playlist_id: str | None = None
    video_key: str | None = None
    # A post that missed its slot leaves at this instant instead.
    late_at: datetime | None = utc_field(default=None)
    # When the worker may hand the post to the provider's own timer.
    opens_at: datetime | None = utc_field(default=None)
    accepted_at: datetime = utc_field()
    published_at: datetime | None = utc_field(default=None)
    # Of its history, the last row alone is left; False again once something happens to it.
    is_history_pruned: bool = False


# Those that pruning has yet to look at: by age, because an id begins with its instant of birth.
Index(
    "ix_post_unpruned",
    Post.id,
    sqlite_where=text(IS_UNPRUNED_SQL),
    postgresql_where=text(IS_UNPRUNED_SQL),
)
Index("ix_post_recent", Post.organization_id, Post.accepted_at)  # type: ignore[arg-type]
Index("ix_post_status", Post.organization_id, Post.status)
Index(
    "ix_post_untried",
    Post.organization_id,
    Post.accepted_at,  # type: ignore[arg-type]
    Post.id,
    sqlite_where=text(IS_UNTRIED_SQL),
    postgresql_where=text(IS_UNTRIED_SQL),
)
Index("ix_post_video", Post.organization_id, Post.video_key)  # type: ignore[arg-type]
Index("ix_post_slot", Post.organization_id, Post.scheduled_for)  # type: ignore[arg-type]
Index(
    "ix_post_published",
    Post.organization_id,
    Post.published_at,  # type: ignore[arg-type]
    sqlite_where=text("published_at IS NOT NULL"),
    postgresql_where=text("published_at IS NOT NULL"),
)


class Media(SQLModel, table=True):
    """One file of a post, and its state at the provider."""

    id: str = Field(default_factory=new_id, primary_key=True)
    post_id: str = Field(foreign_key="post.id", index=True)
    position: int
    # Set for a caller's own file, as long as it lies in our storage.
    stored_file_id: str | None = Field(
        default=None, foreign_key="stored_file.id", ondelete="SET NULL", index=True
    )
    # Encrypted: a source link may carry a signature that opens a private bucket.
    source_url: str = Field(sa_column=Column(Text, nullable=False))
    status: str = Field(default=MediaStatus.NEW)
    remote_id: str | None = None
    content_type: str | None = None
    size: int | None = Field(default=None, sa_type=BigInteger)
    sha256: str | None = None
    uploads: int = 0
    confirmed_at: datetime | None = utc_field(default=None)
    attempts: int = 0
    not_before: datetime | None = utc_field(default=None)
    error: str | None = Field(default=None, sa_column=Column(Text))


class Delivery(SQLModel, table=True):
    """A post on one account: what is actual at the provider.

    `intent*` is committed before a call that must not be repeated blindly, and taken away by the
    commit of its answer: found open by another claim, it means "look first".
    """

    __table_args__ = (UniqueConstraint("post_id", "platform", "account_id"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    post_id: str = Field(foreign_key="post.id", index=True)
    platform: str
    # The account that the caller named, or the default one that the draft was made on.
    account_id: str | None = Field(default=None, foreign_key="account.id")
    is_named: bool = False
    # It waits for its account, which cannot be used; `error` says why.
    is_held: bool = False
    status: str = Field(default=DeliveryStatus.PENDING)
    remote_id: str | None = None
    remote_stage: str | None = None
    sent_version: int | None = None
    intent: str | None = None
    intent_version: int | None = None
    intent_remote_id: str | None = None
    intent_at: datetime | None = utc_field(default=None)
    # A transition of this remote post was left without an answer: it may be carried out at any
    # time, so that only deleting the remote post takes it back.
    is_stray: bool = False
    attempts: int = 0
    not_before: datetime | None = utc_field(default=None)
    error: str | None = Field(default=None, sa_column=Column(Text))
    link: str | None = Field(default=None, sa_column=Column(Text))
    # The platform fields that the provider has no place for; null before the first create.
    not_carried: list[str] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    published_at: datetime | None = utc_field(default=None)


# Few wait for their account, and every look at the accounts asks for them.
Index(
    "ix_delivery_held",
    Delivery.post_id,
    sqlite_where=text("is_held = 1"),
    postgresql_where=text("is_held"),
)


class Attempt(SQLModel, table=True):
    """History: one row for each change of state, with its cause."""

    __table_args__ = (Index("ix_attempt_post", "post_id", "id"),)

    id: int | None = Field(
        default=None, sa_column=Column(BigIntId, primary_key=True, autoincrement=True)
    )
    post_id: str = Field(foreign_key="post.id")
    subject_id: str
    step: str
    outcome: str
    at: datetime = utc_field()
    duration_ms: int | None = None
    http_status: int | None = None
    error: str | None = Field(default=None, sa_column=Column(Text))
    next_attempt_at: datetime | None = utc_field(default=None)
