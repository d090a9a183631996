"""Posts remember whether their history was pruned, so that pruning need not look at them again"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
UNPRUNED = "NOT is_history_pruned"


def upgrade() -> None:
    op.add_column(
        "post",
        sa.Column("is_history_pruned", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index(
        "ix_post_unpruned",
        "post",
        ["id"],
        sqlite_where=sa.text(UNPRUNED),
        postgresql_where=sa.text(UNPRUNED),
    )


def downgrade() -> None:
    op.drop_index("ix_post_unpruned", "post")
    with op.batch_alter_table("post") as table:
        table.drop_column("is_history_pruned")
