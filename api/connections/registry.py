"""Who holds a connection, and whose is closed for a newcomer. No I/O."""

from collections import Counter
from collections.abc import Callable
from typing import Generic, TypeVar

C = TypeVar("C")


class ConnectionRegistry(Generic[C]):
    """Keeps the connections below their limits.

    A connection belongs to a stranger until a request on it has shown credentials, and again when
    that request has ended. Where there is no place, the stranger's that has waited longest is
    closed, so that who holds connections shuts nobody out.
    """

    def __init__(self, most: int, most_of_address: int) -> None:
        self._most = most
        self._most_of_address = most_of_address
        self._addresses: dict[C, str | None] = {}
        self._counts: Counter[str] = Counter()
        # In the order in which they became strangers'.
        self._strangers: dict[C, None] = {}

    def __len__(self) -> int:
        """How many connections there are."""
        return len(self._addresses)

    def admit(self, connection: C, address: str | None, close: Callable[[C], None]) -> bool:
        """Take a connection in; False where there is no place. `address`: None if it has no limit
        of its own."""
        is_over = address is not None and self._counts[address] >= self._most_of_address
        if is_over or len(self) >= self._most:
            oldest = self._oldest_stranger(address if is_over else None)
            if oldest is None:
                return False
            self.forget(oldest)
            close(oldest)
        self._add(connection, address)
        return True

    def trust(self, connection: C) -> None:
        """The caller is known: the connection is not closed for another."""
        self._strangers.pop(connection, None)

    def distrust(self, connection: C) -> None:
        """The request has ended: the connection waits for the next one, whose it may be."""
        if connection in self._addresses:
            self._strangers.pop(connection, None)
            self._strangers[connection] = None

    def forget(self, connection: C) -> None:
        """The connection is closed; harmless to repeat."""
        address = self._addresses.pop(connection, None)
        self._strangers.pop(connection, None)
        if address is not None:
            self._counts[address] -= 1
            if not self._counts[address]:
                del self._counts[address]

    def _oldest_stranger(self, address: str | None) -> C | None:
        """The one that has waited longest, of this address or of all."""
        mine = (each for each in self._strangers if address in (None, self._addresses[each]))
        return next(mine, None)

    def _add(self, connection: C, address: str | None) -> None:
        self._addresses[connection] = address
        self._strangers[connection] = None
        if address is not None:
            self._counts[address] += 1
