"""docs/states.md draws what the code allows."""

import re

from models.statuses import DELIVERY_TRANSITIONS, POST_TRANSITIONS
from tests.paths import ROOT

PAGE = ROOT / "docs" / "states.md"


def drawn(section: str) -> set[tuple[str, str]]:
    """The arrows of a section's picture."""
    text = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (found,) = [each for each in text if each.startswith(f"{section}\n")]
    return set(re.findall(r"^    (\w+) --> (\w+)", found, re.MULTILINE))


def test_every_change_of_a_post_is_drawn() -> None:
    """The picture of posts has the arrows of the table, and no other."""
    allowed = {(old.value, new.value) for old, after in POST_TRANSITIONS.items() for new in after}
    assert drawn("Post") == allowed


def test_no_change_of_a_delivery_is_made_up() -> None:
    """Every arrow in the picture of deliveries is allowed; the text names what else is."""
    allowed = {
        (old.value, new.value) for old, after in DELIVERY_TRANSITIONS.items() for new in after
    }
    assert drawn("Delivery")
    assert drawn("Delivery") <= allowed
