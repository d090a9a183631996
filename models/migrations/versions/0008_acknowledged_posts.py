"""Posts that need attention can be acknowledged: when, and by whom"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("post") as table:
        table.add_column(sa.Column("acknowledged_at", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("acknowledged_by", sa.Text()))


def downgrade() -> None:
    with op.batch_alter_table("post") as table:
        table.drop_column("acknowledged_by")
        table.drop_column("acknowledged_at")
