"""Richer rules, DST policies, blackouts, pause, limits on shorts, late posts"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

RULES = "uq_queue_slot_organization_id_day_of_week_time_timezone"


def upgrade() -> None:
    with op.batch_alter_table("queue_slot") as table:
        table.add_column(sa.Column("rule", sa.String(), nullable=True))
        table.add_column(_text("gap_policy", "forward"))
        table.add_column(_text("overlap_policy", "first"))
    op.execute("UPDATE queue_slot SET rule = CAST(day_of_week AS VARCHAR) || ' ' || time")
    with op.batch_alter_table("queue_slot") as table:
        table.drop_constraint(RULES, type_="unique")
        table.alter_column("rule", existing_type=sa.String(), nullable=False)
        table.drop_column("day_of_week")
        table.drop_column("time")
        table.create_unique_constraint(
            "uq_queue_slot_organization_id_rule_timezone", ["organization_id", "rule", "timezone"]
        )
    with op.batch_alter_table("social_settings") as table:
        table.add_column(_text("gap_policy", "forward"))
        table.add_column(_text("overlap_policy", "first"))
        table.add_column(sa.Column("blackouts", sa.JSON(), nullable=True))
        table.add_column(
            sa.Column("is_paused", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("late_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("late_count", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("post") as table:
        table.add_column(sa.Column("source_video_id", sa.String(), nullable=True))
        table.add_column(sa.Column("video_key", sa.String(), nullable=True))
        table.add_column(sa.Column("late_at", sa.DateTime(timezone=True), nullable=True))
        table.create_index("ix_post_video", ["organization_id", "video_key"], unique=False)


def _text(name: str, default: str) -> sa.Column[str]:
    """A column that rows written before it get its default for."""
    return sa.Column(name, sa.String(), nullable=False, server_default=default)


def downgrade() -> None:
    with op.batch_alter_table("post") as table:
        table.drop_index("ix_post_video")
        for column in ("source_video_id", "video_key", "late_at"):
            table.drop_column(column)
    with op.batch_alter_table("social_settings") as table:
        for column in (
            "gap_policy", "overlap_policy", "blackouts", "is_paused", "late_at", "late_count",
        ):  # fmt: skip
            table.drop_column(column)
    # Rules that the older form cannot say are lost, with whatever hangs on them.
    for dependent in ("seat", "firing"):
        op.execute(
            f"DELETE FROM {dependent} WHERE queue_slot_id IN "  # noqa: S608  (two fixed names)
            "(SELECT id FROM queue_slot WHERE length(rule) <> 7)"
        )
    op.execute("DELETE FROM queue_slot WHERE length(rule) <> 7")
    with op.batch_alter_table("queue_slot") as table:
        table.add_column(sa.Column("day_of_week", sa.Integer(), nullable=True))
        table.add_column(sa.Column("time", sa.String(), nullable=True))
    op.execute(
        "UPDATE queue_slot SET day_of_week = CAST(substr(rule, 1, 1) AS INTEGER), "
        "time = substr(rule, 3, 5)"
    )
    with op.batch_alter_table("queue_slot") as table:
        table.drop_constraint("uq_queue_slot_organization_id_rule_timezone", type_="unique")
        table.alter_column("day_of_week", existing_type=sa.Integer(), nullable=False)
        table.alter_column("time", existing_type=sa.String(), nullable=False)
        for column in ("rule", "gap_policy", "overlap_policy"):
            table.drop_column(column)
        table.create_unique_constraint(
            RULES, ["organization_id", "day_of_week", "time", "timezone"]
        )
