"""Checks that the provider answers, and accepts the environment's credentials."""

import httpx

from cli.credentials.connection_view import environment_credentials
from cli.doctor.check_result import CheckResult, fail_check, pass_check
from config.settings import Settings
from models.store.tenants.stored_credentials import ProviderCredentials
from provider.swonkie.http import REFUSED_STATUSES

NAME = "provider"
TIMEOUT = 8
CREDENTIALS_FIX = "correct SLOTBEAT_SWONKIE_API_ID and SLOTBEAT_SWONKIE_API_KEY, and restart"
START_HINTS = {
    "simulator": "start it: slotbeat up, or python -m simulator --port 8990",
    "swonkie": "check SLOTBEAT_SWONKIE_BASE_URL, the network and the provider's status page",
}


def check(settings: Settings) -> CheckResult:
    """Request the list of connected accounts."""
    fix = START_HINTS[settings.provider]
    try:
        status = _request_status(settings)
    except (httpx.TransportError, httpx.InvalidURL, ValueError) as error:
        message = f"{settings.provider_url} cannot be reached ({type(error).__name__})"
        return fail_check(NAME, message, fix)
    if status in REFUSED_STATUSES:
        return fail_check(
            NAME, f"{settings.provider} refuses the environment's credentials", CREDENTIALS_FIX
        )
    if not httpx.codes.is_success(status):
        return fail_check(NAME, f"{settings.provider} answers {status}", fix)
    return pass_check(NAME, f"{settings.provider} answers {status}")


def _request_status(settings: Settings) -> int:
    """The HTTP status for the first key that is accepted, or for the last key."""
    credentials = environment_credentials(settings) or ProviderCredentials("slotbeat", "slotbeat")
    for key in filter(None, (credentials.primary, credentials.secondary)):
        headers = {"X-API-ID": credentials.api_id, "X-API-KEY": key}
        response = httpx.get(f"{settings.provider_url}/profiles", headers=headers, timeout=TIMEOUT)
        if response.status_code not in REFUSED_STATUSES:
            break
    return response.status_code
