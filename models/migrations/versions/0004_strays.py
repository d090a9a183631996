"""Strays: transitions without an answer, which only deleting the remote post takes back; and files
of 2 GiB and more"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("delivery") as table:
        table.add_column(
            sa.Column("is_stray", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("media") as table:
        table.alter_column("size", existing_type=sa.Integer(), type_=sa.BigInteger())


def downgrade() -> None:
    with op.batch_alter_table("media") as table:
        table.alter_column("size", existing_type=sa.BigInteger(), type_=sa.Integer())
    with op.batch_alter_table("delivery") as table:
        table.drop_column("is_stray")
