"""Credentials of organizations, and when a provider refused them"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("workspace") as table:
        table.add_column(sa.Column("credentials", sa.Text(), nullable=True))
        for name in ("credentials_at", "refused_at"):
            table.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("workspace") as table:
        for name in ("credentials", "credentials_at", "refused_at"):
            table.drop_column(name)
