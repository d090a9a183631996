"""Limits of the calls to a provider: concurrency, rate, and a circuit breaker."""

from worker.provider_limits.limited_provider import ProviderLimits
from worker.provider_limits.limiter_registry import LimiterRegistry

__all__ = ["LimiterRegistry", "ProviderLimits"]
