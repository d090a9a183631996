"""Fetches media files as streams: from public addresses or our storage, checked, with limits."""

from worker.media_fetch.fetch_limits import FetchLimits
from worker.media_fetch.fetcher import Fetcher
from worker.media_fetch.source import MediaSource

__all__ = ["FetchLimits", "Fetcher", "MediaSource"]
