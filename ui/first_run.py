"""The first steps of an organization: connect an account, say when posts go out, write one.

They stand on the calendar until an account is connected and there is a post.
"""

from dataclasses import dataclass

from sqlmodel import Session

from models.store.posts import posts
from models.store.queue import queue_slots
from models.store.tenants import accounts, social_settings
from services import presenters
from ui.rules.rule_changes import fingerprint_rules


@dataclass(frozen=True, slots=True)
class FirstRun:
    """What is done. `seen`: the settings that the form of the first rules starts from."""

    accounts: int
    rules: int
    has_posts: bool
    seen: str

    @property
    def current(self) -> str:
        """The step that is next."""
        if not self.accounts:
            return "connect"
        return "post" if self.rules else "rules"


def load_first_run(session: Session, organization_id: str) -> FirstRun | None:
    """The steps; None where they are done. Who has posts without a rule needs none."""
    linked = len(accounts.list_linked(session, organization_id))
    has_posts = posts.has_any(session, organization_id)
    if linked and has_posts:
        return None
    rules = queue_slots.list_active(session, organization_id)
    row = social_settings.read_settings(session, organization_id)
    seen = fingerprint_rules(presenters.present_settings(row, rules))
    return FirstRun(linked, len(rules), has_posts, seen)
