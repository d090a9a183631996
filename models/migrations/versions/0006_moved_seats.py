"""A post that moves to another slot keeps its old seat until the provider's timer has let it go: it
may have two seats meanwhile"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
# The newest seat of a post is the one that it moved to.
_LEFT = "DELETE FROM seat WHERE id NOT IN (SELECT max(id) FROM seat GROUP BY post_id)"


def upgrade() -> None:
    with op.batch_alter_table("seat") as table:
        table.drop_constraint("uq_seat_post_id", type_="unique")
        table.create_index("ix_seat_post_id", ["post_id"])


def downgrade() -> None:
    op.execute(_LEFT)
    with op.batch_alter_table("seat") as table:
        table.drop_index("ix_seat_post_id")
        table.create_unique_constraint("uq_seat_post_id", ["post_id"])
