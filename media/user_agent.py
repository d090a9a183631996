"""The User-Agent of requests to other people's servers.

Many hosts refuse the User-Agent of an HTTP library, and some want to know whom to ask.
"""

from functools import cache
from importlib.metadata import version


@cache
def user_agent(contact: str | None = None) -> str:
    """Our name and version; with a URL or an e-mail address, if there is one, to ask about us."""
    purpose = f"+{contact}" if contact else "social media scheduler"
    return f"Slotbeat/{version('slotbeat')} ({purpose})"
