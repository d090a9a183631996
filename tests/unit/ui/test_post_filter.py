"""The filter of posts as a query string, and what was done with many posts in words."""

from typing import get_args
from urllib.parse import parse_qs

from hypothesis import given
from hypothesis import strategies as st

from cli.posts.bulk_command import ACTIONS
from services.inputs.bulk_body import BulkAction, BulkBody
from services.posts.bulk import BulkResult
from ui.filters.post_filter import FIELDS, NO_FILTER, PostFilter, parse_post_filter
from ui.list.bulk_words import DONE, describe_outcome

VALUE = st.text(st.characters(exclude_characters=",\0", exclude_categories=["Cs"]), max_size=20)
LABELS = st.lists(VALUE.map(str.strip).filter(bool), unique=True, max_size=3).map(tuple)
NETWORKS = st.lists(st.sampled_from(["x", "facebook"]), unique=True).map(tuple)


@given(text=VALUE.map(lambda text: " ".join(text.split())), labels=LABELS, networks=NETWORKS)
def test_a_filter_comes_back_from_its_query_string(
    text: str, labels: tuple[str, ...], networks: tuple[str, ...]
) -> None:
    """Whatever was searched for; and each part can be taken off until nothing is left."""
    chosen = PostFilter(text=text, labels=labels, networks=networks)
    found = parse_qs(chosen.query_string())
    again = parse_post_filter(
        q=found.get("q", [""])[0], network=found.get("network"), label=found.get("label")
    )
    assert again == chosen
    assert bool(chosen) == bool(text or labels or networks)
    for name, value in chosen.pairs:
        again = again.without(name, value)
    assert again == NO_FILTER


def test_every_parameter_fills_a_field() -> None:
    """The parameters of the address are the fields of the filter, beside the search."""
    assert set(FIELDS.values()) | {"text"} == set(PostFilter.__slots__)


def result(post_id: str, *, is_changed: bool = True, problem: str | None = None) -> BulkResult:
    """What became of a post."""
    return BulkResult(post_id, f"Words of {post_id}", "scheduled", None, is_changed, problem)


def test_the_outcome_says_what_was_done_and_what_was_not() -> None:
    """The numbers, the reason of each that was refused, and an undo for those that changed."""
    body = BulkBody(ids=["a", "b", "c"], action="move_days", days=-1)
    results = [
        result("a"),
        result("b", is_changed=False),
        result("c", is_changed=False, problem="is full"),
    ]
    outcome = describe_outcome(body, results, "/list?q=a")
    assert outcome.sentence == "2 posts moved 1 day earlier. 1 post could not be."
    assert outcome.problems == (("Words of c", "is full"),)
    fields = {"ids": "a", "back": "/list?q=a", "action": "move_days", "days": 1}
    assert outcome.undo == {"action": "/bulk", "fields": fields}


def test_every_action_has_its_words() -> None:
    """The page says of each action what was done, and the command offers it."""
    assert set(DONE) == set(get_args(BulkAction)) == set(ACTIONS)


def test_what_cannot_be_taken_back_has_no_undo() -> None:
    """Removing, approving and retrying; and a label that every post had already."""
    removed = describe_outcome(BulkBody(ids=["a"], action="remove"), [result("a")], "/list")
    assert (removed.sentence, removed.undo) == ("1 post removed.", None)
    body = BulkBody(ids=["a"], action="add_label", label="Rye")
    assert describe_outcome(body, [result("a", is_changed=False)], "/list").undo is None
