"""Media as a stream from where the person keeps it: safely reached, checked, bounded."""

from worker.fetch.fetcher import Fetcher
from worker.fetch.limits import Limits
from worker.fetch.source import Source

__all__ = ["Fetcher", "Limits", "Source"]
