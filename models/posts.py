"""Posts with their media, their deliveries (a post on one account) and their history."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import BigIntId, utc_field
from models.ids import new_id
from models.statuses import DeliveryStatus, Desired, MediaStatus, PostStatus

# Condition of a partial index: backlog posts that no seat search has tried yet.
IS_UNTRIED_SQL = "status = 'backlog' AND NOT is_turned_away"
# Condition of a partial index: posts whose history is complete.
IS_UNPRUNED_SQL = "NOT is_history_pruned"
# Condition of a partial index: posts whose status needs a person, until somebody acknowledges them.
IS_IN_INBOX_SQL = (
    "acknowledged_at IS NULL AND status IN ('pending_approval', 'changes_requested',"
    " 'failed', 'missed', 'unknown', 'partial')"
)


class Post(SQLModel, table=True):
    """A post: the desired content, instant and stage, and the resulting status."""

    __table_args__ = (UniqueConstraint("organization_id", "row_key"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    organization_id: str = Field(foreign_key="organization.id")
    # Key of an imported row: importing the row again finds this post.
    row_key: str | None = None
    post_type: str
    caption: str = Field(sa_column=Column(Text, nullable=False))
    platforms: list[str] = Field(sa_column=Column(JSON, nullable=False))
    platform_fields: dict[str, str] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False)
    )
    # Our own optional fields: a title, for networks that have titles; what is different for a
    # network or an account, by its name or id (`models.post_content`); and the texts that follow
    # it, each an answer to the one before it.
    title: str | None = Field(default=None, sa_column=Column(Text))
    versions: dict[str, dict[str, Any]] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False)
    )
    thread: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    # Our own optional field: words of the organization's own to find its posts by. They never reach
    # a provider. `post_label` has a row for each.
    labels: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    # All its texts and labels, folded (`models.text_folding`): what a search looks into.
    search_text: str = Field(default="", sa_column=Column(Text, nullable=False))
    publish_mode: str
    desired: str = Field(default=Desired.SCHEDULED)
    content_version: int = 1
    status: str = Field(default=PostStatus.SCHEDULED)
    # In the backlog: a seat search has tried every free seat for it and found none.
    is_turned_away: bool = False
    reason: str | None = Field(default=None, sa_column=Column(Text))
    # The instant, and the wall-clock time that the person meant.
    scheduled_for: datetime | None = utc_field(default=None)
    local_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=False)))
    timezone: str
    # Our own optional field: the longer video that a short was cut from. `video_key` is a keyed
    # hash of it (or of the link), so that shorts of one video can be counted without plain links.
    source_video_id: str | None = None
    # Our own optional field: the playlist of the video, for processOnlyPlaylistId.
    source_playlist_id: str | None = None
    video_key: str | None = None
    # A post that missed its slot is published at this instant instead.
    late_at: datetime | None = utc_field(default=None)
    # A person released or repeated the post: the grace counts from this instant, not from its slot.
    grace_from: datetime | None = utc_field(default=None)
    # From this instant on the worker may schedule the post at the provider.
    opens_at: datetime | None = utc_field(default=None)
    accepted_at: datetime = utc_field()
    # Who wrote it (`models.actors`); null: it was accepted before that was recorded.
    created_by: str | None = None
    published_at: datetime | None = utc_field(default=None)
    # A person leaves the post as it is, although it ended badly: when, and who.
    acknowledged_at: datetime | None = utc_field(default=None)
    acknowledged_by: str | None = Field(default=None, sa_column=Column(Text))
    # The last decision on its approval: `ReviewState`, the comment, who and when.
    review_state: str | None = None
    review_comment: str | None = Field(default=None, sa_column=Column(Text))
    reviewed_by: str | None = Field(default=None, sa_column=Column(Text))
    reviewed_at: datetime | None = utc_field(default=None)
    # Only the last row of its history is left. False again after a new history row.
    is_history_pruned: bool = False


# Posts that pruning has not handled, oldest first: an id begins with its creation time.
Index(
    "ix_post_unpruned",
    Post.id,
    sqlite_where=text(IS_UNPRUNED_SQL),
    postgresql_where=text(IS_UNPRUNED_SQL),
)
Index("ix_post_recent", Post.organization_id, Post.accepted_at)  # type: ignore[arg-type]
Index("ix_post_status", Post.organization_id, Post.status)
Index(
    "ix_post_inbox",
    Post.organization_id,
    Post.status,
    sqlite_where=text(IS_IN_INBOX_SQL),
    postgresql_where=text(IS_IN_INBOX_SQL),
)
Index(
    "ix_post_untried",
    Post.organization_id,
    Post.accepted_at,  # type: ignore[arg-type]
    Post.id,
    sqlite_where=text(IS_UNTRIED_SQL),
    postgresql_where=text(IS_UNTRIED_SQL),
)
Index("ix_post_video", Post.organization_id, Post.video_key)  # type: ignore[arg-type]
Index(
    "ix_post_late",
    Post.organization_id,
    Post.late_at,  # type: ignore[arg-type]
    sqlite_where=text("late_at IS NOT NULL"),
    postgresql_where=text("late_at IS NOT NULL"),
)
Index("ix_post_slot", Post.organization_id, Post.scheduled_for)  # type: ignore[arg-type]
# Posts with no date of their own: in a list they are where they were written.
Index(
    "ix_post_dateless",
    Post.organization_id,
    Post.accepted_at,  # type: ignore[arg-type]
    sqlite_where=text("scheduled_for IS NULL AND published_at IS NULL"),
    postgresql_where=text("scheduled_for IS NULL AND published_at IS NULL"),
)
Index(
    "ix_post_published",
    Post.organization_id,
    Post.published_at,  # type: ignore[arg-type]
    sqlite_where=text("published_at IS NOT NULL"),
    postgresql_where=text("published_at IS NOT NULL"),
)


class PostLabel(SQLModel, table=True):
    """A label of a post, for finding posts by it. Labels with one folded text are one label."""

    __tablename__ = "post_label"

    post_id: str = Field(foreign_key="post.id", primary_key=True)
    key: str = Field(primary_key=True)
    organization_id: str = Field(foreign_key="organization.id")
    label: str


# It also holds all that the known labels are counted from.
Index(
    "ix_post_label_key",
    PostLabel.organization_id,
    PostLabel.key,
    PostLabel.label,
    PostLabel.post_id,
)


class Media(SQLModel, table=True):
    """One file of a post: its source. Its state at each provider is in the uploads."""

    id: str = Field(default_factory=new_id, primary_key=True)
    post_id: str = Field(foreign_key="post.id", index=True)
    position: int
    # The text that it belongs to: 0 is the post itself, n the n-th text of its thread.
    thread_part: int = 0
    # "photo", "video" or "document"; None: the post's own type.
    kind: str | None = None
    # Set for an uploaded file as long as it is in our storage.
    stored_file_id: str | None = Field(
        default=None, foreign_key="stored_file.id", ondelete="SET NULL", index=True
    )
    # Encrypted: a source link may contain the signature for a private bucket.
    source_url: str = Field(sa_column=Column(Text, nullable=False))
    # What a photo shows, for people who cannot see it.
    alt_text: str | None = Field(default=None, sa_column=Column(Text))


class Upload(SQLModel, table=True):
    """A file at a connection's provider: uploaded once for all deliveries of that connection.

    A row is written when the first step on it begins. The columns from `content_type` on say what
    was sent, which may differ from the source: a photo may be scaled down.
    """

    __table_args__ = (UniqueConstraint("media_id", "connection_id"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    media_id: str = Field(foreign_key="media.id", ondelete="CASCADE")
    connection_id: str = Field(foreign_key="connection.id")
    status: str = Field(default=MediaStatus.NEW)
    remote_id: str | None = Field(default=None, sa_column=Column(Text))
    uploads: int = 0
    confirmed_at: datetime | None = utc_field(default=None)
    attempts: int = 0
    not_before: datetime | None = utc_field(default=None)
    error: str | None = Field(default=None, sa_column=Column(Text))
    content_type: str | None = None
    size: int | None = Field(default=None, sa_type=BigInteger)
    sha256: str | None = None
    width: int | None = None
    height: int | None = None


class Delivery(SQLModel, table=True):
    """A post on one account: its actual state at the provider.

    `intent*` is committed before a call that must not be repeated blindly, and cleared by the
    commit of its answer. If another claim finds it set, the worker must reconcile first.
    """

    __table_args__ = (UniqueConstraint("post_id", "platform", "account_id"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    post_id: str = Field(foreign_key="post.id", index=True)
    platform: str
    # The connection that was meant when the post was accepted. Without an account the delivery goes
    # to the default account there; null: none was known, so to that of any connection.
    connection_id: str | None = Field(default=None, foreign_key="connection.id")
    # The account that the caller named, or the default account that the draft was created on.
    account_id: str | None = Field(default=None, foreign_key="account.id")
    is_named: bool = False
    # An edit took it off the post: the row goes as soon as nothing of it is at the provider.
    is_removed: bool = False
    # It waits because its account cannot be used; `error` says why.
    is_held: bool = False
    status: str = Field(default=DeliveryStatus.PENDING)
    remote_id: str | None = None
    remote_stage: str | None = None
    sent_version: int | None = None
    intent: str | None = None
    intent_version: int | None = None
    intent_remote_id: str | None = None
    intent_at: datetime | None = utc_field(default=None)
    # A transition of this remote post got no answer. The provider may still carry it out, so only
    # deleting the remote post cancels it.
    is_stray: bool = False
    attempts: int = 0
    not_before: datetime | None = utc_field(default=None)
    error: str | None = Field(default=None, sa_column=Column(Text))
    link: str | None = Field(default=None, sa_column=Column(Text))
    # Platform fields that the provider does not support; null before the first create.
    not_carried: list[str] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    # Since when the provider has been publishing it, as far as we know.
    publishing_since: datetime | None = utc_field(default=None)
    published_at: datetime | None = utc_field(default=None)


# Few deliveries wait for their account, and every account sync queries them.
Index(
    "ix_delivery_held",
    Delivery.post_id,
    sqlite_where=text("is_held = 1"),
    postgresql_where=text("is_held"),
)


class Attempt(SQLModel, table=True):
    """The history of a post: one row for each change of state, with its cause."""

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
    # Who did it (`models.actors`); null: it was done before that was recorded.
    actor: str | None = None
