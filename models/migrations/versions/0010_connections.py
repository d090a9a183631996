"""Connections replace workspaces: an organization has any number of them, accounts belong to
connections, deliveries to accounts, and a file has one upload for each connection"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# What was kept of a workspace, under the same names.
KEPT = (
    "id, provider, organization_id, credentials, credentials_at, refused_at, blocked_until, "
    "accounts_synced_at"
)
# The columns of a file that describe its state at the provider.
STATE = (
    "status, remote_id, uploads, confirmed_at, attempts, not_before, error, content_type, size, "
    "sha256"
)
# Its states without a row of their own.
UNTOUCHED = "media.status = 'new' AND media.attempts = 0 AND media.uploads = 0"


def upgrade() -> None:
    _create_connections()
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("connection_id", sa.String()))
    op.execute("UPDATE account SET connection_id = workspace_id")
    with op.batch_alter_table("delivery") as table:
        table.add_column(sa.Column("connection_id", sa.String()))
        table.create_foreign_key(
            "fk_delivery_connection_id", "connection", ["connection_id"], ["id"]
        )
    op.execute(_MEANT_CONNECTION)
    _create_uploads()
    with op.batch_alter_table("account") as table:
        table.drop_constraint("uq_account_workspace_id_remote_id", type_="unique")
        table.drop_constraint("fk_account_workspace_id", type_="foreignkey")
        table.drop_index("ix_account_workspace_id")
        table.drop_column("workspace_id")
        table.alter_column("connection_id", existing_type=sa.String(), nullable=False)
        table.create_foreign_key(
            "fk_account_connection_id", "connection", ["connection_id"], ["id"]
        )
        table.create_unique_constraint(
            "uq_account_connection_id_remote_id", ["connection_id", "remote_id"]
        )
        table.create_index("ix_account_connection_id", ["connection_id"])
    with op.batch_alter_table("media") as table:
        for name in STATE.split(", "):
            table.drop_column(name)
    with op.batch_alter_table("post") as table:
        table.drop_constraint("fk_post_workspace_id", type_="foreignkey")
        table.drop_column("workspace_id")
    op.drop_table("workspace")


def _instant(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def _create_connections() -> None:
    op.create_table(
        "connection",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("organization_id", sa.String(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("credentials", sa.Text(), nullable=True),
        _instant("credentials_at"),
        sa.Column("session", sa.Text(), nullable=True),
        _instant("session_claimed_until"),
        _instant("refused_at"),
        _instant("blocked_until"),
        _instant("accounts_synced_at"),
        _instant("disconnected_at"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="fk_connection_organization_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_connection"),
    )
    op.create_index("ix_connection_organization_id", "connection", ["organization_id"])
    op.execute(f"INSERT INTO connection ({KEPT}) SELECT {KEPT} FROM workspace")  # noqa: S608
    op.execute(_DISCONNECT_UNUSED)


# An organization's without credentials, and the environment's of a provider that it named before.
_DISCONNECT_UNUSED = """
    UPDATE connection SET disconnected_at = CURRENT_TIMESTAMP
    WHERE (organization_id IS NOT NULL AND credentials IS NULL)
       OR (organization_id IS NULL AND id NOT IN (
            SELECT MAX(newest.id) FROM workspace AS newest WHERE newest.organization_id IS NULL
       ))
"""

_MEANT_CONNECTION = """
    UPDATE delivery SET connection_id = (
        SELECT post.workspace_id FROM post WHERE post.id = delivery.post_id
    )
"""


def _create_uploads() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("media_id", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=True),
        sa.Column("uploads", sa.Integer(), nullable=False),
        _instant("confirmed_at"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _instant("not_before"),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("content_type", sa.String(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["media_id"], ["media.id"], name="fk_upload_media_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connection.id"], name="fk_upload_connection_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_upload"),
        sa.UniqueConstraint("media_id", "connection_id", name="uq_upload_media_id_connection_id"),
    )
    columns = ", ".join(f"media.{name}" for name in STATE.split(", "))
    op.execute(
        f"INSERT INTO upload (id, media_id, connection_id, {STATE}) "  # noqa: S608
        f"SELECT media.id, media.id, post.workspace_id, {columns} "
        f"FROM media JOIN post ON post.id = media.post_id WHERE NOT ({UNTOUCHED})"
    )


def downgrade() -> None:
    _recreate_workspaces()
    with op.batch_alter_table("post") as table:
        table.add_column(sa.Column("workspace_id", sa.String()))
    op.execute(_WORKSPACE_OF_POST)
    with op.batch_alter_table("post") as table:
        table.alter_column("workspace_id", existing_type=sa.String(), nullable=False)
        table.create_foreign_key("fk_post_workspace_id", "workspace", ["workspace_id"], ["id"])
    with op.batch_alter_table("delivery") as table:
        table.drop_constraint("fk_delivery_connection_id", type_="foreignkey")
        table.drop_column("connection_id")
    _return_media_state()
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("workspace_id", sa.String()))
    op.execute("UPDATE account SET workspace_id = connection_id")
    with op.batch_alter_table("account") as table:
        table.drop_constraint("uq_account_connection_id_remote_id", type_="unique")
        table.drop_constraint("fk_account_connection_id", type_="foreignkey")
        table.drop_index("ix_account_connection_id")
        table.drop_column("connection_id")
        table.alter_column("workspace_id", existing_type=sa.String(), nullable=False)
        table.create_foreign_key("fk_account_workspace_id", "workspace", ["workspace_id"], ["id"])
        table.create_unique_constraint(
            "uq_account_workspace_id_remote_id", ["workspace_id", "remote_id"]
        )
        table.create_index("ix_account_workspace_id", ["workspace_id"])
    op.drop_table("connection")


def _recreate_workspaces() -> None:
    op.create_table(
        "workspace",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("organization_id", sa.String(), nullable=True),
        _instant("blocked_until"),
        _instant("accounts_synced_at"),
        sa.Column("credentials", sa.Text(), nullable=True),
        _instant("credentials_at"),
        _instant("refused_at"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="fk_workspace_organization_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_workspace"),
        sa.UniqueConstraint(
            "provider", "organization_id", name="uq_workspace_provider_organization_id"
        ),
    )
    op.execute(f"INSERT INTO workspace ({KEPT}) SELECT {KEPT} FROM connection")  # noqa: S608


# The connection of its first delivery; else any that its organization could use.
_WORKSPACE_OF_POST = """
    UPDATE post SET workspace_id = COALESCE(
        (SELECT COALESCE(account.connection_id, delivery.connection_id) FROM delivery
         LEFT JOIN account ON account.id = delivery.account_id
         WHERE delivery.post_id = post.id ORDER BY delivery.id LIMIT 1),
        (SELECT connection.id FROM connection
         WHERE connection.organization_id = post.organization_id
            OR connection.organization_id IS NULL
         ORDER BY connection.disconnected_at IS NOT NULL, connection.organization_id IS NULL
         LIMIT 1)
    )
"""


def _return_media_state() -> None:
    with op.batch_alter_table("media") as table:
        table.add_column(sa.Column("status", sa.String(), nullable=False, server_default="new"))
        table.add_column(sa.Column("remote_id", sa.String()))
        table.add_column(sa.Column("content_type", sa.String()))
        table.add_column(sa.Column("size", sa.BigInteger()))
        table.add_column(sa.Column("sha256", sa.String()))
        table.add_column(sa.Column("uploads", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(_instant("confirmed_at"))
        table.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(_instant("not_before"))
        table.add_column(sa.Column("error", sa.Text()))
    columns = ", ".join(f"upload.{name}" for name in STATE.split(", "))
    of_post = (
        "FROM upload JOIN media AS file ON file.id = upload.media_id "
        "JOIN post ON post.id = file.post_id "
        "WHERE upload.media_id = media.id AND upload.connection_id = post.workspace_id"
    )
    op.execute(
        f"UPDATE media SET ({STATE}) = (SELECT {columns} {of_post}) "  # noqa: S608
        f"WHERE EXISTS (SELECT 1 {of_post})"
    )
    op.drop_table("upload")
