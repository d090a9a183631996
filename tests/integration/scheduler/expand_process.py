"""A process that expands due rules in small batches, until it is killed or a file tells it to stop.

Arguments: the database's URL, a file that starts it when it appears, and one that stops it.
"""

import sys
import time
from datetime import timedelta
from pathlib import Path

from models.database import Database
from scheduler import expand

# Small, so that a kill is more often inside a transaction than between two.
expand.BATCH_SIZE = 5


def main(url: str, go: Path, stop: Path) -> None:
    """Expand in a loop."""
    database = Database(url)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while not go.exists():
        time.sleep(0.005)
    while not stop.exists():
        if not expand.expand_due_rules(database, timedelta(hours=24)):
            time.sleep(0.01)
    database.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
