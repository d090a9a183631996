"""Which organizations have files whose source was too slow."""

from sqlalchemy import insert, select

from cli.doctor import media_sources
from config.settings import Settings
from models.database import Database
from models.posts import Upload
from models.store.posts import slow_sources
from models.tables import CONNECTION, MEDIA, UPLOAD
from tests.integration.store.row_factories import add_post
from worker.media_fetch.fetch_limits import FetchLimits
from worker.media_fetch.response import too_slow


def _add_upload(database: Database, error: str | None, status: str = "new") -> str:
    """A file of a new organization whose last try ended so; the organization's id."""
    post = add_post(database, media=["https://slow.example/a.mp4"])
    with database.write() as session:
        connection = session.connection()
        media_id = connection.execute(
            select(MEDIA.c.id).where(MEDIA.c.post_id == post.id)
        ).scalar_one()
        connection_id = connection.execute(select(CONNECTION.c.id)).scalars().all()[0]
        row = Upload(media_id=media_id, connection_id=connection_id, status=status, error=error)
        connection.execute(insert(UPLOAD).values(row.model_dump()))
    return post.organization_id


def test_organizations_with_slow_sources_are_named(database: Database) -> None:
    """Files that wait for another try after the fetcher's own error are counted; other errors and
    files that have failed are not, and doctor names the organization."""
    slow = _add_upload(database, str(too_slow(FetchLimits())))
    _add_upload(database, "the media source answered 503")
    _add_upload(database, None)
    _add_upload(database, str(too_slow(FetchLimits())), "failed")
    with database.read() as session:
        assert slow_sources.count_by_organization(session) == [(slow, "Acme", 1)]
    result = media_sources.check(Settings(), database)
    assert result.ok
    assert f"Acme ({slow}): 1" in result.message


def test_without_slow_sources_doctor_says_so(database: Database) -> None:
    """No organization is named."""
    assert media_sources.check(Settings(), database).message == "none is too slow"
