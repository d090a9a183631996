"""Many posts of all modes, everything that can go wrong, and the count at the end."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from models.database import Database
from models.store.posts.history import ATTEMPT
from tests.acceptance.stack import PATIENT, Stack
from tests.faults.books import Books, Wish, open_books
from tests.faults.counting import take
from tests.faults.tally import Tally, is_at_rest
from tests.faults.troubles import Troubles
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis

CREW = ("web", "beat", "second beat", "worker", "second worker", "third worker")
# Of all calls at the provider 20 % fail, and of 5 % the answers are lost.
RATE = 0.25
KINDS = ("server_error", "server_error", "hang", "rate_limit", "lost_answer")
# A slot every minute: one rule may have one every five.
RULES = [{"cron": f"{first}-59/5 * * * *", "timezone": "UTC"} for first in range(5)]
QUEUE: dict[str, object] = {"queueSlots": RULES, "maxPostsPerSlot": 50}
MODES = ("publish_now",) * 5 + ("soon",) * 3 + ("next_slot",) * 2 + ("draft", "ahead")
# The share of posts after which the client edits one, or removes one.
CHANGED = 0.3
POSTS_OF_ONE = 250
# How many posts of one organization may be under way before its client pauses.
UNDER_WAY = 100
FEEDERS = 4
RETRIES = ("retry", "blocked", "restart", "look")


@dataclass
class Chaos:
    """One run on a stack that is up."""

    stack: Stack
    troubles: Troubles
    posts: int
    dice: random.Random
    shelf: list[Books] = field(default_factory=list)

    def run(self) -> Tally:
        """Feed, trouble, and wait; returns the count, whatever it is."""
        for number in range(max(2, self.posts // POSTS_OF_ONE)):
            books = open_books(self.stack, f"org {number}", self.dice.randrange(2**32), **QUEUE)
            self.shelf.append(books)
        self.troubles.begin()
        try:
            self._feed()
            self._wait(0.9, 30 + self.posts / 20)
        finally:
            self.troubles.end()
        self._wait(1, 150 + self.posts / 5)
        return take(self.stack, self.shelf)

    def _feed(self) -> None:
        """The clients work side by side, each through its own organization's posts."""
        share = -(-self.posts // len(self.shelf))
        with ThreadPoolExecutor(FEEDERS) as clients:
            for done in [clients.submit(_work, books, share) for books in self.shelf]:
                done.result()

    def _wait(self, share: float, seconds: float) -> None:
        """Until such a share of all posts is at rest, or the time is up."""
        deadline = time.monotonic() + seconds
        for books in self.shelf:
            while _resting(books) < share * len(books.accepted) and time.monotonic() < deadline:
                time.sleep(1)

    def report(self, tally: Tally) -> str:
        """The count, the kills and the retries, for people."""
        retries = self._retries()
        parts = [
            str(tally),
            _lines("troubles", self.troubles.counts),
            _lines("processes that ended by themselves", self.troubles.gave_up),
            *self.troubles.last_words[:3],
            _lines("steps by outcome", retries),
            f"kills    {sum(n for name, n in self.troubles.counts.items() if 'killed' in name)}",
            f"edits    {sum(len(wish.old_captions) for wish in self._wishes())} accepted",
            f"removals {sum(wish.removed_at is not None for wish in self._wishes())} acknowledged",
            f"retries  {sum(retries[name] for name in RETRIES)}",
        ]
        return "\n".join(parts)

    def _wishes(self) -> list[Wish]:
        return [wish for books in self.shelf for wish in books.wishes]

    def _retries(self) -> Counter[str]:
        """What became of every step that was taken at the provider."""
        database = Database(self.stack.database_url)
        query = (
            select(ATTEMPT.c.outcome, func.count())
            .where(ATTEMPT.c.duration_ms.is_not(None))
            .group_by(ATTEMPT.c.outcome)
        )
        try:
            with database.read() as session:
                return Counter({row[0]: row[1] for row in session.connection().execute(query)})
        finally:
            database.close()


@contextmanager
def running(
    folder: Path, posts: int, seed: int, postgres: Postgres | None, redis: Redis | None
) -> Iterator[Chaos]:
    """A stack that is up, on these servers, or embedded without any."""
    database_url = postgres.create_database() if postgres else None
    broker_url = redis.url if redis else None
    dice = random.Random(seed)
    with Stack(
        folder,
        database_url,
        broker_url,
        RATE,
        fault_kinds=KINDS,
        roles=CREW,
        hooked=True,
        settings=PATIENT,
    ) as stack:
        troubles = Troubles(stack, random.Random(dice.random()), postgres, redis)
        if not stack.is_distributed:
            troubles.pause = (5, 10)
        yield Chaos(stack, troubles, posts, dice)


def _work(books: Books, posts: int) -> None:
    """What one client does, until so many of its posts are known to be accepted."""
    while len(books.accepted) < posts:
        wish = books.publish(books.dice.choice(MODES))
        _change_mind(books)
        under_way = len(books.wishes) % UNDER_WAY == 0 or wish.id is None
        while under_way and len(books.accepted) - _resting(books) > UNDER_WAY:
            time.sleep(1)


def _change_mind(books: Books) -> None:
    """Now and then a recent post is edited or removed, wherever it is on its way."""
    wish = books.dice.choice(books.wishes[-20:])
    lot = books.dice.random()
    if wish.id is None or wish.is_removal_asked or lot > CHANGED:
        return
    if lot < CHANGED / 2:
        books.remove(wish)
    else:
        mode = books.dice.choice(["schedule", "schedule", "draft"])
        books.edit(wish, mode, books.dice.uniform(8, 40))


def _resting(books: Books) -> int:
    return sum(map(is_at_rest, books.posts()))


def _lines(title: str, counts: Counter[str]) -> str:
    rows = [f"  {name:<24} {count}" for name, count in sorted(counts.items())]
    return "\n".join([f"{title}:", *(rows or ["  none"])])
