"""Form fields as texts and as request bodies of the API; its errors as sentences for a form."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from services.errors import ServiceError, ValidationFailed, field_errors
from services.text_input import normalize_newlines

B = TypeVar("B", bound=BaseModel)


class FormValues(dict[str, str]):
    """The submitted values by field name. A field that was not submitted is empty."""

    def __missing__(self, name: str) -> str:
        """Show an empty field."""
        return ""


def read_values(form: FormData) -> FormValues:
    """The texts of a form, the last one of each name, with `\\n` as line end; no CSRF token."""
    values = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    values.pop("csrf", None)
    return FormValues({name: normalize_newlines(value) for name, value in values.items()})


def validate_body(model: type[B], values: dict[str, object]) -> B:
    """The API's request body with these values; ValidationFailed names the wrong fields."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise ValidationFailed(*field_errors(error.errors())) from None


def messages_by_field(error: ServiceError) -> dict[str, str]:
    """The sentences of an error by the first part of its field: `a[3].b` is `a`."""
    messages: dict[str, str] = {}
    for each in error.details:
        name = each["field"].partition("[")[0].partition(".")[0]
        messages[name] = (
            f"{messages[name]}; {each['message']}" if name in messages else each["message"]
        )
    return messages


def error_sentence(error: ServiceError) -> str:
    """An error as one sentence for the page."""
    text = "; ".join(each["message"] for each in error.details) or error.message
    return f"{text[:1].upper()}{text[1:]}."


def messages_by_last_part(error: ServiceError) -> dict[str, str]:
    """The sentences of an error by the last part of its field: `a[3].b` is `b`."""
    return {each["field"].rpartition(".")[2]: each["message"] for each in error.details}
