"""Posts have labels, and a text to search in"""

import unicodedata
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BATCH = 1_000
MAX_LENGTH = 20_000
DATELESS = sa.text("scheduled_for IS NULL AND published_at IS NULL")
POST = sa.table(
    "post",
    sa.column("id", sa.String()),
    sa.column("caption", sa.Text()),
    sa.column("title", sa.Text()),
    sa.column("platform_fields", sa.JSON()),
    sa.column("versions", sa.JSON()),
    sa.column("thread", sa.JSON()),
    sa.column("search_text", sa.Text()),
)


def upgrade() -> None:
    with op.batch_alter_table("post") as table:
        table.add_column(sa.Column("labels", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("search_text", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("post") as table:
        table.alter_column("labels", existing_type=sa.JSON(), server_default=None)
        table.alter_column("search_text", existing_type=sa.Text(), server_default=None)
    op.create_index(
        "ix_post_dateless",
        "post",
        ["organization_id", "accepted_at"],
        sqlite_where=DATELESS,
        postgresql_where=DATELESS,
    )
    op.create_table(
        "post_label",
        sa.Column("post_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("organization_id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name="fk_post_label_post_id"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="fk_post_label_organization_id"
        ),
        sa.PrimaryKeyConstraint("post_id", "key", name="pk_post_label"),
    )
    op.create_index(
        "ix_post_label_key", "post_label", ["organization_id", "key", "label", "post_id"]
    )
    _fill_search_texts()


def downgrade() -> None:
    op.drop_table("post_label")
    op.drop_index("ix_post_dateless", table_name="post")
    with op.batch_alter_table("post") as table:
        table.drop_column("search_text")
        table.drop_column("labels")


def _fill_search_texts() -> None:
    connection = op.get_bind()
    changed = (
        sa.update(POST)
        .where(POST.c.id == sa.bindparam("post_id"))
        .values(search_text=sa.bindparam("found"))
    )
    for rows in _batches(connection):
        connection.execute(
            changed, [{"post_id": row.id, "found": _search_text(row)} for row in rows]
        )


def _batches(connection: sa.Connection) -> Iterator[list[Any]]:
    last = ""
    while True:
        query = sa.select(POST).where(POST.c.id > last).order_by(POST.c.id).limit(BATCH)
        rows = list(connection.execute(query))
        if not rows:
            return
        yield rows
        last = rows[-1].id


def _search_text(row: Any) -> str:  # noqa: ANN401  (a row of this table)
    titles = [text for name, text in row.platform_fields.items() if name.endswith("Title")]
    versions = [each["caption"] for each in row.versions.values() if each.get("caption")]
    texts = [row.title or "", *titles, row.caption, *versions, *row.thread]
    return _fold("\n".join(texts))[:MAX_LENGTH]


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.split())
