"""The diagrams of docs/states.md show the transitions that the code allows."""

import re

from models.statuses import DELIVERY_TRANSITIONS, POST_TRANSITIONS
from tests.paths import ROOT

PAGE = ROOT / "docs" / "states.md"


def drawn(section: str) -> set[tuple[str, str]]:
    """The arrows in the diagram of a section."""
    sections = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (text,) = [each for each in sections if each.startswith(f"{section}\n")]
    return set(re.findall(r"^    (\w+) --> (\w+)", text, re.MULTILINE))


def test_every_change_of_a_post_is_drawn() -> None:
    """The diagram of posts has exactly the transitions of POST_TRANSITIONS."""
    allowed = {(old.value, new.value) for old, after in POST_TRANSITIONS.items() for new in after}
    assert drawn("Post") == allowed


def test_no_change_of_a_delivery_is_made_up() -> None:
    """Every arrow in the diagram of deliveries is allowed; the text names the others."""
    allowed = {
        (old.value, new.value) for old, after in DELIVERY_TRANSITIONS.items() for new in after
    }
    assert drawn("Delivery")
    assert drawn("Delivery") <= allowed
