"""All candidates by name."""

from dataclasses import dataclass
from importlib import import_module

from benchmarks.beat.candidates.base import Candidate


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a candidate's class is (its imports are its own), and what it runs on."""

    title: str
    module: str
    name: str
    database: str | None
    # Whether it is worth trying with a million rules.
    scales: bool = False

    def load(self) -> type[Candidate]:
        """Import the class."""
        found: type[Candidate] = getattr(import_module(f"{__package__}.{self.module}"), self.name)
        return found


CANDIDATES = {
    "ours-postgres": Entry("Slotbeat, PostgreSQL", "ours", "Ours", "postgres", scales=True),
    "redbeat": Entry("RedBeat", "redbeat", "RedBeat", None, scales=True),
    "ours-sqlite": Entry("Slotbeat, SQLite", "ours", "Ours", "sqlite", scales=True),
    "celery": Entry("Celery's default", "persistent", "Persistent", None),
    "django-postgres": Entry("django-celery-beat, PostgreSQL", "django", "Django", "postgres"),
    "django-sqlite": Entry("django-celery-beat, SQLite", "django", "Django", "sqlite"),
    "sqlalchemy-postgres": Entry(
        "sqlalchemy-celery-beat, PostgreSQL", "alchemy", "Alchemy", "postgres"
    ),
    "sqlalchemy-sqlite": Entry("sqlalchemy-celery-beat, SQLite", "alchemy", "Alchemy", "sqlite"),
}
