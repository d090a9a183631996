"""Posts have a title, versions for their networks and accounts, and a thread with files"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("post") as table:
        table.add_column(sa.Column("title", sa.Text(), nullable=True))
        table.add_column(sa.Column("versions", sa.JSON(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("thread", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("media") as table:
        table.add_column(sa.Column("thread_part", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("kind", sa.String(), nullable=True))
    with op.batch_alter_table("post") as table:
        table.alter_column("versions", existing_type=sa.JSON(), server_default=None)
        table.alter_column("thread", existing_type=sa.JSON(), server_default=None)
    with op.batch_alter_table("media") as table:
        table.alter_column("thread_part", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    # A file of a thread would be taken for one of the post itself.
    op.execute("DELETE FROM upload WHERE media_id IN (SELECT id FROM media WHERE thread_part > 0)")
    op.execute("DELETE FROM media WHERE thread_part > 0")
    with op.batch_alter_table("media") as table:
        table.drop_column("kind")
        table.drop_column("thread_part")
    with op.batch_alter_table("post") as table:
        table.drop_column("thread")
        table.drop_column("versions")
        table.drop_column("title")
