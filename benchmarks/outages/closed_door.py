"""Takes the port of a server that is away, ends each connection at once, and counts it."""

import socket
import threading
from collections import Counter
from pathlib import Path
from typing import Self


class ClosedDoor:
    """Counts connections by process id, for the processes that it is told of (Linux)."""

    def __init__(self, port: int, pids: dict[str, int]) -> None:
        self._pids = pids
        self.attempts: Counter[str] = Counter()
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self._socket.listen(128)
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, (_, port) = self._socket.accept()
            except OSError:
                return
            self.attempts[self._owner(_inode(port))] += 1
            connection.close()

    def _owner(self, inode: str) -> str:
        link = f"socket:[{inode}]"
        for name, pid in self._pids.items():
            for entry in Path(f"/proc/{pid}/fd").iterdir():
                try:
                    if str(entry.readlink()) == link:
                        return name
                except OSError:  # closed meanwhile
                    continue
        return "?"


def _inode(port: int) -> str:
    """The inode of the client's socket with this local port."""
    ending = f":{port:04X}"
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        fields = line.split()
        if fields[1].endswith(ending):
            return fields[9]
    return ""
