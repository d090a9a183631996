"""The operator can switch an organization off, and ask for its deletion"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("social_settings") as table:
        table.add_column(sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("suspended_by", sa.String(), nullable=True))
        table.add_column(sa.Column("deletion_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(
            sa.Column("is_deletion_forced", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("social_settings") as table:
        table.alter_column("is_deletion_forced", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    # This kind of job is not known there.
    op.execute("DELETE FROM job WHERE kind = 'organization'")
    with op.batch_alter_table("social_settings") as table:
        table.drop_column("is_deletion_forced")
        table.drop_column("deletion_at")
        table.drop_column("suspended_by")
        table.drop_column("suspended_at")
