"""All candidates by name."""

from dataclasses import dataclass
from importlib import import_module

from benchmarks.beat.candidates.base import BeatCandidate


@dataclass(frozen=True, slots=True)
class CandidateEntry:
    """Where a candidate's class is (imported only when it runs), and its database."""

    title: str
    module: str
    name: str
    database: str | None
    # Whether to run it with a million rules.
    scales: bool = False

    def load(self) -> type[BeatCandidate]:
        """Import the class."""
        candidate: type[BeatCandidate] = getattr(
            import_module(f"{__package__}.{self.module}"), self.name
        )
        return candidate


CANDIDATES = {
    "ours-postgres": CandidateEntry(
        "Slotbeat, PostgreSQL", "ours", "Ours", "postgres", scales=True
    ),
    "redbeat": CandidateEntry("RedBeat", "redbeat", "RedBeat", None, scales=True),
    "ours-sqlite": CandidateEntry("Slotbeat, SQLite", "ours", "Ours", "sqlite", scales=True),
    "celery": CandidateEntry("Celery's default", "persistent", "Persistent", None),
    "django-postgres": CandidateEntry(
        "django-celery-beat, PostgreSQL", "django", "Django", "postgres"
    ),
    "django-sqlite": CandidateEntry("django-celery-beat, SQLite", "django", "Django", "sqlite"),
    "sqlalchemy-postgres": CandidateEntry(
        "sqlalchemy-celery-beat, PostgreSQL", "alchemy", "Alchemy", "postgres"
    ),
    "sqlalchemy-sqlite": CandidateEntry(
        "sqlalchemy-celery-beat, SQLite", "alchemy", "Alchemy", "sqlite"
    ),
}
