"""What a test can read: the rows of a post, and the simulator's state."""

from collections.abc import Callable
from typing import Any

import httpx
from sqlalchemy import select
from sqlmodel import Session, col
from sqlmodel import select as select_model

from models.database import Database
from models.posts import Delivery, Media, Post, Upload
from models.statuses import PostStatus
from models.store.jobs import job_queue
from models.store.posts import history
from models.store.posts.history import HistoryEntry
from models.tables import JOB
from models.task_names import JobKind
from simulator import Simulator


class PipelineObserver:
    """Reads a database and a simulator, and injects faults into the simulator."""

    def __init__(self, database: Database, simulator: Simulator) -> None:
        self.database, self.simulator = database, simulator
        self.http = httpx.Client()

    def _read(self, look: Callable[[Session], Any]) -> Any:  # noqa: ANN401
        with self.database.read() as session:
            return look(session)

    def post(self, post_id: str) -> Post:
        """A post's current row."""
        found: Post = self._read(lambda session: session.get_one(Post, post_id))
        return found

    def deliveries(self, post: Post) -> dict[str, Delivery]:
        """A post's deliveries, by platform."""
        query = select_model(Delivery).where(Delivery.post_id == post.id)
        rows: list[Delivery] = self._read(lambda session: session.exec(query).all())
        return {row.platform: row for row in rows}

    def media(self, post: Post) -> list[Media]:
        """A post's files."""
        query = select_model(Media).where(Media.post_id == post.id)
        found: list[Media] = self._read(lambda session: session.exec(query).all())
        return found

    def uploads(self, post: Post) -> list[Upload]:
        """A post's files at its connections."""
        query = select_model(Upload).join(Media, col(Media.id) == Upload.media_id)
        found: list[Upload] = self._read(
            lambda session: session.exec(query.where(Media.post_id == post.id)).all()
        )
        return found

    def history(self, post: Post) -> list[HistoryEntry]:
        """The history of a post."""
        found: list[HistoryEntry] = self._read(
            lambda session: history.list_for_post(session, post.id)
        )
        return found

    def step_outcomes(self, post: Post) -> list[str]:
        """The history in short form: `step outcome`, row by row."""
        return [f"{event.step} {event.outcome}" for event in self.history(post)]

    def read_job(self, subject_id: str) -> Any:  # noqa: ANN401
        """A subject's job."""
        query = select(JOB).where(JOB.c.subject_id == subject_id)
        return self._read(lambda session: session.connection().execute(query).one())

    def read_job_of(self, kind: JobKind, subject_id: str) -> Any:  # noqa: ANN401
        """A subject's job of this kind; a subject may have several kinds."""
        query = select(JOB).where(JOB.c.kind == kind, JOB.c.subject_id == subject_id)
        return self._read(lambda session: session.connection().execute(query).one())

    def job_id(self, post: Post) -> str:
        """The id of a post's job."""
        found: str = self._read(lambda session: job_queue.id_of(session, JobKind.POST, post.id))
        return found

    def simulator_state(self, page: str) -> Any:  # noqa: ANN401
        """A page of `/_simulator/`."""
        return self.http.get(f"{self.simulator.origin}/_simulator/{page}").json()

    def inject_fault(self, **fault: Any) -> None:  # noqa: ANN401
        """Queue a fault for one call."""
        url = f"{self.simulator.origin}/_simulator/faults"
        self.http.post(url, json=fault).raise_for_status()

    def clear_faults(self) -> None:
        """Remove all faults; an outage ends."""
        self.http.delete(f"{self.simulator.origin}/_simulator/faults").raise_for_status()

    def count_faults(self, kind: str) -> int:
        """How many faults of this kind happened."""
        return int(self.simulator_state("calls")["faults"].get(kind, 0))

    def list_publications(self, *posts: Post) -> list[tuple[str, str]]:
        """(network, remote id) of the ledger's rows; none is doubled, and all belong to these
        posts."""
        assert self.simulator_state("summary")["doubled"] == 0
        rows = [
            (row["network"], row["postId"])
            for row in self.simulator_state("ledger")["publications"]
        ]
        known = {each.remote_id for post in posts for each in self.deliveries(post).values()}
        assert {remote_id for _, remote_id in rows} <= known
        return sorted(rows)


def assert_published_once(harness: PipelineObserver, *posts: Post) -> None:
    """Every delivery of these posts is published exactly once, and rows and history agree."""
    expected = []
    for post in posts:
        assert harness.post(post.id).status == PostStatus.PUBLISHED, harness.step_outcomes(post)
        assert harness.post(post.id).published_at is not None
        assert harness.step_outcomes(post)[-1] == "outcome published"
        for platform, delivery in harness.deliveries(post).items():
            assert delivery.status == "published"
            assert (delivery.error, delivery.intent, delivery.link is None) == (None, None, False)
            expected.append((platform, delivery.remote_id))
    assert harness.list_publications(*posts) == sorted(expected)
