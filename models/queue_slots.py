"""Queue slots (rules), firings (opened slots), seats, and released seats."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import BigIntId, local_time_column, utc_field


class QueueSlot(SQLModel, table=True):
    """A rule that a user wrote, with its resolved zone, and its next slot to open.

    Soft-deleted and revived, so that seats keep their rule. `next_*` describe one slot: its local
    date and time, its instant, and the instant at which beat fires it. `next_fire_at` is null
    if the rule is not active.
    """

    __tablename__ = "queue_slot"
    __table_args__ = (
        UniqueConstraint("organization_id", "rule", "timezone"),
        Index(
            "ix_queue_slot_due",
            "next_fire_at",
            sqlite_where=text("next_fire_at IS NOT NULL"),
            postgresql_where=text("next_fire_at IS NOT NULL"),
        ),
    )

    id: int | None = Field(
        default=None, sa_column=Column(BigIntId, primary_key=True, autoincrement=True)
    )
    organization_id: str = Field(foreign_key="organization.id")
    # The pattern's canonical text: "1 10:00" (day of week, time) or a cron expression.
    rule: str
    timezone: str
    gap_policy: str = "forward"
    overlap_policy: str = "first"
    # False: the rule was written without a zone and follows the organization's default.
    has_own_zone: bool = False
    is_active: bool = True
    next_local_at: datetime | None = Field(default=None, sa_column=local_time_column(nullable=True))
    next_slot_at: datetime | None = utc_field(default=None)
    next_fire_at: datetime | None = utc_field(default=None)


class Firing(SQLModel, table=True):
    """A slot that beat opened. It is identified by its local date and time, not by its instant."""

    __table_args__ = (UniqueConstraint("queue_slot_id", "local_at"),)

    id: int | None = Field(
        default=None, sa_column=Column(BigIntId, primary_key=True, autoincrement=True)
    )
    queue_slot_id: int = Field(sa_type=BigInteger, foreign_key="queue_slot.id")
    local_at: datetime = Field(sa_column=local_time_column(nullable=False))
    slot_at: datetime = utc_field()
    fired_at: datetime = utc_field()


class Seat(SQLModel, table=True):
    """One seat of a slot that a post has taken; deleting the row frees the seat.

    A post has one seat. A post that moved to another slot also has its old seat, as long as the
    provider may still publish the post there; after an exchange with
    another post the old one has a negative number (`models.store.queue.seats.left_number`).
    """

    __table_args__ = (UniqueConstraint("queue_slot_id", "local_at", "number"),)

    id: int | None = Field(
        default=None, sa_column=Column(BigIntId, primary_key=True, autoincrement=True)
    )
    organization_id: str = Field(foreign_key="organization.id")
    queue_slot_id: int = Field(sa_type=BigInteger, foreign_key="queue_slot.id")
    local_at: datetime = Field(sa_column=local_time_column(nullable=False))
    slot_at: datetime = utc_field()
    number: int
    post_id: str = Field(foreign_key="post.id", index=True)


class ReleasedSeat(SQLModel, table=True):
    """A released seat that the next seat search must take into account.

    Without an instant it is released quota of the limits on shorts.
    """

    __tablename__ = "vacancy"

    id: int | None = Field(
        default=None, sa_column=Column(BigIntId, primary_key=True, autoincrement=True)
    )
    organization_id: str = Field(foreign_key="organization.id", index=True)
    slot_at: datetime | None = utc_field(default=None)


Index("ix_seat_upcoming", Seat.organization_id, Seat.slot_at)  # type: ignore[arg-type]
