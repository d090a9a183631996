"""The history of a post in sentences: every row that the code can write has one, in plain words."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.statuses import DeliveryStatus, PostStatus
from services.posts.history_sentences import CHANGED, HistoryRow, sentence_of
from services.posts.post_story import tell_story
from tests.paths import ROOT
from worker.planner.decisions import STEP_OF_UPLOAD, Step
from worker.planner.retry_policy import RetryAction

NOW = datetime(2026, 12, 8, 17, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WRITERS = ("models/store", "services", "scheduler", "worker")
OURS = re.compile(
    r"seat|intent|claim|backlog|horizon|reconcil|deliver|handed|provider|None|_|\{|  ",
    re.IGNORECASE,
)
CALL_OUTCOMES = ("done", *(each for each in RetryAction if each is not RetryAction.SNOOZE))
CHANGED_RULES = "It lost its slot, because the rules were changed, and waits for a free one"
HOLDS = ("waits for its account", "goes on")


def row(step: str, outcome: str, **fields: object) -> HistoryRow:
    """A row of now."""
    return HistoryRow(NOW, step, outcome, **fields)  # type: ignore[arg-type]


def literal_steps() -> Iterator[str]:
    """The names of steps that stand in the code: `step="…"`, and the third of a HistoryEntry."""
    for folder in WRITERS:
        for path in (Path(ROOT) / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    yield from _steps_of(node)


def _steps_of(call: ast.Call) -> Iterator[str]:
    named = [each.value for each in call.keywords if each.arg == "step"]
    if ast.unparse(call.func).endswith("HistoryEntry"):
        named += call.args[2:3]
    for each in named:
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def written_rows() -> list[HistoryRow]:
    """Every step with every outcome that the code can write."""
    of_posts = {*literal_steps()} - {"end", "hold"}
    assert {"accept", "seat", "move", "outcome", "restore", "late"} <= of_posts
    posts = [row(step, outcome) for step, outcome in product(of_posts, PostStatus)]
    files = set(STEP_OF_UPLOAD.values())
    calls = [
        row(step, outcome, subject="file 1" if step in files else "Bluesky", is_file=step in files)
        for step, outcome in product(Step, CALL_OUTCOMES)
    ]
    parts = [row("end", each, subject="Bluesky") for each in DeliveryStatus]
    return [*posts, *calls, *parts, *(row("hold", each, subject="Bluesky") for each in HOLDS)]


def test_every_row_that_the_code_can_write_has_a_sentence() -> None:
    """In plain words, with and without somebody's name, and none is the fallback."""
    ends = (DeliveryStatus.CANCELLED, DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN)
    for each in written_rows():
        sentence = sentence_of(each)
        assert not OURS.search(sentence), f"{each} → {sentence}"
        assert sentence[0].isupper()
        if each.step != "end" or each.outcome in ends:
            assert not sentence.startswith(CHANGED), each


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            row(
                "move", "scheduled", by="Ana", note="to 2026-12-09 09:00 UTC, from 2026-12-08 17:00"
            ),
            "Ana moved it from Tue 8 Dec, 17:00 to Wed 9 Dec, 9:00",
        ),
        (row("move", "scheduled", note="to 2026-12-09 09:00 UTC"), "Moved to Wed 9 Dec, 9:00"),
        (
            row("move", "scheduled", by="Ana", note="to 2026-12-09 09:00 UTC, by exchange"),
            "Ana moved it to Wed 9 Dec, 9:00, and another post to its old slot",
        ),
        (
            row("edit", "scheduled", by="Ana", note="caption, title, files"),
            "Ana changed its caption, title and files",
        ),
        (row("edit", "draft", note="draft"), "Made a draft again"),
        (
            row("edit", "scheduled", note="schedule 2026-12-09T09:00"),
            "Scheduled for Wed 9 Dec, 9:00",
        ),
        (row("accept", "backlog", by="Ana"), "Ana added it to the queue"),
        (row("approve", "scheduled", by="Ana"), "Ana approved it"),
        (row("publish_now", "retry", subject="X"), "X did not answer; trying again"),
        (
            row("publish_now", "retry", subject="X", http_status=503),
            "X answered with an error; trying again",
        ),
        (row("publish_now", "give_up", subject="X"), "It failed on X"),
        (row("upload", "give_up", subject="file 2", is_file=True), "File 2 could not be used"),
        (row("hold", "goes on", subject="X"), "Its account on X works again"),
        (row("replan", "backlog"), CHANGED_RULES),
    ],
)
def test_a_sentence_says_who_did_what(found: HistoryRow, expected: str) -> None:
    """With the name of who did it, the times in the week, and the network."""
    assert sentence_of(found) == expected


def test_what_repeats_is_one_line() -> None:
    """Two networks that are tried in turn have a line each, with a count, the first and the last
    time; the newest line says when the next try comes."""
    rows = [row("accept", "scheduled")]
    for n in range(1, 6):
        at = NOW + n * MINUTE
        rows += [
            HistoryRow(at, "publish_now", "retry", "X", "answers 503", next_at=at + MINUTE),
            HistoryRow(at, "publish_now", "retry", "Bluesky", "answers 502", next_at=at + MINUTE),
        ]
    newest, other, first = tell_story(rows)
    assert {newest.text, other.text} == {
        f"{n} did not answer; trying again" for n in ("X", "Bluesky")
    }
    assert {each.times for each in (newest, other)} == {5}
    assert (newest.since, newest.at) == (NOW + MINUTE, NOW + 5 * MINUTE)
    assert newest.next_at == NOW + 6 * MINUTE
    assert first.text == "Added to go out at a fixed time"


def test_publications_stand_where_they_happened() -> None:
    """Each network has its own line; the steps between, and the sum of all, are left out."""
    rows = [
        row("accept", "backlog"),
        row("seat", "scheduled"),
        HistoryRow(NOW + MINUTE, "publish_now", "done", "Bluesky"),
        HistoryRow(NOW + 2 * MINUTE, "outcome", "partial", note="x: refused"),
    ]
    story = tell_story(rows, [("Bluesky", NOW + MINUTE)])
    assert [each.text for each in story] == [
        "It was published on some accounts only",
        "Published on Bluesky",
        "Added to the queue",
    ]
    assert (story[0].detail, story[0].is_bad) == ("x: refused", True)
    twice = [row("poll", "give_up", note="no", subject="file 1", is_file=True)]
    told = tell_story([*twice, row("outcome", "failed", note="no")])
    assert [(each.text, each.detail) for each in told] == [
        ("It failed", "no"),
        ("File 1 could not be used", None),
    ]
    everywhere = tell_story([row("outcome", "published")])
    assert [each.text for each in everywhere] == ["It was published everywhere"]


@given(st.lists(st.tuples(st.sampled_from(written_rows()), st.integers(0, 9)), max_size=30))
def test_a_story_loses_nobodys_deed(picked: list[tuple[HistoryRow, int]]) -> None:
    """Newest first; what people did is there, each time; nothing is told more often than it
    happened."""
    rows = [
        HistoryRow(NOW + n * MINUTE, each.step, each.outcome, each.subject, is_file=each.is_file)
        for n, (each, _) in enumerate(picked)
    ]
    story = tell_story(rows)
    assert [each.at for each in story] == sorted((each.at for each in story), reverse=True)
    assert sum(each.times for each in story) <= len(rows)
    deeds = [each for each in rows if each.step in ("edit", "move", "approve", "remove")]
    assert sum(each.at in {deed.at for deed in deeds} for each in story) == len(deeds)
