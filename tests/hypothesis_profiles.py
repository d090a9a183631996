"""How many examples a property test runs: few in `make test`, all in `make test-all`.

Choose the profile with pytest's option `--hypothesis-profile=quick` (or `full`, the default).
"""

from typing import Final

from hypothesis import HealthCheck, settings

QUICK: Final = 25


def register() -> None:
    """Register both profiles and load `full`; the option of pytest is read later and wins."""
    # The time of one example depends on how busy the machine is.
    common = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("quick", common, max_examples=QUICK)
    settings.register_profile("full", common)
    settings.load_profile("full")


def examples(number: int) -> int:
    """The `max_examples` of a test that needs `number` of them: fewer in the profile `quick`."""
    return min(number, QUICK) if settings.get_current_profile_name() == "quick" else number
