"""The provider: does it answer, and take the environment's keys?"""

import httpx

from cli.doctor.finding import Finding, ill, well
from cli.workspaces import shared
from config.settings import Settings
from models.store.credentials import ProviderCredentials
from provider.swonkie.wire import REFUSED

CHECK = "provider"
TIMEOUT = 8
KEYS = "set SLOTBEAT_SWONKIE_API_ID and SLOTBEAT_SWONKIE_API_KEY anew, and restart"
STARTS = {
    "simulator": "start it: slotbeat up, or python -m simulator --port 8990",
    "swonkie": "look at SLOTBEAT_SWONKIE_BASE_URL, the network and the provider's status page",
}


def look(settings: Settings) -> Finding:
    """Its answer to the question for the connected accounts."""
    mend = STARTS[settings.provider]
    try:
        status = _asked(settings)
    except (httpx.TransportError, httpx.InvalidURL, ValueError) as error:
        words = f"{settings.provider_url} cannot be reached ({type(error).__name__})"
        return ill(CHECK, words, mend)
    if status in REFUSED:
        return ill(CHECK, f"{settings.provider} refuses the environment's credentials", KEYS)
    if not httpx.codes.is_success(status):
        return ill(CHECK, f"{settings.provider} answers {status}", mend)
    return well(CHECK, f"{settings.provider} answers {status}")


def _asked(settings: Settings) -> int:
    """The status of the answer to the environment's first key that is taken, else to the last."""
    found = shared(settings) or ProviderCredentials("slotbeat", "slotbeat")
    for key in filter(None, (found.primary, found.secondary)):
        headers = {"X-API-ID": found.api_id, "X-API-KEY": key}
        answer = httpx.get(f"{settings.provider_url}/profiles", headers=headers, timeout=TIMEOUT)
        if answer.status_code not in REFUSED:
            break
    return answer.status_code
