"""The grace of a post counts from its slot, or from the instant that a person gave to it; the turns
of late posts are read from the posts"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("grace_from", sa.DateTime(timezone=True), nullable=True))
    # Whether a person gave the instant is not known of these: none is missed by the upgrade.
    op.execute("UPDATE post SET grace_from = late_at WHERE late_at IS NOT NULL")
    late = sa.text("late_at IS NOT NULL")
    op.create_index(
        "ix_post_late",
        "post",
        ["organization_id", "late_at"],
        sqlite_where=late,
        postgresql_where=late,
    )
    with op.batch_alter_table("social_settings") as table:
        table.drop_column("late_at")
        table.drop_column("late_count")


def downgrade() -> None:
    with op.batch_alter_table("social_settings") as table:
        table.add_column(sa.Column("late_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("late_count", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("social_settings") as table:
        table.alter_column("late_count", existing_type=sa.Integer(), server_default=None)
    op.drop_index("ix_post_late", "post")
    with op.batch_alter_table("post") as table:
        table.drop_column("grace_from")
