"""What became of many posts, in words, with the form that takes it back. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.inputs.bulk_body import BulkAction, BulkBody
from services.posts.bulk import BulkResult
from ui.list.list_query import LIST_PATH

# What was done, behind the number of posts.
DONE: Final[dict[BulkAction, str]] = {
    "approve": "approved",
    "request_changes": "sent back to the writer",
    "reject": "rejected",
    "submit": "submitted",
    "queue": "moved to the queue",
    "release": "released",
    "move_days": "moved",
    "add_label": "labelled",
    "remove_label": "without the label",
    "remove": "removed",
    "retry": "tried again",
    "acknowledge": "left as it is",
}


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """`undo`: the fields of the form that takes it back; None where nothing can."""

    sentence: str
    problems: tuple[tuple[str, str], ...]
    undo: dict[str, Any] | None


def describe_outcome(body: BulkBody, results: Sequence[BulkResult], back: str) -> BulkOutcome:
    """The sentence and the problems by post."""
    refused = [each for each in results if each.problem is not None]
    done = len(results) - len(refused)
    sentence = f"{count_posts(done)} {DONE[body.action]}{_details(body)}."
    if refused:
        sentence += f" {count_posts(len(refused))} could not be."
    problems = tuple((each.words or "A post", each.problem or "") for each in refused)
    return BulkOutcome(sentence, problems, _undo(body, results, back))


def count_posts(count: int) -> str:
    """`1 post`, `12 posts`, `No post`."""
    return {0: "No post", 1: "1 post"}.get(count) or f"{count} posts"


def _details(body: BulkBody) -> str:
    if body.action == "move_days":
        days = abs(body.days or 0)
        unit = "day" if days == 1 else "days"
        return f" {days} {unit} {'later' if (body.days or 0) > 0 else 'earlier'}"
    return f" “{body.label}”" if body.label else ""


def _undo(body: BulkBody, results: Sequence[BulkResult], back: str) -> dict[str, Any] | None:
    """Only what was changed is changed back."""
    changed = ",".join(each.post_id for each in results if each.is_changed)
    opposite: dict[BulkAction, dict[str, object]] = {
        "add_label": {"action": "remove_label", "label": body.label},
        "remove_label": {"action": "add_label", "label": body.label},
        "move_days": {"action": "move_days", "days": -(body.days or 0)},
    }
    if not changed or body.action not in opposite:
        return None
    fields = {"ids": changed, "back": back or LIST_PATH, **opposite[body.action]}
    return {"action": "/bulk", "fields": fields}
