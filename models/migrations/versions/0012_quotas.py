"""A number that an organization's open posts do not exceed, for its quota"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("social_settings") as table:
        table.add_column(sa.Column("open_posts_at_most", sa.Integer()))


def downgrade() -> None:
    with op.batch_alter_table("social_settings") as table:
        table.drop_column("open_posts_at_most")
