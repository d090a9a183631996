"""Media as a stream from where the person keeps it: safely reached, checked, bounded."""

from worker.media_fetch.fetch_limits import FetchLimits
from worker.media_fetch.fetcher import Fetcher
from worker.media_fetch.source import MediaSource

__all__ = ["FetchLimits", "Fetcher", "MediaSource"]
