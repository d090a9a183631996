"""Loads and saves the search memory (`search_memory`) in the organization's settings row.

The settings columns have the names of `SearchMemory`'s fields; NULL stands for `MIN_INSTANT`.
"""

from sqlmodel import Session

from models.organizations import SocialSettings
from scheduler.seating.search_memory import MIN_INSTANT, SearchMemory


def load_search_memory(settings: SocialSettings, fingerprint: str) -> SearchMemory:
    """The stored memory; an empty one if it was stored for a calendar with another fingerprint."""
    if settings.searched_calendar != fingerprint:
        return SearchMemory()
    until = (settings.full_until, settings.shorts_until, settings.tried_until)
    return SearchMemory(*(each or MIN_INSTANT for each in until))


def save_search_memory(
    session: Session, settings: SocialSettings, fingerprint: str, memory: SearchMemory
) -> None:
    """Store the memory for this calendar. `settings` must be the locked row."""
    if memory != load_search_memory(settings, fingerprint):
        settings.searched_calendar = fingerprint
        for column in SearchMemory.__slots__:
            until = getattr(memory, column)
            setattr(settings, column, None if until == MIN_INSTANT else until)
        session.add(settings)
    session.flush()


def reset_search_memory(session: Session, settings: SocialSettings) -> None:
    """Make the next search start from the beginning. `settings` must be the locked row."""
    settings.searched_calendar = None
    session.add(settings)
    session.flush()
