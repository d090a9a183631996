"""A private Redis server."""

from pathlib import Path
from signal import SIGTERM

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.servers.binaries import Source, redis_binary
from tests.servers.server import Server
from tests.servers.server_account import temporary_directory


class Redis(Server):
    """Redis without persistence, or with `appendonly` one that stores every answered write.

    `source` allows the program of the machine or of the wheel only.
    """

    stop_signal = SIGTERM

    def __init__(self, *, appendonly: bool = False, source: Source | None = None) -> None:
        self._program, self.source = redis_binary(source)
        super().__init__(temporary_directory("slotbeat-redis-", None), None)
        self._appendonly = appendonly
        self._data = self.directory / "data"
        self._data.mkdir()

    @property
    def url(self) -> str:
        """The address of this server's database 0."""
        return f"redis://127.0.0.1:{self.port}/0"

    def client(self) -> redis.Redis:
        """Return a new client with text answers, which the caller closes.

        It does not retry: in these tests a dead server is expected.
        """
        return redis.Redis.from_url(
            self.url, decode_responses=True, socket_timeout=30, retry=Retry(NoBackoff(), 0)
        )

    def start(self) -> None:
        """Start with the data that is on disk; nothing happens if it runs already."""
        super().start()
        # `restart` writes it to be read once: a later crash must not restore it.
        (self._data / "dump.rdb").unlink(missing_ok=True)

    def restart(self, *, empty: bool = False) -> None:
        """Start again on the same port, with all data or, if `empty`, with none.

        A killed server has only the data of its append-only file.
        """
        if not empty and not self._appendonly and self.running:
            self._save()
        self.stop()
        if empty:
            self._wipe()
        self.start()

    def flush(self) -> None:
        """Delete all keys of all databases."""
        with self.client() as client:
            client.flushall()

    def _save(self) -> None:
        with self.client() as client:
            client.save()

    def _wipe(self) -> None:
        for path in sorted(self._data.rglob("*"), reverse=True):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink()

    def _command(self) -> list[str | Path]:
        settings = {
            "port": str(self.port),
            "bind": "127.0.0.1",
            "dir": str(self._data),
            "save": "",
            "appendonly": "yes" if self._appendonly else "no",
            # With "everysec" a kill could lose answered writes of the last second.
            "appendfsync": "always",
            "daemonize": "no",
        }
        arguments = [part for name in settings for part in (f"--{name}", settings[name])]
        return [self._program, *arguments]

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.ConnectionError:  # refused, or still loading its data
            return False
