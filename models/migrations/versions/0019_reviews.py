"""What a person decided on a post that waited for approval; posts that go back to their writer"""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INDEX: Final = "ix_post_inbox"
IS_IN_INBOX: Final = (
    "acknowledged_at IS NULL AND status IN ('pending_approval', 'changes_requested',"
    " 'failed', 'missed', 'unknown', 'partial')"
)


def upgrade() -> None:
    with op.batch_alter_table("post") as table:
        table.add_column(sa.Column("review_state", sa.String()))
        table.add_column(sa.Column("review_comment", sa.Text()))
        table.add_column(sa.Column("reviewed_by", sa.Text()))
        table.add_column(sa.Column("reviewed_at", sa.DateTime(timezone=True)))
    op.create_index(
        INDEX,
        "post",
        ["organization_id", "status"],
        sqlite_where=sa.text(IS_IN_INBOX),
        postgresql_where=sa.text(IS_IN_INBOX),
    )


def downgrade() -> None:
    # This status is not known there: such a post waits for its approval again.
    op.execute("UPDATE post SET status = 'pending_approval' WHERE status = 'changes_requested'")
    op.drop_index(INDEX, "post")
    with op.batch_alter_table("post") as table:
        table.drop_column("reviewed_at")
        table.drop_column("reviewed_by")
        table.drop_column("review_comment")
        table.drop_column("review_state")
