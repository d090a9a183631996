"""Jobs know their organization: organizations share the dispatch window and the places at work"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INDEX = "ix_job_organization_due"
# The organization of a job, by its kind. The others are the installation's.
OWNERS = {
    "post": "SELECT post.organization_id FROM post WHERE post.id = job.subject_id",
    "firing": (
        "SELECT queue_slot.organization_id FROM firing "
        "JOIN queue_slot ON queue_slot.id = firing.queue_slot_id "
        "WHERE firing.id = CAST(job.subject_id AS BIGINT)"
    ),
    "accounts": (
        "SELECT connection.organization_id FROM connection WHERE connection.id = job.subject_id"
    ),
    "queue": "SELECT organization.id FROM organization WHERE organization.id = job.subject_id",
    "webhook": (
        "SELECT webhook_endpoint.organization_id FROM webhook_delivery "
        "JOIN webhook_endpoint ON webhook_endpoint.id = webhook_delivery.endpoint_id "
        "WHERE webhook_delivery.id = job.subject_id"
    ),
}


def upgrade() -> None:
    op.add_column(
        "job", sa.Column("organization_id", sa.String(), nullable=False, server_default="")
    )
    for kind, owner in OWNERS.items():
        op.execute(
            f"UPDATE job SET organization_id = COALESCE(({owner}), '') "  # noqa: S608  (our names)
            f"WHERE job.kind = '{kind}'"
        )
    is_due = sa.text("wake_at IS NOT NULL")
    op.create_index(
        INDEX,
        "job",
        ["organization_id", "wake_at"],
        sqlite_where=is_due,
        postgresql_where=is_due,
    )


def downgrade() -> None:
    op.drop_index(INDEX, "job")
    with op.batch_alter_table("job") as table:
        table.drop_column("organization_id")
