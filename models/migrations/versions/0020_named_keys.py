"""API keys have a name, scopes and an end; sessions of the pages are rows; the history says who"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ALL_SCOPES = '["read", "write", "approve"]'
# Older versions would let these keys do everything, for ever.
REVOKE_LIMITED = """
    UPDATE api_key SET revoked_at = CURRENT_TIMESTAMP
    WHERE revoked_at IS NULL
      AND (expires_at IS NOT NULL OR CAST(scopes AS TEXT) <> '["read", "write", "approve"]')
"""


def upgrade() -> None:
    with op.batch_alter_table("api_key") as table:
        table.add_column(sa.Column("name", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("scopes", sa.JSON(), nullable=False, server_default=ALL_SCOPES))
        table.add_column(sa.Column("created_by", sa.String()))
        table.add_column(sa.Column("expires_at", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("last_used_at", sa.DateTime(timezone=True)))
    with op.batch_alter_table("api_key") as table:
        table.alter_column("name", existing_type=sa.String(), server_default=None)
        table.alter_column("scopes", existing_type=sa.JSON(), server_default=None)
    _create_sessions()
    for table_name, column in (("post", "created_by"), ("attempt", "actor")):
        with op.batch_alter_table(table_name) as table:
            table.add_column(sa.Column(column, sa.String()))
    with op.batch_alter_table("social_settings") as table:
        table.add_column(sa.Column("mark_colour", sa.Integer()))
        table.add_column(sa.Column("mark_letters", sa.String()))


def _create_sessions() -> None:
    op.create_table(
        "page_session",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_page_session"),
        sa.UniqueConstraint("token_hash", name="uq_page_session_token_hash"),
    )
    op.create_index("ix_page_session_ends_at", "page_session", ["ends_at"])
    op.create_table(
        "page_session_key",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("api_key_id", sa.String(), nullable=False),
        sa.Column("organization_id", sa.String(), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["page_session.id"],
            name="fk_page_session_key_session_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["api_key_id"], ["api_key.id"], name="fk_page_session_key_api_key_id"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="fk_page_session_key_organization_id"
        ),
        sa.PrimaryKeyConstraint("session_id", "api_key_id", name="pk_page_session_key"),
    )
    op.create_index("ix_page_session_key_organization_id", "page_session_key", ["organization_id"])


def downgrade() -> None:
    with op.batch_alter_table("social_settings") as table:
        table.drop_column("mark_letters")
        table.drop_column("mark_colour")
    for table_name, column in (("post", "created_by"), ("attempt", "actor")):
        with op.batch_alter_table(table_name) as table:
            table.drop_column(column)
    op.drop_table("page_session_key")
    op.drop_table("page_session")
    op.execute(REVOKE_LIMITED)
    with op.batch_alter_table("api_key") as table:
        for name in ("last_used_at", "expires_at", "created_by", "scopes", "name"):
            table.drop_column(name)
