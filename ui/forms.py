"""What people typed: fields of a form as texts, and as the bodies that the API takes."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from services.errors import ServiceError, ValidationFailed, field_errors

B = TypeVar("B", bound=BaseModel)


class FormValues(dict[str, str]):
    """What was typed, by name; nothing where nothing was."""

    def __missing__(self, name: str) -> str:
        """What a form shows that was not sent."""
        return ""


def read_values(form: FormData) -> FormValues:
    """The texts of a form, the last of each name; line ends as everybody but browsers writes them.

    The form's token is left out."""
    found = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    found.pop("csrf", None)
    return FormValues({name: normalize_newlines(value) for name, value in found.items()})


def normalize_newlines(text: str) -> str:
    """A text without the carriage returns that browsers put in."""
    return text.replace("\r\n", "\n")


def validate_body(model: type[B], values: dict[str, object]) -> B:
    """The same request as a program would send it; Invalid names the fields that are wrong."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise ValidationFailed(*field_errors(error.errors())) from None


def messages_by_field(error: ServiceError) -> dict[str, str]:
    """The sentences of an error by the field that they are about, without its place in a list."""
    found: dict[str, str] = {}
    for each in error.details:
        name = each["field"].partition("[")[0].partition(".")[0]
        found[name] = f"{found[name]}; {each['message']}" if name in found else each["message"]
    return found


def error_sentence(error: ServiceError) -> str:
    """An error as people read it."""
    said = "; ".join(each["message"] for each in error.details) or error.message
    return f"{said[:1].upper()}{said[1:]}."


def messages_by_last_part(error: ServiceError) -> dict[str, str]:
    """The sentences of an error by the last part of their fields' names, such as `time` of
    `queueSlots[3].time`."""
    return {each["field"].rpartition(".")[2]: each["message"] for each in error.details}
