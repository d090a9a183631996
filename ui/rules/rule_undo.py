"""The form that takes a change of the weekly grid back. Pure."""

from typing import Any, Final, TypeAlias

from ui.forms import FormValues
from ui.rules.rule_changes import Document, RuleChange

Undo: TypeAlias = dict[str, Any]
_WEEKLY: Final = ("dayOfWeek", "time", "timezone")


def undo_of(
    change: RuleChange, before: Document, after: Document, values: FormValues
) -> Undo | None:
    """The path and the fields of the form; None for a change that has no single opposite. `before`
    and `after`: the settings."""
    old, new = before["queueSlots"], after["queueSlots"]
    if change == RuleChange.REMOVE:
        gone = old[int(values["number"])]
        fields = {name: str(gone[name]) for name in _WEEKLY if name in gone}
        return {"action": "/rules/add", "fields": fields} if "dayOfWeek" in gone else None
    added = [number for number, rule in enumerate(new) if rule not in old]
    if change == RuleChange.ADD and len(added) == 1:
        return {"action": "/rules/remove", "fields": {"number": str(added[0])}}
    return None
