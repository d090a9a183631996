"""What the whole HTTP API remembers: accounts that are gone or disconnected, webhooks, callers' own
files, idempotency keys, and what processes count"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def upgrade() -> None:
    _tables()
    with op.batch_alter_table("social_settings") as table:
        table.add_column(_flag("has_webhooks"))
        table.add_column(sa.Column("feed_token_hash", sa.String(), nullable=True))
        table.create_unique_constraint("uq_social_settings_feed_token_hash", ["feed_token_hash"])
    with op.batch_alter_table("account") as table:
        table.add_column(_flag("is_gone"))
    with op.batch_alter_table("post") as table:
        table.add_column(sa.Column("source_playlist_id", sa.String(), nullable=True))
    with op.batch_alter_table("media") as table:
        table.add_column(sa.Column("stored_file_id", sa.String(), nullable=True))
        table.create_foreign_key(
            "fk_media_stored_file_id", "stored_file", ["stored_file_id"], ["id"]
        )
        table.create_index("ix_media_stored_file_id", ["stored_file_id"])
    with op.batch_alter_table("delivery") as table:
        table.add_column(sa.Column("not_carried", sa.JSON(), nullable=True))
    with op.batch_alter_table("heartbeat") as table:
        table.add_column(sa.Column("metrics", sa.JSON(), nullable=True))


def _tables() -> None:
    op.create_table(
        "disconnected_account",
        sa.Column("organization_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        _instant("at"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], "fk_disconnected_account_organization_id"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], "fk_disconnected_account_account_id"
        ),
        sa.PrimaryKeyConstraint("organization_id", "account_id", name="pk_disconnected_account"),
    )
    op.create_table(
        "stored_file",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organization_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        _instant("created_at"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], "fk_stored_file_organization_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_stored_file"),
    )
    op.create_index("ix_stored_file_organization_id", "stored_file", ["organization_id"])
    op.create_index("ix_stored_file_created_at", "stored_file", ["created_at"])
    op.create_table(
        "idempotency_key",
        sa.Column("organization_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        _instant("lease_until"),
        sa.Column("answer", sa.Text(), nullable=True),
        _instant("created_at"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], "fk_idempotency_key_organization_id"
        ),
        sa.PrimaryKeyConstraint("organization_id", "key", name="pk_idempotency_key"),
    )
    op.create_index("ix_idempotency_key_created_at", "idempotency_key", ["created_at"])
    _webhooks()


def _webhooks() -> None:
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organization_id", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("disabled_reason", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        _instant("failing_since", nullable=True),
        _instant("created_at"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], "fk_webhook_endpoint_organization_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_endpoint"),
    )
    op.create_index("ix_webhook_endpoint_organization_id", "webhook_endpoint", ["organization_id"])
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("endpoint_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_http_status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        _instant("created_at"),
        _instant("delivered_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["webhook_endpoint.id"],
            "fk_webhook_delivery_endpoint_id", ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_delivery"),
    )  # fmt: skip
    op.create_index("ix_webhook_delivery_endpoint", "webhook_delivery", ["endpoint_id", "id"])


def downgrade() -> None:
    for table, column in (("heartbeat", "metrics"), ("delivery", "not_carried")):
        with op.batch_alter_table(table) as altered:
            altered.drop_column(column)
    with op.batch_alter_table("media") as altered:
        altered.drop_index("ix_media_stored_file_id")
        altered.drop_constraint("fk_media_stored_file_id", type_="foreignkey")
        altered.drop_column("stored_file_id")
    for table, column in (("post", "source_playlist_id"), ("account", "is_gone")):
        with op.batch_alter_table(table) as altered:
            altered.drop_column(column)
    with op.batch_alter_table("social_settings") as altered:
        altered.drop_constraint("uq_social_settings_feed_token_hash", type_="unique")
        altered.drop_column("feed_token_hash")
        altered.drop_column("has_webhooks")
    for name in (
        "webhook_delivery",
        "webhook_endpoint",
        "idempotency_key",
        "stored_file",
        "disconnected_account",
    ):
        op.drop_table(name)
