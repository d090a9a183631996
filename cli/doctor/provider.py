"""The provider: does it answer, and take the environment's keys?"""

import httpx

from cli.credentials.workspace_view import environment_credentials
from cli.doctor.check_result import CheckResult, fail_check, pass_check
from config.settings import Settings
from models.store.tenants.stored_credentials import ProviderCredentials
from provider.swonkie.http import REFUSED_STATUSES

NAME = "provider"
TIMEOUT = 8
CREDENTIALS_FIX = "set SLOTBEAT_SWONKIE_API_ID and SLOTBEAT_SWONKIE_API_KEY anew, and restart"
START_HINTS = {
    "simulator": "start it: slotbeat up, or python -m simulator --port 8990",
    "swonkie": "look at SLOTBEAT_SWONKIE_BASE_URL, the network and the provider's status page",
}


def check(settings: Settings) -> CheckResult:
    """Its answer to the question for the connected accounts."""
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
    """The status of the answer to the environment's first key that is taken, else to the last."""
    found = environment_credentials(settings) or ProviderCredentials("slotbeat", "slotbeat")
    for key in filter(None, (found.primary, found.secondary)):
        headers = {"X-API-ID": found.api_id, "X-API-KEY": key}
        response = httpx.get(f"{settings.provider_url}/profiles", headers=headers, timeout=TIMEOUT)
        if response.status_code not in REFUSED_STATUSES:
            break
    return response.status_code
