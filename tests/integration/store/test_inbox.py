"""Posts that need a person: found, counted, and without reading the history."""

from datetime import UTC, datetime

from sqlalchemy import select, text, update

from models.database import Database
from models.statuses import PostStatus
from models.store.posts import inbox
from models.store.posts.needs import Need, needs_person
from models.tables import DELIVERY, POST
from tests.integration.store.row_factories import add_post

NEEDED = {
    PostStatus.FAILED: Need.FAILED,
    PostStatus.PARTIAL: Need.FAILED,
    PostStatus.PENDING_APPROVAL: Need.APPROVAL,
    PostStatus.CHANGES_REQUESTED: Need.CHANGES,
    PostStatus.MISSED: Need.MISSED,
    PostStatus.UNKNOWN: Need.UNKNOWN,
}


def test_what_needs_a_person_is_counted_and_listed_once(database: Database) -> None:
    """By its status, until somebody acknowledges it; or because an account of it cannot be used,
    while it still has to go out. Other organizations' posts are not counted, and more than the
    limit neither."""
    posts = {
        status: add_post(database, status, platforms=("x", "bluesky")) for status in PostStatus
    }
    owner = posts[PostStatus.FAILED].organization_id
    seen = add_post(database, PostStatus.FAILED)
    add_post(database, PostStatus.FAILED)  # somebody else's
    with database.write() as session:
        ids = [post.id for post in (*posts.values(), seen)]
        own = update(POST).where(POST.c.id.in_(ids)).values(organization_id=owner)
        session.connection().execute(own)
        now = datetime.now(UTC)
        acknowledged = update(POST).where(POST.c.id == seen.id).values(acknowledged_at=now)
        session.connection().execute(acknowledged)
        session.connection().execute(update(DELIVERY).values(is_held=True))
    held = {posts[PostStatus.SCHEDULED].id, posts[PostStatus.PUBLISHING].id}
    with database.read() as session:
        listed = {
            need: {post.id for post in inbox.list_posts(session, owner, need, 99)} for need in Need
        }
        counts = inbox.count_by_need(session, owner)
        assert inbox.count(session, owner, 100) == sum(counts.values()) == len(NEEDED) + 2
        assert inbox.count(session, owner, 3) == 3
        everything = select(POST.c.id).where(POST.c.organization_id == owner, needs_person())
        found = set(session.connection().execute(everything).scalars())
    expected = {need: {posts[each].id for each in NEEDED if NEEDED[each] is need} for need in Need}
    assert listed == {**expected, Need.HELD: held}
    assert counts == {need: len(ids) for need, ids in listed.items()}
    assert found == set().union(*listed.values())


def test_the_count_reads_an_index_of_what_is_open(database: Database) -> None:
    """Neither what was published nor what was acknowledged costs anything."""
    owner = add_post(database).organization_id
    query = select(POST.c.id).where(POST.c.organization_id == owner, needs_person([Need.FAILED]))
    with database.read() as session:
        connection = session.connection()
        if not database.is_sqlite:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        compiled = query.compile(connection, compile_kwargs={"literal_binds": True})
        word = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        rows = connection.exec_driver_sql(f"{word} {compiled}")
        assert "ix_post_inbox" in "\n".join(str(tuple(row)) for row in rows)
