"""Limits of the calls to a provider: concurrency, rate, and a circuit breaker.

A circuit breaker that is open lets no calls through.
"""

from worker.provider_limits.limiter_registry import LimiterRegistry
from worker.provider_limits.worker_share import ProviderLimits

__all__ = ["LimiterRegistry", "ProviderLimits"]
