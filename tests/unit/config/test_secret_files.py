"""Secrets in files: those from a container platform, and the key that Slotbeat creates."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from threading import Barrier

import pytest

from config import secret_key as module
from config.secret_key import secret_key
from config.settings import PREFIX, SECRETS, BadSettings, Settings, load_settings

AT_ONCE = 8
URLS = {
    "database_url": "sqlite:////x/slotbeat.db",
    "broker_url": "redis://:secret@h/0",
    "rate_limit_url": "redis://:secret@h/1",
}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the machine's own SLOTBEAT_ variables."""
    for name in [name for name in os.environ if name.upper().startswith(PREFIX)]:
        monkeypatch.delenv(name)


def settings_in(folder: Path) -> Settings:
    """Settings with a SQLite database in a folder that may not exist yet."""
    return load_settings(database_url=f"sqlite:///{folder / 'slotbeat.db'}")


def key_in(folder: Path) -> str:
    """The key as another process reads or creates it."""
    return secret_key(settings_in(folder))


@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_can_come_from_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    """The line end that editors add is removed; the variable itself takes precedence."""
    file, value = tmp_path / "secret", URLS.get(name, "from the secret file")
    file.write_text(f"{value}\n", encoding="utf-8")
    monkeypatch.setenv(f"{PREFIX}{name.upper()}_FILE", str(file))
    assert _plain(load_settings(), name) == value
    other = value.replace("secret", "other").replace("/x/", "/y/").replace("from", "not from")
    monkeypatch.setenv(f"{PREFIX}{name.upper()}", other)
    assert _plain(load_settings(), name) == other


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00secret"])
def test_a_file_that_cannot_be_read_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    """A file that is missing, empty or not text is an error that names the variable."""
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv(PREFIX + "SECRET_KEY_FILE", str(file))
    with pytest.raises(BadSettings, match="SLOTBEAT_SECRET_KEY_FILE"):
        load_settings()


def test_a_key_is_made_once_and_kept(tmp_path: Path) -> None:
    """The first use creates 256 random bits; later uses read the same."""
    key = key_in(tmp_path / "new" / "folder")
    assert len(bytes.fromhex(key)) == 32
    assert key_in(tmp_path / "new" / "folder") == key
    assert key_in(tmp_path / "another") != key


def test_the_key_is_its_owners_alone(tmp_path: Path) -> None:
    """Nobody else can read the file, whatever the umask, and no temporary file is left."""
    before = os.umask(0)
    try:
        key_in(tmp_path)
    finally:
        os.umask(before)
    assert [file.name for file in tmp_path.iterdir()] == ["slotbeat.db.key"]
    assert stat.S_IMODE((tmp_path / "slotbeat.db.key").stat().st_mode) == 0o600


@pytest.mark.parametrize("_round", range(10))
def test_threads_that_race_agree(tmp_path: Path, _round: int) -> None:
    """Several threads at once all get the one key that is stored."""
    barrier = Barrier(AT_ONCE)

    def ask(_number: int) -> str:
        barrier.wait()
        return key_in(tmp_path)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        keys = set(threads.map(ask, range(AT_ONCE)))
    assert keys == {(tmp_path / "slotbeat.db.key").read_text("ascii")}


def test_processes_that_race_agree(tmp_path: Path) -> None:
    """The same for processes: API, beat and worker start with a new database at once."""
    with get_context("spawn").Pool(3) as processes:
        keys = set(processes.map(key_in, [tmp_path] * 9, chunksize=1))
    assert len(keys) == 1


def test_a_key_that_is_given_wins_and_makes_no_file(tmp_path: Path) -> None:
    """The environment's key is used unchanged."""
    given = settings_in(tmp_path).model_copy(
        update={"secret_key": load_settings(secret_key="given by somebody").secret_key}
    )
    assert secret_key(given) == "given by somebody"
    assert not list(tmp_path.iterdir())


def test_an_empty_key_is_no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`SLOTBEAT_SECRET_KEY=` in a compose file must not mean an empty key."""
    monkeypatch.setenv(PREFIX + "SECRET_KEY", "")
    assert len(key_in(tmp_path)) == 64


def test_a_blank_key_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Spaces alone are a mistake, not a secret."""
    monkeypatch.setenv(PREFIX + "SECRET_KEY", "  ")
    with pytest.raises(BadSettings, match="SLOTBEAT_SECRET_KEY"):
        key_in(tmp_path)


@pytest.mark.parametrize("content", ["", "short"])
def test_a_key_file_without_a_key_is_refused(tmp_path: Path, content: str) -> None:
    """An empty or cut file is named; it must not become an empty key."""
    path = tmp_path / "slotbeat.db.key"
    path.write_text(content, encoding="ascii")
    with pytest.raises(BadSettings, match=f"{path} must hold a key of at least 16 characters"):
        key_in(tmp_path)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """Where the key cannot be stored, the error names the path and the reason."""
    (tmp_path / "file").touch()
    with pytest.raises(BadSettings, match=r"SLOTBEAT_DATABASE_URL.*/file"):
        key_in(tmp_path / "file")
    assert module.secret_key is secret_key


def _plain(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    return str(value if isinstance(value, str) else value.get_secret_value())
