"""Key rotation: afterwards every stored secret is encrypted with the newest key."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from models.accounts import Connection
from models.database import Database
from models.encryption import Cipher
from models.posts import Media, Post
from models.store.tenants import stored_credentials
from models.store.tenants.key_rotation import RotationReport, reencrypt_all
from models.store.tenants.stored_credentials import ProviderCredentials
from models.webhooks import WebhookEndpoint
from tests.integration.store.row_factories import add_organization, add_post
from tests.paths import ROOT

OLD, NEW = Cipher("old"), Cipher("new")
BOTH = Cipher("new", "old")
CREDENTIALS = ProviderCredentials("acme-id", "primary-in-clear", "secondary-in-clear")
# A process that is killed when its second batch is committed.
KILLED = """
import os, signal, sys
from models.database import Database
from models.encryption import Cipher
from models.store.tenants import key_rotation
key_rotation.BATCH_SIZE = 10
batches = []
def on_batch():
    batches.append(1)
    if len(batches) == 5:
        os.kill(os.getpid(), signal.SIGKILL)
key_rotation.reencrypt_all(Database(sys.argv[1]), Cipher("new", "old"), on_batch)
"""


def link(number: int) -> str:
    """A source link with a signature."""
    return f"https://bucket.example/{number}.mp4?signature={number}"


def fill(database: Database, count: int, cipher: Cipher = OLD) -> Post:
    """An organization with its own credentials, and a video post with so many files."""
    organization_id, _ = add_organization(database)
    post = add_post(database, media=[cipher.encrypt(link(number)) for number in range(count)])
    with database.write() as session:
        stored_credentials.set_credentials(
            session, organization_id, "simulator", CREDENTIALS.encrypt(cipher)
        )
        row = session.get_one(Post, post.id)
        row.video_key = cipher.keyed_hash(link(0))
        session.add(row)
    return post


def assert_all_new(database: Database, count: int) -> None:
    """The new key alone reads everything, and finds the video by its link."""
    with database.read() as session:
        (own,) = [each for each in session.exec(select(Connection)) if each.organization_id]
        media = session.exec(select(Media).order_by(Media.position)).all()  # type: ignore[arg-type]
        post = session.exec(select(Post)).one()
    assert ProviderCredentials.decrypt(NEW, own.credentials or "") == CREDENTIALS
    assert [NEW.decrypt(each.source_url) for each in media] == [link(n) for n in range(count)]
    assert post.video_key == NEW.keyed_hash(link(0))


def test_every_secret_is_reencrypted_once(database: Database) -> None:
    """Credentials, links and the video key; a second run has nothing to do."""
    fill(database, 3)
    assert reencrypt_all(database, BOTH) == RotationReport(reencrypted=4, video_keys=1)
    assert_all_new(database, 3)
    assert reencrypt_all(database, BOTH) == RotationReport(current=4)
    assert reencrypt_all(database, NEW) == RotationReport(current=4)


def test_webhooks_are_reencrypted_too(database: Database) -> None:
    """Addresses, secrets and previous secrets."""
    organization_id, _ = add_organization(database)
    hook = WebhookEndpoint(
        organization_id=organization_id, events=[], created_at=datetime.now(UTC),
        url=OLD.encrypt("url"), secret=OLD.encrypt("new"), previous_secret=OLD.encrypt("old"),
    )  # fmt: skip
    with database.write() as session:
        session.add(hook)
    assert reencrypt_all(database, BOTH) == RotationReport(reencrypted=3)
    with database.read() as session:
        found = session.exec(select(WebhookEndpoint)).one()
    kept = (found.url, found.secret, found.previous_secret or "")
    assert [NEW.decrypt(each) for each in kept] == ["url", "new", "old"]


def test_both_keys_are_read_meanwhile(database: Database) -> None:
    """Before, in the middle and after: a process that knows both keys reads every row."""
    fill(database, 25)

    def check() -> None:
        with database.read() as session:
            for row in session.exec(select(Media)):
                assert BOTH.decrypt(row.source_url) == link(row.position)

    check()
    reencrypt_all(database, BOTH, check)


def test_the_key_of_a_video_with_an_id_is_made_of_the_id(database: Database) -> None:
    """As in the API: the hash of the id if one was given, else of the link."""
    post = fill(database, 1)
    with database.write() as session:
        row = session.get_one(Post, post.id)
        row.source_video_id, row.video_key = "video 7", OLD.keyed_hash("video 7")
        session.add(row)
    reencrypt_all(database, BOTH)
    with database.read() as session:
        assert session.get_one(Post, post.id).video_key == NEW.keyed_hash("video 7")


def test_a_rotation_that_is_killed_half_way_is_run_again(database: Database) -> None:
    """SIGKILL between two batches: some rows are new, some old, all can be read; the second run
    does the rest."""
    fill(database, 40)
    url = database.url.render_as_string(hide_password=False)
    done = subprocess.run([sys.executable, "-c", KILLED, url], cwd=ROOT, check=False, timeout=60)
    assert done.returncode == -9
    report = reencrypt_all(database, BOTH)
    assert 0 < report.reencrypted < 41
    assert report.reencrypted + report.current == 41
    assert_all_new(database, 40)


def test_unreadable_secrets_are_counted_and_stay(database: Database) -> None:
    """One row has a third key: the other rows are reencrypted, a later run can read this one."""
    fill(database, 2)
    third = Cipher("third").encrypt("https://a.example/lost")
    with database.write() as session:
        row = session.exec(select(Media).where(Media.position == 1)).one()
        row.source_url = third
        session.add(row)
    assert reencrypt_all(database, BOTH) == RotationReport(
        reencrypted=2, unreadable=1, video_keys=1
    )
    with database.read() as session:
        assert session.exec(select(Media).where(Media.position == 1)).one().source_url == third
    assert reencrypt_all(database, Cipher("new", "third")) == RotationReport(
        reencrypted=1, current=2
    )


@pytest.mark.parametrize("text", ["primary-in-clear", "secondary-in-clear", "acme-id"])
def test_nothing_shows_credentials(database: Database, text: str) -> None:
    """Neither `repr`, nor the stored form, nor the row."""
    fill(database, 1)
    with database.read() as session:
        rows = [repr(row) + str(row.credentials) for row in session.exec(select(Connection))]
    for shown in (repr(CREDENTIALS), str(CREDENTIALS), CREDENTIALS.encrypt(OLD), *rows):
        assert text not in shown
