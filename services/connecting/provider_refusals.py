"""Errors of a provider, while a person connects an account, as errors of a use case. Pure."""

import math

from provider.errors import GiveUp, InvalidInput, ProviderError, Reconnect, RetryAfter
from services.connecting.entered_values import field_path
from services.errors import ProviderUnavailable, ServiceError, invalid_field


def explain_refusal(error: ProviderError) -> ServiceError:
    """ValidationFailed where what was entered is wrong, else ProviderUnavailable."""
    sentence = str(error)
    if isinstance(error, InvalidInput):
        return invalid_field(field_path(error.field), sentence)
    if isinstance(error, (GiveUp, Reconnect)):
        return invalid_field("credentials", sentence)
    if isinstance(error, RetryAfter):
        return ProviderUnavailable(f"{sentence}; try again in {math.ceil(error.seconds)} s")
    return ProviderUnavailable(f"{sentence}; try again")
