"""Sessions of the pages as rows: make them older, count them."""

from datetime import timedelta

from sqlalchemy import func, select, update

from models.database import Database
from models.encryption import Cipher
from models.store.tenants.page_sessions import hash_token
from models.tables import PAGE_SESSION
from tests.integration.live_server import SECRET
from ui.sign_in import session


def age_session(database: Database, cookie: str, by: timedelta) -> None:
    """Let the session of a cookie be used last so much earlier."""
    token = session.decode(cookie, Cipher(SECRET))
    assert token is not None
    own = PAGE_SESSION.c.token_hash == hash_token(token)
    with database.write() as writing:
        connection = writing.connection()
        columns = PAGE_SESSION.c.last_seen_at, PAGE_SESSION.c.ends_at
        seen, ends = connection.execute(select(*columns).where(own)).one()
        values = {"last_seen_at": seen - by, "ends_at": ends - by}
        connection.execute(update(PAGE_SESSION).where(own).values(**values))


def count_sessions(database: Database) -> int:
    """How many sessions are stored."""
    with database.read() as reading:
        query = select(func.count()).select_from(PAGE_SESSION)
        return reading.connection().execute(query).scalar_one()
