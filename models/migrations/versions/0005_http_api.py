"""What the whole HTTP API remembers: accounts that are gone or disconnected, webhooks, callers' own
files, idempotency keys, and what processes count"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
SEARCHED = ("searched_calendar", "full_until", "shorts_until", "tried_until")
UNTRIED = "status = 'backlog' AND NOT is_turned_away"


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def upgrade() -> None:
    _tables()
    with op.batch_alter_table("social_settings") as table:
        table.add_column(_flag("has_webhooks"))
        table.add_column(sa.Column("searched_calendar", sa.String(), nullable=True))
        for name in SEARCHED[1:]:
            table.add_column(_instant(name, nullable=True))
        table.add_column(sa.Column("feed_token_hash", sa.String(), nullable=True))
        table.create_unique_constraint("uq_social_settings_feed_token_hash", ["feed_token_hash"])
    with op.batch_alter_table("account") as table:
        table.add_column(_flag("is_gone"))
    with op.batch_alter_table("post") as table:
        table.add_column(sa.Column("source_playlist_id", sa.String(), nullable=True))
        table.add_column(_flag("is_turned_away"))
    with op.batch_alter_table("media") as table:
        table.add_column(sa.Column("stored_file_id", sa.String(), nullable=True))
        table.create_foreign_key(
            "fk_media_stored_file_id",
            "stored_file",
            ["stored_file_id"],
            ["id"],
            ondelete="SET NULL",
        )
        table.create_index("ix_media_stored_file_id", ["stored_file_id"])
    with op.batch_alter_table("delivery") as table:
        table.add_column(sa.Column("not_carried", sa.JSON(), nullable=True))
        table.add_column(_flag("is_named"))
        table.add_column(_flag("is_held"))
    op.create_index(
        "ix_delivery_held",
        "delivery",
        ["post_id"],
        sqlite_where=sa.text("is_held = 1"),
        postgresql_where=sa.text("is_held"),
    )
    op.execute(_SETTLE_ACCOUNTS)
    with op.batch_alter_table("heartbeat") as table:
        table.add_column(sa.Column("metrics", sa.JSON(), nullable=True))
    op.create_index(
        "ix_post_untried",
        "post",
        ["organization_id", "accepted_at", "id"],
        sqlite_where=sa.text(UNTRIED),
        postgresql_where=sa.text(UNTRIED),
    )
    op.create_index("ix_post_slot", "post", ["organization_id", "scheduled_for"])
    op.create_index(
        "ix_post_published",
        "post",
        ["organization_id", "published_at"],
        sqlite_where=sa.text("published_at IS NOT NULL"),
        postgresql_where=sa.text("published_at IS NOT NULL"),
    )


# A draft stays on the account that it was made on, whatever becomes the platform's default.
_SETTLE_ACCOUNTS = """
    UPDATE delivery SET account_id = (
        SELECT account.id FROM account JOIN post ON post.workspace_id = account.workspace_id
        WHERE post.id = delivery.post_id AND account.platform = delivery.platform
            AND account.is_default
        LIMIT 1
    )
    WHERE account_id IS NULL AND (remote_id IS NOT NULL OR intent = 'create')
"""


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
        "vacancy",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True,
            nullable=False,
        ),
        sa.Column("organization_id", sa.String(), nullable=False),
        _instant("slot_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], "fk_vacancy_organization_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_vacancy"),
    )  # fmt: skip
    op.create_index("ix_vacancy_organization_id", "vacancy", ["organization_id"])
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
        sa.Column("previous_secret", sa.Text(), nullable=True),
        _instant("previous_until", nullable=True),
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
    op.drop_index("ix_post_untried", "post")
    op.drop_index("ix_post_published", "post")
    op.drop_index("ix_post_slot", "post")
    op.drop_index("ix_delivery_held", "delivery")
    columns = ("not_carried", "is_named", "is_held")
    for table, column in (("heartbeat", "metrics"), *(("delivery", name) for name in columns)):
        with op.batch_alter_table(table) as altered:
            altered.drop_column(column)
    with op.batch_alter_table("media") as altered:
        altered.drop_index("ix_media_stored_file_id")
        altered.drop_constraint("fk_media_stored_file_id", type_="foreignkey")
        altered.drop_column("stored_file_id")
    flags = (("post", "is_turned_away"), ("account", "is_gone"))
    for table, column in (("post", "source_playlist_id"), *flags):
        with op.batch_alter_table(table) as altered:
            altered.drop_column(column)
    with op.batch_alter_table("social_settings") as altered:
        altered.drop_constraint("uq_social_settings_feed_token_hash", type_="unique")
        altered.drop_column("feed_token_hash")
        altered.drop_column("has_webhooks")
        for name in SEARCHED:
            altered.drop_column(name)
    for name in (
        "webhook_delivery",
        "webhook_endpoint",
        "idempotency_key",
        "stored_file",
        "vacancy",
        "disconnected_account",
    ):
        op.drop_table(name)
