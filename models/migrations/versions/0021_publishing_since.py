"""deliveries know since when they are being published"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("delivery") as table:
        table.add_column(sa.Column("publishing_since", sa.DateTime(timezone=True)))


def downgrade() -> None:
    with op.batch_alter_table("delivery") as table:
        table.drop_column("publishing_since")
