"""An edit can take a network or an account off a post that has something there"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("delivery") as table:
        table.add_column(
            sa.Column("is_removed", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("delivery") as table:
        table.alter_column("is_removed", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("delivery") as table:
        table.drop_column("is_removed")
