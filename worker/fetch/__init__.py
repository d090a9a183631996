"""Media as a stream from where the person keeps it: safely reached, checked, bounded."""

from worker.fetch.fetcher import Fetcher
from worker.fetch.limits import FetchLimits
from worker.fetch.source import MediaSource

__all__ = ["FetchLimits", "Fetcher", "MediaSource"]
