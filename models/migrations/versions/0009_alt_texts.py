"""Photos have an alt text"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("media", sa.Column("alt_text", sa.Text()))


def downgrade() -> None:
    with op.batch_alter_table("media") as table:
        table.drop_column("alt_text")
