"""A process that accepts posts for the next free slot, each in a transaction of its own.

Arguments: the database's URL, the organization's id, how many posts, and a file that starts it.
"""

import sys
import time
from pathlib import Path

from models.database import Database
from tests.integration.scheduler.queue_factories import queue_post


def main(url: str, organization_id: str, count: int, go: Path) -> None:
    """Queue the posts, one after the other."""
    database = Database(url)
    database.ping()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while not go.exists():
        time.sleep(0.005)
    for _ in range(count):
        queue_post(database, organization_id)
    database.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
