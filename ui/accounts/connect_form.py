"""What the two pages that connect an account share: the fields, and a try with its errors.

A page has the typed form, and before it, where the network has a page of its own to allow the
access on, the form that leads there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import Request
from starlette.datastructures import FormData

from api.caller import rate_limiter
from api.errors import status_of
from services.connecting.connect import connect_account
from services.connecting.store_connection import ConnectedAccounts
from services.context import AppContext
from services.errors import Conflict, ProviderUnavailable, ServiceError, ValidationFailed
from ui.forms import error_sentence

# The names of the form's other fields cannot be mistaken for those of the network.
FIELD_PREFIX: Final = "field-"


@dataclass(frozen=True, slots=True)
class ConnectAttempt:
    """What was entered, and the error of the try; in the form that leads to the network's page, or
    in the typed one."""

    values: Mapping[str, str] = field(repr=False)
    error: ServiceError
    leads_away: bool = False


async def try_to_connect(
    request: Request, context: AppContext, organization_id: str, platform: str, form: FormData
) -> ConnectedAccounts | ConnectAttempt:
    """Connect with the values of a form; the attempt with its error where that fails. 429 where the
    organization has made too many requests."""
    await rate_limiter(request).count_organization(request, organization_id)
    values = read_fields(form)
    try:
        return await connect_account(context, organization_id, platform, values)
    except (ValidationFailed, ProviderUnavailable, Conflict) as error:
        return ConnectAttempt(values, error)


def read_fields(form: FormData) -> dict[str, str]:
    """The values of the network's fields."""
    return {
        name.removeprefix(FIELD_PREFIX): value
        for name, value in form.multi_items()
        if name.startswith(FIELD_PREFIX) and isinstance(value, str)
    }


def form_context(
    context: AppContext, platform: str, attempt: ConnectAttempt | None, **prefilled: str
) -> dict[str, Any]:
    """The variables of connect_forms.html: the two forms, `away` only where there is one. A secret
    that was entered is not shown again. `prefilled`: by what the fields hold of an account."""
    found = context.connector.form_for(platform)
    form = found[1] if found else None
    away = form.authorization if form else None
    tried_away = attempt if attempt and attempt.leads_away else None
    tried_here = attempt if attempt and not attempt.leads_away else None
    return {
        "platform": platform,
        "prefix": FIELD_PREFIX,
        "here": _describe("connect", form.fields if form else (), tried_here, prefilled),
        "away": _describe("authorize", away.fields, tried_away, prefilled) if away else None,
    }


def _describe(
    name: str,
    fields: Sequence[Any],
    attempt: ConnectAttempt | None,
    prefilled: Mapping[str, str],
) -> dict[str, Any]:
    """One form: `name` begins the ids of its `fields`, which are the provider's ConnectField."""
    problems = _messages_by_field(attempt.error) if attempt else {}
    own = {each.name for each in fields}
    return {
        "name": name,
        "fields": fields,
        "entered": {each.name: _filled_in(each, attempt, prefilled) for each in fields},
        "problems": {name: text for name, text in problems.items() if name in own},
        "problem": _common_sentence(attempt.error, own) if attempt else None,
    }


def _filled_in(field: Any, attempt: ConnectAttempt | None, prefilled: Mapping[str, str]) -> str:  # noqa: ANN401  (a ConnectField)
    if field.is_secret:
        return ""
    return attempt.values.get(field.name, "") if attempt else prefilled.get(field.holds, "")


def attempt_status(attempt: ConnectAttempt | None) -> int:
    """The HTTP status of the page."""
    return status_of(attempt.error) if attempt else 200


def _messages_by_field(error: ServiceError) -> dict[str, str]:
    return {each["field"].rpartition(".")[2]: each["message"] for each in error.details}


def _common_sentence(error: ServiceError, own: set[str]) -> str | None:
    """What belongs to no single field."""
    rest = [each for each in error.details if each["field"].rpartition(".")[2] not in own]
    if error.details and not rest:
        return None
    return error_sentence(ServiceError(error.message, rest))
