"""Queue slots (rules), firings (slots that were opened) and seats."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import BigIntId, local_time_column, utc_field


class QueueSlot(SQLModel, table=True):
    """A rule that a user wrote, with its resolved zone, and the next slot of it to open.

    Soft-deleted and revived, so that seats keep their rule. `next_*` describe one slot: its local
    date and time, its instant, and the instant at which beat fires it. `next_fire_at` is null
    where the rule is not active.
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
    """A slot that beat opened. Its identity is the calendar's, not the instant's."""

    __table_args__ = (UniqueConstraint("queue_slot_id", "local_at"),)

    id: int | None = Field(
        default=None, sa_column=Column(BigIntId, primary_key=True, autoincrement=True)
    )
    queue_slot_id: int = Field(sa_type=BigInteger, foreign_key="queue_slot.id")
    local_at: datetime = Field(sa_column=local_time_column(nullable=False))
    slot_at: datetime = utc_field()
    fired_at: datetime = utc_field()


class Seat(SQLModel, table=True):
    """One place in a slot, taken by a post; freed by deleting the row.

    A post has one, and while it moves the one that it left as well, for as long as the provider may
    still publish it there.
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
    """Something that the queue may use again, until the next seating has heard of it: the seat of a
    slot, or, without an instant, a place under the limits on shorts."""

    __tablename__ = "vacancy"

    id: int | None = Field(
        default=None, sa_column=Column(BigIntId, primary_key=True, autoincrement=True)
    )
    organization_id: str = Field(foreign_key="organization.id", index=True)
    slot_at: datetime | None = utc_field(default=None)


Index("ix_seat_upcoming", Seat.organization_id, Seat.slot_at)  # type: ignore[arg-type]
