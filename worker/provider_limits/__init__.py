"""Limits of the calls to a provider: concurrency, rate, and a circuit breaker."""

from worker.provider_limits.limiter_registry import LimiterRegistry
from worker.provider_limits.worker_share import ProviderLimits

__all__ = ["LimiterRegistry", "ProviderLimits"]
