"""The migration that gives posts labels and a text to search in."""

from alembic import command
from sqlalchemy import select, update

from models.database import Database
from models.migrate import alembic_config
from models.store.posts import post_queries
from models.store.posts.post_filters import PostFilters
from models.tables import POST
from services.posts.search_text import SEARCHED, build_search_text
from tests.integration.store.row_factories import add_post
from tests.integration.store.test_migrations import migrate


def test_posts_of_before_are_found_by_their_texts(database: Database) -> None:
    """Each gets the text that a new post would have, and no label; the way back keeps the post."""
    post = add_post(database)
    texts = {
        "title": "Straße",
        "platform_fields": {"youtubeTitle": "Laib", "tiktokAllowDuet": "true"},
        "versions": {"x": {"caption": "KÜRZER"}, "facebook": {"media": [0]}},
        "thread": ["Żółć"],
    }
    with database.write() as session:
        session.connection().execute(update(POST).where(POST.c.id == post.id).values(**texts))
    config = alembic_config()
    with database.migration_transaction() as session:
        config.attributes["connection"] = session.connection()
        command.downgrade(config, "0017")
    migrate(database, "head")
    with database.read() as session:
        row = session.connection().execute(select(POST).where(POST.c.id == post.id)).one()
        filters = PostFilters(text="grüße kürzer żółć")
        found = post_queries.list_page(session, post.organization_id, filters)
    assert row.labels == []
    assert row.search_text == build_search_text(dict(row._mapping), [])
    assert set(SEARCHED) <= row._mapping.keys()
    assert [each.id for each in found] == [post.id]
